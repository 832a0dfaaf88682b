//! Dead letters, filters of them, and the results.

use super::{DestinationId, Position, SourceId};
use event::Millis;
use serde::{Deserialize, Serialize};

/// An event that becomes a dead letter; the journal copies the event itself.
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
    /// its end user: external id or end-user id
    pub user: Option<String>,
    /// when it became a dead letter
    pub died_at: Millis,
}

/// A stored dead letter. `Debug` leaves the event out.
#[derive(Clone, PartialEq, Serialize)]
pub struct DeadLetter {
    /// its number
    pub id: u64,
    /// why, as a stable word
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
    /// when it became a dead letter
    pub died_at: Millis,
    /// the whole event, byte for byte (with replacement characters if it is not UTF-8)
    pub event: String,
}

/// Says which dead letters are meant. `Debug` leaves out the end user.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeadLetterFilter {
    /// of this destination
    pub destination: Option<DestinationId>,
    /// with this code
    pub code: Option<String>,
    /// only these
    pub ids: Option<Vec<u64>>,
    /// with numbers above this one (for paging)
    pub after: Option<u64>,
    /// with this number or a lower one, so that no dead letter is meant which was added after this number was the highest;
    /// a number is used only once
    pub up_to: Option<u64>,
    /// added at this time or later
    pub from: Option<Millis>,
    /// added before this time
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
    /// there are more after the last
    pub more: bool,
}

/// How many dead letters match a filter, and the highest number among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeadLetterCount {
    /// how many
    pub count: u64,
    /// the highest number, if there are any
    pub up_to: Option<u64>,
}

/// The result of a requeue or discard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requeued {
    /// how many dead letters were requeued or discarded
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
    /// how many end users they have; a dead letter without an end user is not counted
    pub users: u64,
    /// when the first was added
    pub first: Millis,
    /// when the last was added
    pub last: Millis,
    /// the number of the newest one
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
