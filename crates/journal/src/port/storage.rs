//! What every user of the journal may ask about it.

use crate::error::JournalError;
use event::Millis;
use std::time::Duration;

/// The storage below every port. Neither question blocks.
pub trait Storage: Send + Sync + 'static {
    /// How long ago, at most, what is stamped so in this journal was stamped, by the time that truly passed: a wall clock that was
    /// set since says nothing of that. None where nobody can tell.
    fn age(&self, stamp: Millis) -> Option<Duration>;

    /// Can an append succeed right now, as far as is known? (For health.)
    fn healthy(&self) -> Result<(), JournalError>;
}
