//! Conflicts: an end user was delivered without an e-mail or a phone number, because InMoment holds it for another end user.

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
    /// Both fields.
    pub const ALL: [UniqueField; 2] = [UniqueField::Email, UniqueField::PhoneNumber];

    /// InMoment's name of the field.
    pub fn word(self) -> &'static str {
        match self {
            UniqueField::Email => "email",
            UniqueField::PhoneNumber => "phone_number",
        }
    }
}

/// One of the two people in a conflict, as far as the person is known. `Debug` leaves out the ids.
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
    /// The field is sent once more, because its holder may have given up the value.
    TryAgain,
    /// Two or more people exchange their values: this person gives up the old value first.
    LetGo,
    /// The exchange failed: this person gets back the value that was given up.
    GiveBack,
    /// The holder's record belongs to this person: it gets this person's external id.
    Adopt,
}

/// A field that InMoment refused, because another end user holds its value. A destination has at most one conflict of a
/// person about a field. `Debug` leaves out the people and the value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictRecord {
    /// the key of the lane of the person who was delivered without the field
    pub lane: String,
    /// which field
    pub field: UniqueField,
    /// the value that the person should have
    pub value: String,
    /// the person who was delivered without it
    pub person: Party,
    /// the person who holds the value
    pub holder: Party,
    /// the first event that was delivered without the field, or became a dead letter because of it; unknown in a conflict
    /// that an older version stored
    #[serde(default)]
    pub first: Option<Position>,
    /// the last event that was delivered without the field, or became a dead letter because of it
    pub position: Position,
    /// when the conflict was first found
    pub since: Millis,
    /// when an event was last concerned
    pub last: Millis,
    /// how many events were concerned
    pub times: u64,
    /// The old value, which this person gave up, or is about to give up, because other people want it: it is given back if
    /// they cannot have it. If it cannot be given back, it stays here. If this person wants another value by then, that may
    /// be the one for which the old value was given up.
    #[serde(default)]
    pub let_go: Option<String>,
    /// what is still to be done about the conflict
    #[serde(default)]
    pub settlement: Option<Settlement>,
    /// why the last attempt to settle the conflict failed, as a stable word
    #[serde(default)]
    pub failure: Option<String>,
    /// An operator dismissed the conflict: the value is left out, and the conflict is not counted as open.
    #[serde(default)]
    pub dismissed: bool,
}

/// A stored conflict. `Debug` leaves out the people and the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// its number; stays the same while the conflict lasts
    pub id: u64,
    /// the destination
    pub destination: DestinationId,
    /// the conflict
    pub record: ConflictRecord,
}

/// Says which conflicts are meant. `Debug` leaves out the person.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConflictFilter {
    /// at this destination
    pub destination: Option<DestinationId>,
    /// this one
    pub id: Option<u64>,
    /// of the person with this lane
    pub lane: Option<String>,
    /// dismissed ones as well
    pub dismissed: bool,
    /// with numbers below this one (for paging)
    pub before: Option<u64>,
}

/// Conflicts, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConflictPage {
    /// at most as many as asked for
    pub items: Vec<Conflict>,
    /// there are more after the last
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
