//! What delivery remembers of a destination and starts from: end users, lanes, calls under way, budget, standing state.

use super::{ConflictRecord, Position, SavedCalls, SourceId};
use event::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What makes an event the same as another of its source (docs/facts/mapping.md#same-event): its message id and its content, each hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageKey {
    /// the source
    pub source: SourceId,
    /// the message id ([`event::message_hash`]), or the content of an event without one
    pub id: u128,
    /// the content ([`event::Event::content_hash`])
    pub content: u128,
}

/// Whether an event has its fate already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Seen {
    /// No event with its message id has a fate.
    #[default]
    Never,
    /// Only events with its message id and different content have a fate: this is another event.
    Reused,
    /// The event has its fate; or an event with its message id and unknown content has, because an older version, which did
    /// not record the content, dealt with it.
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
    /// exactly as InMoment returned them
    pub properties: serde_json::Map<String, serde_json::Value>,
    /// when InMoment returned these values
    pub read_at: Millis,
}

/// A lane whose calls fail, or which waits; it is stored so that a restart does not reset its counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LaneRecord {
    /// the first event of the lane, to which this applies
    pub head: Position,
    /// how many attempts in a row failed
    pub attempts: u32,
    /// how long its calls have failed while the process ran, ms
    pub failing_ms: u64,
    /// when to try again (wall clock)
    pub retry_at: Millis,
    /// for a survey answer whose end user is unknown: when the wait ends (wall clock)
    pub wait_until: Option<Millis>,
    /// how often its call was turned away while other lanes' calls succeeded
    #[serde(default)]
    pub denied: u32,
}

/// A call that InMoment may have carried out although its reply was not received.
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

    /// The journal is a copy that was taken at this time: the original journal may have sent every answer below this request
    /// since.
    pub fn restored(end: u64, taken_at: Millis) -> InFlightRecord {
        InFlightRecord {
            // The keys of lanes begin differently.
            lane: InFlightRecord::RESTORED.to_owned(),
            head: Position { request: end, index: 0 },
            call: InFlightRecord::RESTORED.to_owned(),
            started_at: taken_at,
        }
    }

    /// A record of a call was damaged: any call for an event below this request may have been under way; it was sent around
    /// the time when the newest request arrived.
    pub fn lost(end: u64, newest: Millis) -> InFlightRecord {
        InFlightRecord {
            lane: String::new(),
            head: Position { request: end, index: 0 },
            call: InFlightRecord::LOST.to_owned(),
            started_at: newest,
        }
    }
}

/// How many of the allowed calls are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetRecord {
    /// the calls that a window allows
    pub limit: u32,
    /// the calls that are left in this window
    pub remaining: u32,
    /// when the window ends (wall clock)
    pub resets_at: Millis,
}

/// A destination's standing state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StandingRecord {
    /// when an operator paused the destination; before 1970-01-01T00:00:01Z if an older version did not record the time
    pub paused: Option<Millis>,
    /// the destination is halted, and why, in the words of the commit
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
    /// lanes whose calls fail or which wait, by lane key
    pub lanes: BTreeMap<String, LaneRecord>,
    /// calls whose reply was not received
    pub in_flight: Vec<InFlightRecord>,
    /// the newest [`RestoredDelivery::CONFLICTS`] conflicts, dismissed ones too, by lane and field
    pub conflicts: Vec<ConflictRecord>,
}

impl RestoredDelivery {
    /// The largest number of conflicts of a destination that delivery gets; people see all of them.
    pub const CONFLICTS: usize = 16_384;
}

impl std::fmt::Debug for KnownUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnownUser").field("end_user_id", &self.end_user_id).finish_non_exhaustive()
    }
}
