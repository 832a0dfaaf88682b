//! The machine's input.

use crate::engine::CallId;
use crate::protocol::ConflictOrder;
use inmoment::CallOutcome;
use journal::{ConflictRecord, KnownUser, MessageKey, NewAudit, Position, Seen};
use std::fmt;
use std::time::Duration;

/// One planned event, with the journal's knowledge about it.
#[derive(Clone, PartialEq)]
pub struct PlannedEvent {
    /// the event's place in the log
    pub position: Position,
    /// the key for deduplication; `None` for an element that is not an object, and for a skipped event
    pub message: Option<MessageKey>,
    /// its message id
    pub message_id: Box<str>,
    /// its type
    pub kind: Box<str>,
    /// the length of its text in bytes
    pub bytes: usize,
    /// when it happened, UNIX seconds, at most its arrival; `None` for an event that cannot be read
    pub happened_at: Option<i64>,
    /// the end user's id, if the mapping refuses the event, for its dead letter
    pub about: Option<String>,
    /// whether it is a requeued dead letter, which is not a duplicate of itself
    pub requeued: bool,
    /// whether it was dealt with before
    pub seen: Seen,
    /// the mapping's result
    pub outcome: mapping::PlanOutcome,
    /// the end-user id linked to its external id
    pub link: Option<String>,
    /// the known data of its end user
    pub user: Option<KnownUser>,
    /// The largest time that can have passed since InMoment returned these data; `None` if it is not known.
    pub user_age: Option<Duration>,
}

/// The events of one request that have no fate yet.
#[derive(Clone, PartialEq, Default)]
pub struct PlannedRequest {
    /// the request's number
    pub number: u64,
    /// the events; never empty
    pub events: Vec<PlannedEvent>,
}

/// A page that was read from the journal.
#[derive(Clone, PartialEq, Default)]
pub struct PlannedPage {
    /// the requests, in order
    pub requests: Vec<PlannedRequest>,
    /// the request to read on from
    pub next: u64,
    /// one more than the newest request's number
    pub end: u64,
}

/// An input of the machine.
#[derive(Clone, PartialEq)]
pub(crate) enum Input {
    /// The journal holds requests up to (not including) this number.
    Appended(u64),
    /// The read of [`Effects::read`](super::Effects::read) is done.
    Read(PlannedPage),
    /// A call was answered, or failed.
    Replied(CallId, CallOutcome),
    /// All commits up to this one ([`Machine::seal`](super::Machine::seal)) are durable.
    Durable(u64),
    /// The time of [`Machine::wake_at`](super::Machine::wake_at) has come.
    Woke,
    /// An operator pauses the destination; the audit entry goes into the same commit.
    Pause(NewAudit),
    /// An operator resumes the destination; the audit entry goes into the same commit. A halted destination tries its
    /// credentials at once.
    Resume(NewAudit),
    /// An operator settles a conflict; the audit entry goes into the same commit.
    Settle(Box<ConflictRecord>, ConflictOrder, NewAudit),
    /// The process is about to end: no further call is sent.
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
