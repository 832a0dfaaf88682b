//! What is written and read. Plain data: every rule about it lives with its owner.

mod answers;
mod calls;
mod conflicts;
mod documents;
mod found;
mod ledger;
mod letters;
mod samples;
mod status;

pub use answers::{
    Answer, AnswerCount, AnswerCounts, AnswerFilter, AnswerKind, AnswerPage, NewAnswer, ONE_ANSWER_IN,
};
pub use calls::{Attempt, NewAttempt, SavedCalls};
pub use conflicts::{
    Conflict, ConflictCount, ConflictFilter, ConflictPage, ConflictRecord, Party, Settlement, UniqueField,
};
pub use documents::{AuditEntry, AuditFilter, AuditPage, Document, DocumentChange, NewAudit};
pub use found::{ArchivedEvent, EventFate, EventFilter, EventPage, FoundEvent, Original, OutcomeKind};
pub use ledger::{Ledger, LedgerTotals};
pub use letters::{
    DeadLetter, DeadLetterCount, DeadLetterFilter, DeadLetterGroup, DeadLetterPage, NewDeadLetter, Requeued,
};
pub use samples::Sample;
pub use status::JournalStatus;

use bytes::Bytes;
use event::{Millis, Shape, SourceKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A destination's number in this journal; given out by [`Journal::destination`](crate::Journal::destination).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DestinationId(pub u32);

/// A source's number in this journal; given out by [`Journal::source`](crate::Journal::source).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u32);

/// One event: its request's number, and its place in that request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// the request's number
    pub request: u64,
    /// the event's place in it
    pub index: u32,
}

/// An event that the gateway found unusable inside an otherwise good batch: it becomes a dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// the event's place in its request
    pub index: u32,
    /// why, as a stable word (docs/errors.md)
    pub code: String,
}

/// A request to be stored. `Debug` leaves the body out.
#[derive(Clone)]
pub struct NewRequest {
    /// where it came from
    pub source: SourceId,
    /// how its events lie in the body
    pub shape: Shape,
    /// random; gives events without a message id a stable one
    pub request_id: [u8; 16],
    /// when it arrived
    pub received_at: Millis,
    /// the caller's address
    pub request_ip: Option<String>,
    /// how many events the body holds, unusable ones included
    pub events: u32,
    /// the unusable ones among them
    pub rejected: Vec<Rejected>,
    /// where its events go: decided when they are accepted
    pub destinations: Arc<[DestinationId]>,
    /// the body, decoded from its transfer and content encoding, otherwise byte for byte
    pub body: Bytes,
}

/// A stored request as a destination reads it.
#[derive(Clone)]
pub struct StoredRequest {
    /// its number
    pub number: u64,
    /// where it came from
    pub source: SourceId,
    /// the name of that source
    pub source_name: Arc<str>,
    /// the kind of source it came from
    pub source_kind: SourceKind,
    /// how its events lie in the body
    pub shape: Shape,
    /// the place in the original request of the body's first event (other than 0 only for requeued events)
    pub first_index: u32,
    /// see [`NewRequest::request_id`]
    pub request_id: [u8; 16],
    /// when the original request arrived
    pub received_at: Millis,
    /// the caller's address
    pub request_ip: Option<String>,
    /// how many events
    pub events: u32,
    /// the unusable ones
    pub rejected: Vec<Rejected>,
    /// this is a dead letter tried again: its message id has been seen, and that must not stop it
    pub requeued: bool,
    /// one byte an event, see [`Fate::byte`]; empty when none is decided
    pub fates: Vec<u8>,
    /// It is not as it was stored: the disk lost or changed something of it. None of its events may be delivered.
    pub damaged: bool,
    /// the body; of a damaged request what can be had of it
    pub body: Bytes,
}

/// Why an event was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipCode {
    /// neither identify nor track
    UnsupportedType,
    /// a consent was denied
    ConsentDenied,
    /// opted out through `integrations`
    IntegrationDisabled,
    /// its message id was seen from this source within 24 hours
    Duplicate,
    /// its source feeds no destination
    NoDestination,
    /// it was a dead letter and an operator discarded it
    Discarded,
    /// its destination is in shadow mode: it would have been delivered
    Shadowed,
    /// a track that is no answer to a survey
    NotASurvey,
    /// an operator's rule says so
    Rule,
}

impl SkipCode {
    /// All of them, in the order of their bytes.
    pub const ALL: [SkipCode; 9] = [
        SkipCode::UnsupportedType,
        SkipCode::ConsentDenied,
        SkipCode::IntegrationDisabled,
        SkipCode::Duplicate,
        SkipCode::NoDestination,
        SkipCode::Discarded,
        SkipCode::Shadowed,
        SkipCode::NotASurvey,
        SkipCode::Rule,
    ];

    /// The word used in status, metrics and documents.
    pub fn word(self) -> &'static str {
        match self {
            SkipCode::UnsupportedType => "unsupported_type",
            SkipCode::ConsentDenied => "consent_denied",
            SkipCode::IntegrationDisabled => "integration_disabled",
            SkipCode::Duplicate => "duplicate",
            SkipCode::NoDestination => "no_destination",
            SkipCode::Discarded => "discarded",
            SkipCode::Shadowed => "shadowed",
            SkipCode::NotASurvey => "not_a_survey",
            SkipCode::Rule => "rule",
        }
    }
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// InMoment has it
    Delivered,
    /// given up, kept as a dead letter
    Dead,
    /// not for this destination
    Skipped(SkipCode),
}

impl Fate {
    /// The byte of an event without a fate.
    pub const PENDING: u8 = 0;

