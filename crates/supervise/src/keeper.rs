//! Looks after one part from its first start to its final end.

use crate::control::{Control, Stopping};
use crate::ending::{Ending, TaskResult, caught};
use crate::panicked::{catch, count};
use crate::register::Register;
use crate::report::{PartFailure, PartState};
use crate::restart::{Restart, Schedule};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// A keeper's data about its part.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    pub(crate) register: Register,
    pub(crate) id: u64,
    pub(crate) name: Arc<str>,
    pub(crate) control: Arc<Control>,
}

impl Keeper {
    pub(crate) fn stopping(&self) -> Stopping {
        Stopping(Arc::clone(&self.control))
    }
}

/// Records the part's changes of state in the register, the log and the count of panics.
impl Keeper {
    /// The part waits to start again.
    pub(crate) fn waits(&self, ending: &Ending, pause: Duration) {
        self.counted(ending);
        self.set(PartState::Restarting, Some(ending));
        let (name, words) = (&*self.name, ending.to_string());
        let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        // Logging may fail; the part starts again nevertheless.
        let _ = catch(|| {
            tracing::error!(
                part = name,
                pause_ms,
                "a part of the server has ended and starts again: {words}"
            );
        });
    }

    /// The part has started again.
    pub(crate) fn starts_again(&self) {
        if let Some(restarts) = self.register.parts().restarts.get_mut(&self.name) {
            *restarts += 1;
        }
        self.set(PartState::Running, None);
    }

    /// The part does not start again, and the process must end.
    pub(crate) fn fails(&self, ending: &Ending) {
        self.counted(ending);
        self.set(PartState::Down, Some(ending));
        let failed = PartFailure { name: Arc::clone(&self.name), last_words: ending.to_string() };
        let _ = catch(|| tracing::error!(part = &*failed.name, "the process ends: {failed}"));
        self.register.failed.send_if_modified(|held| {
            let first = held.is_none();
            held.get_or_insert(failed);
            first
        });
        self.control.end();
    }

    /// The part has stopped as it was asked to.
    pub(crate) fn stops(&self, ending: &Ending) {
        self.counted(ending);
        if !matches!(ending, Ending::Returned | Ending::BrokenOff) {
            let name = &*self.name;
            let _ = catch(|| {
                tracing::error!(part = name, "a part of the server did not stop in order: {ending}")
            });
        }
        self.register.parts().held.remove(&self.id);
        self.control.end();
    }

    fn counted(&self, ending: &Ending) {
        if matches!(ending, Ending::Panicked(_)) {
            count(&self.name);
        }
    }

    fn set(&self, state: PartState, ending: Option<&Ending>) {
        if let Some(part) = self.register.parts().held.get_mut(&self.id) {
            part.state = state;
            part.since = Instant::now();
            if let Some(ending) = ending {
                part.last_words = Some(ending.to_string());
            }
        }
    }
}

/// Each run is a task of its own, so its faults do not affect its keeper.
pub(crate) async fn keep<F, R>(keeper: Keeper, restart: Restart, begin: F)
where
    F: FnMut(Stopping) -> R + Send + 'static,
    R: Future<Output: TaskResult> + Send + 'static,
{
    let begin = Arc::new(Mutex::new(begin));
    let mut schedule = Schedule::new(restart);
    loop {
        let (this, stopping) = (Arc::clone(&begin), keeper.stopping());
        let started = Instant::now();
        let whole = async move {
            let run = this.lock().unwrap_or_else(PoisonError::into_inner)(stopping);
            drop(this);
            run.await
        };
        let ending = run(&keeper, whole).await;
        if keeper.control.is_asked() || ending == Ending::BrokenOff {
            drop_part(begin);
            return keeper.stops(&ending);
        }
        let Some(pause) = schedule.next(started, Instant::now(), rand::random()) else {
            return keeper.fails(&ending);
        };
        keeper.waits(&ending, pause);
        tokio::select! {
            () = keeper.control.asked() => {
                drop_part(begin);
                return keeper.stops(&Ending::Returned);
            }
            () = tokio::time::sleep(pause) => keeper.starts_again(),
        }
    }
}

/// A caller that waits for a part's end may reuse the part's resources, so they are released before the end is
/// announced.
pub(crate) fn drop_part<F>(begin: F) {
    // A panic here needs no handling: the part has ended, which is the purpose.
    let _ = catch(|| drop(begin));
}

pub(crate) async fn keep_essential<F, R>(keeper: Keeper, begin: F)
where
    F: FnOnce(Stopping) -> R + Send + 'static,
    R: Future<Output: TaskResult> + Send + 'static,
{
    let stopping = keeper.stopping();
    let ending = run(&keeper, async move { begin(stopping).await }).await;
    if keeper.control.is_asked() || ending == Ending::BrokenOff {
        keeper.stops(&ending);
    } else {
        keeper.fails(&ending);
    }
}

#[expect(clippy::disallowed_methods, reason = "this crate is where tasks begin; its end is awaited here")]
async fn run(keeper: &Keeper, run: impl Future<Output: TaskResult> + Send + 'static) -> Ending {
    let run = tokio::spawn(caught(run));
    keeper.control.runs_as(run.abort_handle());
    Ending::joined(run.await)
}
