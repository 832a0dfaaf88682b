//! Questions about dead letters, and their answers.

use super::{DeadLetter, DestinationId, SourceId};
use event::Millis;

/// Which dead letters. `Debug` leaves out whose.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DeadLetterFilter {
    /// of this destination
    pub destination: Option<DestinationId>,
    /// with this code
    pub code: Option<String>,
    /// these alone
    pub ids: Option<Vec<u64>>,
    /// with numbers above this one (for paging)
    pub after: Option<u64>,
    /// given up at this time or later
    pub from: Option<Millis>,
    /// given up before this time
    pub to: Option<Millis>,
    /// from this source
    pub source: Option<SourceId>,
    /// of this end user, as [`DeadLetter::user`] names it
    pub user: Option<String>,
    /// with this message id
    pub message_id: Option<String>,
}

/// Dead letters, oldest first.
#[derive(Debug, Clone, Default)]
pub struct DeadLetterPage {
    /// at most as many as asked for
    pub items: Vec<DeadLetter>,
    /// there are more behind the last
    pub more: bool,
}

/// What became of a requeue or discard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requeued {
    /// dead letters taken
    pub count: u64,
}

/// The dead letters of one destination that have one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetterGroup {
    /// the destination's name
    pub destination: String,
    /// the code
    pub code: String,
    /// how many
    pub count: u64,
    /// of how many end users; those that name none are not counted
    pub users: u64,
    /// when the first was given up
    pub first: Millis,
    /// when the last was given up
    pub last: Millis,
    /// the number of the newest
    pub sample: u64,
}

impl std::fmt::Debug for DeadLetterFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeadLetterFilter")
            .field("destination", &self.destination)
            .field("code", &self.code)
            .field("ids", &self.ids)
            .field("after", &self.after)
            .field("from", &self.from)
            .field("to", &self.to)
            .field("source", &self.source)
            .field("by_user", &self.user.is_some())
            .field("by_message_id", &self.message_id.is_some())
            .finish()
    }
}