    /// How a fate is stored.
    pub fn byte(self) -> u8 {
        match self {
            Fate::Delivered => 1,
            Fate::Dead => 2,
            Fate::Skipped(code) => 16 + code as u8,
        }
    }

    /// The fate a byte stands for; `None` for pending and for bytes of a newer version.
    pub fn from_byte(byte: u8) -> Option<Fate> {
        match byte {
            1 => Some(Fate::Delivered),
            2 => Some(Fate::Dead),
            n => SkipCode::ALL.get(usize::from(n.checked_sub(16)?)).map(|code| Fate::Skipped(*code)),
        }
    }
}

/// What makes an event the same as another of its source (docs/facts/mapping.md#same-event): its message id and its content, each hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageKey {
    /// the source
    pub source: SourceId,
    /// the message id ([`event::message_hash`]); of an event without one, its content
    pub id: u128,
    /// the content ([`event::Event::content_hash`])
    pub content: u128,
}

/// Whether an event has been dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Seen {
    /// No event with its message id has.
    #[default]
    Never,
    /// Only events with its message id and other content have: it is another event.
    Reused,
    /// It has; or an event with its message id of whose content nothing is known, for it was dealt with by a version that
    /// kept none.
    Same,
}

/// What InMoment was last known to hold of an end user. `Debug` shows the id only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownUser {
    /// InMoment's id
    pub end_user_id: String,
    /// the caller's id
    pub external_id: Option<String>,
    /// e-mail
    pub email: Option<String>,
    /// phone number
    pub phone_number: Option<String>,
    /// UNIX seconds
    pub last_surveyed: Option<i64>,
    /// UNIX seconds
    pub external_created_at: Option<i64>,
    /// exactly as InMoment gave them
    pub properties: serde_json::Map<String, serde_json::Value>,
    /// when InMoment said so
    pub read_at: Millis,
}

/// A lane in trouble or waiting, so that a restart does not begin its count anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LaneRecord {
    /// the head event it is about
    pub head: Position,
    /// attempts that failed in a row
    pub attempts: u32,
    /// how long it has been failing while the process ran, ms
    pub failing_ms: u64,
    /// when to try again (wall clock)
    pub retry_at: Millis,
    /// for a survey answer whose end user is unknown: when the wait ends (wall clock)
    pub wait_until: Option<Millis>,
    /// how often its call was turned away while others' went through
    #[serde(default)]
    pub denied: u32,
}

/// A call that may have been carried out without our seeing the reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InFlightRecord {
    /// the lane
    pub lane: String,
    /// the intent's first event
    pub head: Position,
    /// the call's kind (`Call::kind` words of the `inmoment` crate)
    pub call: String,
    /// when it was sent (wall clock)
    pub started_at: Millis,
}

impl InFlightRecord {
    /// [`InFlightRecord::call`] of a record that stands for one or more that were damaged.
    pub const LOST: &'static str = "lost";

    /// [`InFlightRecord::call`] of a record that stands for everything that was pending when a copy of the journal was taken.
    pub const RESTORED: &'static str = "restored";

    /// The journal is a copy that was taken at this time: every answer below this request may have been sent since by the
    /// journal that it is of.
    pub fn restored(end: u64, taken_at: Millis) -> InFlightRecord {
        InFlightRecord {
            // Lanes have keys that begin otherwise.
            lane: InFlightRecord::RESTORED.to_owned(),
            head: Position { request: end, index: 0 },
            call: InFlightRecord::RESTORED.to_owned(),
            started_at: taken_at,
        }
    }

    /// A record of a call was damaged: any call for an event below this request may have been under way, sent when the newest
    /// request had arrived or a little before or after.
    pub fn lost(end: u64, newest: Millis) -> InFlightRecord {
        InFlightRecord {
            lane: String::new(),
            head: Position { request: end, index: 0 },
            call: InFlightRecord::LOST.to_owned(),
            started_at: newest,
        }
    }
}

/// What is left of the allowed calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetRecord {
    /// calls a window
    pub limit: u32,
    /// calls left in it
    pub remaining: u32,
    /// when it ends (wall clock)
    pub resets_at: Millis,
}

/// A destination's standing state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DestinationRecord {
    /// since when an operator has paused it; before 1970-01-01T00:00:01Z where a former version did not record the time
    pub paused: Option<Millis>,
    /// halted, and why, in the words of whoever committed it
    pub halted: Option<String>,
    /// calls made so far
    pub calls: u64,
    /// calls saved so far
    pub calls_saved: SavedCalls,
    /// the budget as last committed
    pub budget: Option<BudgetRecord>,
}

/// Everything a destination's delivery starts from.
#[derive(Debug, Clone, Default)]
pub struct Restored {
    /// every event of requests below this number has its fate
    pub cursor: u64,
    /// one more than the newest request's number
    pub end: u64,
    /// its standing state
    pub destination: DestinationRecord,
    /// lanes in trouble, by lane key
    pub lanes: BTreeMap<String, LaneRecord>,
    /// calls whose reply was never seen
    pub in_flight: Vec<InFlightRecord>,
    /// the newest [`Restored::CONFLICTS`] conflicts, dismissed ones too, by lane and field
    pub conflicts: Vec<ConflictRecord>,
}

impl Restored {
    /// Of a destination no more conflicts than this are handed to delivery; people see them all.
    pub const CONFLICTS: usize = 16_384;
}

impl std::fmt::Debug for NewRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewRequest")
            .field("source", &self.source)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for StoredRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredRequest")
            .field("number", &self.number)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for KnownUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnownUser").field("end_user_id", &self.end_user_id).finish_non_exhaustive()
    }
}
