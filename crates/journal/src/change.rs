//! What a commit can change.

use crate::records::{
    BudgetRecord, ConflictRecord, Fate, InFlightRecord, KnownUser, LaneRecord, MessageKey, NewAttempt,
    NewAudit, NewDeadLetter, NewSurveyAnswer, Position, SavedCalls, UniqueField,
};
use event::Millis;
use serde::{Deserialize, Serialize};

/// One change of delivery state; a commit applies a list of them atomically.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// An event has its fate. The journal counts it in the ledger, and refuses it unless the event is pending here.
    Fate(Position, Fate),
    /// Every event of the requests below this number has its fate; the journal refuses a cursor of which that is not
    /// true. The cursor never moves back.
    Cursor(u64),
    /// This event has its fate; its message id and content are remembered for 24 hours from this time.
    Seen(MessageKey, Millis),
    /// An event that is delivered or dead in this commit had the message id of an earlier one, and different content. The
    /// ledger counts these.
    MessageIdReused,
    /// What InMoment now holds of an end user; this also links the external id to the end user.
    KnowUser(KnownUser),
    /// What was known of this end user (by its end-user id) may no longer be true, and is forgotten. Links stay.
    DoubtUser(String),
    /// This external id belongs to this end user.
    Link(String, String),
    /// No end user is known to have this external id.
    Unlink(String),
    /// A call is about to be made; it replaces the lane's call that was in flight.
    InFlight(InFlightRecord),
    /// The lane's call has been answered.
    Landed(String),
    /// A lane's calls fail, or it waits.
    LaneTrouble(String, LaneRecord),
    /// The lane no longer fails or waits.
    LaneClear(String),
    /// An event is kept as a dead letter. Its `Fate(position, Dead)` is in the same commit: the journal refuses one without
    /// the other.
    DeadLetter(NewDeadLetter),
    /// An end user was delivered without a field whose value another end user holds; this replaces an earlier conflict about
    /// the same field.
    Conflict(ConflictRecord),
    /// The conflict of this lane about this field is settled.
    ConflictEnds(String, UniqueField),
    /// An operator paused the destination, at this time, or resumed it.
    Paused(Option<Millis>),
    /// The destination is halted for this reason, or no longer.
    Halted(Option<String>),
    /// The budget after the calls that this commit allows.
    Budget(BudgetRecord),
    /// So many more calls were made, and so many were saved.
    Calls {
        /// made
        made: u64,
        /// saved
        saved: SavedCalls,
    },
    /// A call was made and answered, or failed; it is kept with the events that it was made for. Nothing is kept for events
    /// that are no longer stored.
    Attempt(NewAttempt),
    /// InMoment now has a survey response or decline. Its `Fate(position, Delivered)` is in the same commit.
    Answer(NewSurveyAnswer),
    /// Who ordered the changes of this commit, and when.
    Audit(NewAudit, Millis),
}
