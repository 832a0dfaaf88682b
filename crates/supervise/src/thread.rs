//! Parts that are threads.

use crate::control::Stopping;
use crate::ending::{Ending, TaskResult};
use crate::keeper::{Keeper, drop_part};
use crate::panicked::{Panicked, catch};
use crate::restart::{Restart, Schedule};
use crate::supervisor::{Supervisor, say_late};
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// A part that is a thread. If this is dropped, the part is asked to stop, without waiting for its end.
#[must_use = "a part whose handle is dropped is asked to stop"]
pub struct Thread<T = ()> {
    keeper: Keeper,
    result: Arc<Mutex<Option<T>>>,
}

impl Supervisor {
    /// Starts a thread that is restarted when it ends, as [`Supervisor::task`] does. All runs use the same thread.
    ///
    /// # Errors
    /// When the operating system has no thread left. Nothing has begun then.
    pub fn thread<F, R>(
        &self,
        name: impl Into<Arc<str>>,
        restart: Restart,
        mut begin: F,
    ) -> io::Result<Thread>
    where
        F: FnMut(&Stopping) -> R + Send + 'static,
        R: TaskResult,
    {
        self.start(name.into(), move |keeper, _| {
            let mut schedule = Schedule::new(restart);
            loop {
                let started = Instant::now();
                let ending = Ending::of(catch(|| begin(&keeper.stopping())));
                if keeper.control.is_asked() {
                    drop_part(begin);
                    return keeper.stops(&ending);
                }
                let Some(pause) = schedule.next(started, Instant::now(), rand::random()) else {
                    return keeper.fails(&ending);
                };
                keeper.waits(&ending, pause);
                if keeper.control.asked_within(pause) {
                    drop_part(begin);
                    return keeper.stops(&Ending::Returned);
                }
                keeper.starts_again();
            }
        })
    }

    /// Starts a thread that can run only once, because it owns something, which it returns at its end. If it ends
    /// without being asked to, the process ends. A thread that is stopped in another way must be asked here first
    /// ([`Thread::stop`]).
    ///
    /// # Errors
    /// When the operating system has no thread left. Nothing has begun then.
    pub fn essential_thread<T, F>(&self, name: impl Into<Arc<str>>, begin: F) -> io::Result<Thread<T>>
    where
        F: FnOnce(&Stopping) -> T + Send + 'static,
        T: Send + 'static,
    {
        self.start(name.into(), move |keeper, result| {
            let ending = match catch(|| begin(&keeper.stopping())) {
                Ok(value) => {
                    *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
                    Ending::Returned
                }
                Err(panicked) => Ending::Panicked(panicked),
            };
            if keeper.control.is_asked() { keeper.stops(&ending) } else { keeper.fails(&ending) }
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this crate is where threads begin; `keep` tells of its end"
    )]
    fn start<T: Send + 'static>(
        &self,
        name: Arc<str>,
        keep: impl FnOnce(&Keeper, &Mutex<Option<T>>) + Send + 'static,
    ) -> io::Result<Thread<T>> {
        let keeper = self.begin(Arc::clone(&name));
        let result = Arc::new(Mutex::new(None));
        let thread = Thread { keeper: keeper.clone(), result: Arc::clone(&result) };
        let whole = move || {
            // Panics of the part's own code are caught inside; this is for panics while its remaining values are
            // dropped.
            if let Err(panicked) = catch(|| keep(&keeper, &result)) {
                after_all(&keeper, panicked);
            }
        };
        match std::thread::Builder::new().name(name.to_string()).spawn(whole) {
            Ok(_) => Ok(thread),
            Err(error) => {
                thread.keeper.stops(&Ending::Returned);
                Err(error)
            }
        }
    }
}

/// Its closure panicked while it was dropped: only a part that has not announced its end has something to report now.
fn after_all(keeper: &Keeper, panicked: Panicked) {
    if !keeper.control.has_ended() {
        keeper.fails(&Ending::Panicked(panicked));
    }
}

impl<T> Thread<T> {
    /// Asks it to stop.
    pub fn stop(&self) {
        self.keeper.control.ask();
    }

    /// Whether the part has finally ended.
    pub fn has_ended(&self) -> bool {
        self.keeper.control.has_ended()
    }

    /// Asks the part to stop, waits on this thread for its end, and returns its result; `None` if it has none.
    pub fn join(self) -> Option<T> {
        self.stop();
        self.keeper.control.ended_within(None);
        self.result.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// As [`Thread::join`], but after this time the thread is named in the log and no longer awaited.
    pub fn join_within(self, within: Duration) -> Option<T> {
        self.stop();
        if !self.keeper.control.ended_within(Some(within)) {
            say_late(&self.keeper.name);
        }
        self.result.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<T> Thread<T> {
    /// It runs until its supervisor is shut down.
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl<T> Drop for Thread<T> {
    fn drop(&mut self) {
        self.stop();
    }
}

impl<T> fmt::Debug for Thread<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").field("name", &self.keeper.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
