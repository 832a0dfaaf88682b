//! What delivery remembers of a destination, and starts from: end users, lanes, calls under way, budget, standing.

use super::{ConflictRecord, Position, SavedCalls, SourceId};
use event::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What makes an event the same as another of its source (docs/facts/mapping.md#same-event): its message id and its content, each hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
pub struct StandingRecord {
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
pub struct RestoredDelivery {
    /// every event of requests below this number has its fate
    pub cursor: u64,
    /// one more than the newest request's number
    pub end: u64,
    /// its standing state
    pub destination: StandingRecord,
    /// lanes in trouble, by lane key
    pub lanes: BTreeMap<String, LaneRecord>,
    /// calls whose reply was never seen
    pub in_flight: Vec<InFlightRecord>,
    /// the newest [`RestoredDelivery::CONFLICTS`] conflicts, dismissed ones too, by lane and field
    pub conflicts: Vec<ConflictRecord>,
}

impl RestoredDelivery {
    /// Of a destination no more conflicts than this are handed to delivery; people see them all.
    pub const CONFLICTS: usize = 16_384;
}

impl std::fmt::Debug for KnownUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnownUser").field("end_user_id", &self.end_user_id).finish_non_exhaustive()
    }
}
