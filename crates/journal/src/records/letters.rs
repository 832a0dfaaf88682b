//! Dead letters, questions about them, and the answers.

use super::{DestinationId, Position, SourceId};
use event::Millis;
use serde::{Deserialize, Serialize};

/// An event to be kept as a dead letter; the journal copies the event itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewDeadLetter {
    /// the event
    pub position: Position,
    /// why, as a stable word (docs/errors.md)
    pub code: String,
    /// why, in words
    pub reason: String,
    /// its message id
    pub message_id: String,
    /// its type
    pub kind: String,
    /// whose it is: external id or end-user id
    pub user: Option<String>,
    /// when it was given up
    pub died_at: Millis,
}

/// A dead letter as kept. `Debug` leaves the event out.
#[derive(Clone, PartialEq, Serialize)]
pub struct DeadLetter {
    /// its number
    pub id: u64,
    /// stable word
    pub code: String,
    /// in words
    pub reason: String,
    /// the event's message id
    pub message_id: String,
    /// the event's type
    #[serde(rename = "type")]
    pub kind: String,
    /// external id or end-user id
    pub user: Option<String>,
    /// the destination's name
    pub destination: String,
    /// the source's name
    pub source: String,
    /// when the event was received
    pub received_at: Millis,
    /// when it was given up
    pub died_at: Millis,
    /// the whole event, byte for byte (lossy where it is not UTF-8)
    pub event: String,
}

/// Which dead letters. `Debug` leaves out whose.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeadLetterFilter {
    /// of this destination
    pub destination: Option<DestinationId>,
    /// with this code
    pub code: Option<String>,
    /// these alone
    pub ids: Option<Vec<u64>>,
    /// with numbers above this one (for paging)
    pub after: Option<u64>,
    /// with this number or a lower one: none that was given up since it was the highest. Numbers are given once.
    pub up_to: Option<u64>,
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

/// How many dead letters match a filter, and the highest number among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeadLetterCount {
    /// how many
    pub count: u64,
    /// the highest number; none when there are none
    pub up_to: Option<u64>,
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
            .field("up_to", &self.up_to)
            .field("from", &self.from)
            .field("to", &self.to)
            .field("source", &self.source)
            .field("by_user", &self.user.is_some())
            .field("by_message_id", &self.message_id.is_some())
            .finish()
    }
}

impl std::fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeadLetter").field("id", &self.id).field("code", &self.code).finish_non_exhaustive()
    }
}
