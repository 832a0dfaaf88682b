//! A sandbox that several tasks serve: behind a lock, with the clock, and with a notification of changes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::clock::Clock;
use crate::sandbox::Sandbox;

/// The sandbox, shared by the tasks of the server.
pub(super) struct Hosted {
    pub(super) sandbox: Arc<Mutex<Sandbox>>,
    pub(super) clock: Clock,
    /// Notified after every request and every control operation.
    pub(super) news: watch::Sender<()>,
}

impl Hosted {
    pub(super) fn lock(&self) -> MutexGuard<'_, Sandbox> {
        // A panic while the lock was held is a bug that its own test shows; other tests go on.
        self.sandbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now_ms(&self) -> i64 {
        (self.clock)()
    }
}
