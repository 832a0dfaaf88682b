//! What goes into the machine.

use crate::engine::CallId;
use crate::protocol::ConflictOrder;
use inmoment::CallOutcome;
use journal::{ConflictRecord, KnownUser, MessageKey, NewAudit, Position, Seen};
use std::fmt;
use std::time::Duration;

/// One event as the machine takes it in: planned, with what the journal knew about it.
#[derive(Clone, PartialEq)]
pub struct PlannedEvent {
    /// which
    pub position: Position,
    /// what makes it the same as another event; `None` for what is not even an object, and what is skipped
    pub message: Option<MessageKey>,
    /// its message id
    pub message_id: Box<str>,
    /// its type
    pub kind: Box<str>,
    /// how long its text is
    pub bytes: usize,
    /// when it happened, UNIX seconds, never later than it arrived; `None` for what cannot be read
    pub happened_at: Option<i64>,
    /// whose it is, where that will be asked for: the mapping refuses it
    pub about: Option<String>,
    /// a dead letter tried again: not a duplicate of itself
    pub requeued: bool,
    /// whether it was dealt with before
    pub seen: Seen,
    /// what the mapping decided
    pub outcome: mapping::PlanOutcome,
    /// the end-user id linked to its external id
    pub link: Option<String>,
    /// what was known of its end user
    pub user: Option<KnownUser>,
    /// How long ago InMoment said that, at most, by the time that truly passed; none where nobody can tell.
    pub user_age: Option<Duration>,
}

/// One request's events that have no fate yet.
#[derive(Clone, PartialEq, Default)]
pub struct PlannedRequest {
    /// the request's number
    pub number: u64,
    /// never empty
    pub events: Vec<PlannedEvent>,
}

/// What was read from the journal.
#[derive(Clone, PartialEq, Default)]
pub struct PlannedPage {
    /// in order
    pub requests: Vec<PlannedRequest>,
    /// where to read on
    pub next: u64,
    /// one more than the newest request's number
    pub end: u64,
}

/// Something that happened.
#[derive(Clone, PartialEq)]
pub enum Input {
    /// The journal holds requests up to (not including) this number.
    Appended(u64),
    /// What was asked for by [`Effects::read`](super::Effects::read) has been read.
    Read(PlannedPage),
    /// A call was answered, or failed.
    Replied(CallId, CallOutcome),
    /// Everything up to this commit ([`Machine::seal`](super::Machine::seal)) is durable.
    Durable(u64),
    /// The time asked for by [`Machine::wake_at`](super::Machine::wake_at) has come.
    Woke,
    /// An operator pauses the destination; who it is goes into the same commit.
    Pause(NewAudit),
    /// An operator resumes it, likewise; a halted one tries its credentials at once.
    Resume(NewAudit),
    /// An operator settles a conflict; who it is goes into the same commit.
    Settle(Box<ConflictRecord>, ConflictOrder, NewAudit),
    /// The process is about to end: no further call.
    Drain,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Appended(end) => f.debug_tuple("Appended").field(end).finish(),
            Input::Read(intake) => {
                f.debug_tuple("Read").field(&intake.requests.len()).field(&intake.next).finish()
            }
            Input::Replied(id, outcome) => f.debug_tuple("Replied").field(id).field(outcome).finish(),
            Input::Durable(commit) => f.debug_tuple("Durable").field(commit).finish(),
            Input::Woke => f.write_str("Woke"),
            Input::Pause(_) => f.write_str("Pause"),
            Input::Resume(_) => f.write_str("Resume"),
            Input::Settle(_, order, _) => f.debug_tuple("Settle").field(order).finish(),
            Input::Drain => f.write_str("Drain"),
        }
    }
}
