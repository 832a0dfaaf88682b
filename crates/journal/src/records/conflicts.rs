//! Conflicts: an end user was delivered without an e-mail or a phone number that InMoment holds for somebody else.

use super::{DestinationId, Position};
use event::Millis;
use serde::{Deserialize, Serialize};

/// A field of end users that InMoment keeps unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UniqueField {
    /// the e-mail
    Email,
    /// the phone number
    PhoneNumber,
}

impl UniqueField {
    /// Both.
    pub const ALL: [UniqueField; 2] = [UniqueField::Email, UniqueField::PhoneNumber];

    /// InMoment's name for it.
    pub fn word(self) -> &'static str {
        match self {
            UniqueField::Email => "email",
            UniqueField::PhoneNumber => "phone_number",
        }
    }
}

/// One of the two people in a conflict, as far as they are known. `Debug` leaves out who it is.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Party {
    /// InMoment's id
    pub end_user_id: Option<String>,
    /// the caller's id
    pub external_id: Option<String>,
}

/// What has been decided about a conflict and is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// Sends the field once more: its holder may have let go of it.
    TryAgain,
    /// Two or more people exchange their values: this one lets go of the own value first.
    LetGo,
    /// The exchange came to nothing: this one gets the value back that it let go of.
    GiveBack,
    /// The holder's record is this person's: it gets this person's external id.
    Adopt,
}

/// A field that InMoment did not take, because another end user holds its value. There is at most one of each person and
/// field at a destination. `Debug` leaves out who and what it is about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictRecord {
    /// the key of the lane of the person who was delivered without the field
    pub lane: String,
    /// which field
    pub field: UniqueField,
    /// what the person should have there
    pub value: String,
    /// the person who was delivered without it
    pub person: Party,
    /// the person who holds it
    pub holder: Party,
    /// the first event that was delivered without it, or died of it; unknown of a conflict that an older version kept
    #[serde(default)]
    pub first: Option<Position>,
    /// the last event that was delivered without it, or died of it
    pub position: Position,
    /// when that was first found out
    pub since: Millis,
    /// when it last happened
    pub last: Millis,
    /// events it happened to
    pub times: u64,
    /// Others want the value that this person held, and this one let go of it, or is about to: it is given back if they cannot
    /// have it. Where that could not be done, it stays here. Wants this person something else by then, it may be what it let go of
    /// its own for.
    #[serde(default)]
    pub let_go: Option<String>,
    /// still to be done about it
    #[serde(default)]
    pub settlement: Option<Settlement>,
    /// why the last attempt to settle it failed, as a stable word
    #[serde(default)]
    pub failure: Option<String>,
    /// An operator wants to hear no more of it: the value is left out without being counted as open.
    #[serde(default)]
    pub dismissed: bool,
}

/// A conflict as kept. `Debug` leaves out who and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// its number; stays the same while the conflict lasts
    pub id: u64,
    /// the destination
    pub destination: DestinationId,
    /// the conflict
    pub record: ConflictRecord,
}

/// Which conflicts. `Debug` leaves out whose.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConflictFilter {
    /// at this destination
    pub destination: Option<DestinationId>,
    /// this one
    pub id: Option<u64>,
    /// of the person with this lane
    pub lane: Option<String>,
    /// dismissed ones too
    pub dismissed: bool,
    /// with numbers below this one (for paging)
    pub before: Option<u64>,
}

/// Conflicts, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConflictPage {
    /// at most as many as asked for
    pub items: Vec<Conflict>,
    /// there are more behind the last
    pub more: bool,
}

/// How many conflicts a destination has that nobody has dismissed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConflictCount {
    /// the destination
    pub destination: DestinationId,
    /// which field
    pub field: UniqueField,
    /// how many
    pub count: u64,
}

impl std::fmt::Debug for ConflictFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConflictFilter")
            .field("destination", &self.destination)
            .field("id", &self.id)
            .field("of_lane", &self.lane.is_some())
            .field("dismissed", &self.dismissed)
            .field("before", &self.before)
            .finish()
    }
}

impl std::fmt::Debug for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Party").field("known", &self.end_user_id.is_some()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ConflictRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConflictRecord")
            .field("field", &self.field)
            .field("position", &self.position)
            .field("times", &self.times)
            .field("settlement", &self.settlement)
            .field("dismissed", &self.dismissed)
            .finish_non_exhaustive()
    }
}
