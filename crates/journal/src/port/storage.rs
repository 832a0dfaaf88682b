//! What every user of the journal may ask about its storage.

use crate::error::JournalError;
use event::Millis;
use std::time::Duration;

/// The storage below every port. Neither function blocks.
pub trait Storage: Send + Sync + 'static {
    /// The greatest possible age of something with this stamp in this journal, by the time that truly passed and not by the wall
    /// clock, which may have been set since. `None` if the age cannot be known.
    fn age(&self, stamp: Millis) -> Option<Duration>;

    /// Can an append succeed right now, as far as is known? The health check asks this.
    fn healthy(&self) -> Result<(), JournalError>;
}
