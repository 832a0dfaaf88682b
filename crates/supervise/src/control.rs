//! Asks a part to stop, and tells others when it has stopped.

use std::sync::Arc;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// The state that a part, its owner and the supervisor share.
#[derive(Debug)]
pub(crate) struct Control {
    asked: watch::Sender<bool>,
    ended: watch::Sender<bool>,
    /// for callers that wait on a thread
    changed: (Mutex<()>, Condvar),
    /// of the present run, if the part is a task
    abort: Mutex<Option<AbortHandle>>,
}

impl Control {
    pub(crate) fn new() -> Arc<Control> {
        Arc::new(Control {
            asked: watch::Sender::new(false),
            ended: watch::Sender::new(false),
            changed: (Mutex::new(()), Condvar::new()),
            abort: Mutex::new(None),
        })
    }

    pub(crate) fn ask(&self) {
        self.change(&self.asked);
    }

    pub(crate) fn is_asked(&self) -> bool {
        *self.asked.borrow()
    }

    pub(crate) async fn asked(&self) {
        // The sender is alive, so this ends only when the value changes.
        let _ = self.asked.subscribe().wait_for(|asked| *asked).await;
    }

    pub(crate) fn end(&self) {
        self.change(&self.ended);
    }

    pub(crate) fn has_ended(&self) -> bool {
        *self.ended.borrow()
    }

    pub(crate) async fn ended(&self) {
        let _ = self.ended.subscribe().wait_for(|ended| *ended).await;
    }

    /// Waits on this thread until the part is asked to stop, and returns true; returns false if this time passes first.
    pub(crate) fn asked_within(&self, within: Duration) -> bool {
        self.block(|control| control.is_asked(), Some(within))
    }

    /// Waits on this thread until the part has ended; returns false if this time passes first.
    pub(crate) fn ended_within(&self, within: Option<Duration>) -> bool {
        self.block(|control| control.has_ended(), within)
    }

    pub(crate) fn runs_as(&self, run: AbortHandle) {
        *self.abort.lock().unwrap_or_else(PoisonError::into_inner) = Some(run);
    }

    /// Aborts the run; returns false if it is not a task.
    pub(crate) fn abort(&self) -> bool {
        let run = self.abort.lock().unwrap_or_else(PoisonError::into_inner);
        run.as_ref().inspect(|run| run.abort()).is_some()
    }

    fn change(&self, flag: &watch::Sender<bool>) {
        let _held = self.held();
        flag.send_replace(true);
        self.changed.1.notify_all();
    }

    fn held(&self) -> MutexGuard<'_, ()> {
        self.changed.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn block(&self, so: impl Fn(&Control) -> bool, within: Option<Duration>) -> bool {
        let until = within.and_then(|within| Instant::now().checked_add(within));
        let mut held = self.held();
        while !so(self) {
            held = match until {
                None => self.changed.1.wait(held).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    self.changed.1.wait_timeout(held, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        true
    }
}

/// Tells a part that it has to stop. All clones tell the same.
#[derive(Debug, Clone)]
pub struct Stopping(pub(crate) Arc<Control>);

impl Stopping {
    /// Whether the part has to stop.
    pub fn is_asked(&self) -> bool {
        self.0.is_asked()
    }

    /// Resolves when the part has to stop.
    pub async fn asked(self) {
        self.0.asked().await;
    }

    /// Waits on this thread for at most this time; returns true as soon as the part has to stop.
    pub fn asked_within(&self, within: Duration) -> bool {
        self.0.asked_within(within)
    }
}
