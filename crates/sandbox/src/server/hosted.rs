//! A sandbox between the tasks that serve it: behind a lock, with the clock, and with news of what changes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::clock::Clock;
use crate::sandbox::Sandbox;

/// The sandbox, as every task of the server holds it.
pub(super) struct Hosted {
    pub(super) sandbox: Arc<Mutex<Sandbox>>,
    pub(super) clock: Clock,
    /// Notified after every request and every act of control.
    pub(super) news: watch::Sender<()>,
}

impl Hosted {
    pub(super) fn lock(&self) -> MutexGuard<'_, Sandbox> {
        // A panic while it was held is a bug that its own test shows; the others go on.
        self.sandbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now_ms(&self) -> i64 {
        (self.clock)()
    }
}
