//! What an operator can choose, and what a test must.

use event::Millis;
use std::sync::Arc;
use std::time::Duration;

/// Tells the wall-clock time.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// How a [`SqliteJournal`](crate::SqliteJournal) keeps what is finished.
#[derive(Clone)]
pub struct Options {
    /// finished requests that arrived longer ago than this are removed
    pub retention_age: Duration,
    /// the oldest finished requests are removed while their bodies, and the calls made for them, are larger
    /// than this together
    pub retention_bytes: u64,
    /// survey answers delivered longer ago than this are removed
    pub answers_age: Duration,
    /// the wall clock, for retention and for the lock file
    pub clock: Clock,
    /// the database may not become larger than so many pages: a full disk for tests
    #[doc(hidden)]
    pub max_pages: Option<u32>,
}

impl Options {
    /// The defaults: 7 days, 1 GiB; answers 400 days.
    pub fn new(clock: Clock) -> Self {
        Options {
            retention_age: Duration::from_secs(7 * 24 * 60 * 60),
            retention_bytes: 1 << 30,
            answers_age: Duration::from_secs(400 * 24 * 60 * 60),
            clock,
            max_pages: None,
        }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("retention_age", &self.retention_age)
            .field("retention_bytes", &self.retention_bytes)
            .field("answers_age", &self.answers_age)
            .finish_non_exhaustive()
    }
}
