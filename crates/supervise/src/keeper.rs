//! Looks after one part from its beginning to its end for good.

use crate::control::{Control, Stopping};
use crate::ending::{Ending, Outcome, caught};
use crate::panicked::catch;
use crate::restart::{Restart, Schedule};
use crate::supervisor::Supervisor;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

/// What a keeper knows of its part.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    pub(crate) supervisor: Supervisor,
    pub(crate) id: u64,
    pub(crate) name: Arc<str>,
    pub(crate) control: Arc<Control>,
}

impl Keeper {
    pub(crate) fn stopping(&self) -> Stopping {
        Stopping(Arc::clone(&self.control))
    }
}

/// Each run is a task of its own: whatever it does, it does not reach its keeper.
pub(crate) async fn keep<F, R>(keeper: Keeper, restart: Restart, begin: F)
where
    F: FnMut(Stopping) -> R + Send + 'static,
    R: Future<Output: Outcome> + Send + 'static,
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

/// Whoever waits for a part's end may use anew what it held: that is let go of before the end is told.
pub(crate) fn drop_part<F>(begin: F) {
    // What becomes of a panic in here: the part has ended, and that is all that is wanted.
    let _ = catch(|| drop(begin));
}

pub(crate) async fn keep_essential<F, R>(keeper: Keeper, begin: F)
where
    F: FnOnce(Stopping) -> R + Send + 'static,
    R: Future<Output: Outcome> + Send + 'static,
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
async fn run(keeper: &Keeper, run: impl Future<Output: Outcome> + Send + 'static) -> Ending {
    let run = tokio::spawn(caught(run));
    keeper.control.runs_as(run.abort_handle());
    Ending::joined(run.await)
}
