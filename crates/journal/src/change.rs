//! What a commit can change.

use crate::records::{
    BudgetRecord, ConflictRecord, Fate, InFlightRecord, KnownUser, LaneRecord, MessageKey, NewAttempt,
    NewAudit, NewDeadLetter, NewSurveyAnswer, Position, SavedCalls, UniqueField,
};
use event::Millis;
use serde::{Deserialize, Serialize};

/// One change of delivery state; a commit makes a list of them true at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// An event has met its fate. Counted in the ledger by the journal. Refused unless the event is pending here.
    Fate(Position, Fate),
    /// Every event of requests below this number has its fate; refused when that is not so. Never goes back.
    Cursor(u64),
    /// This event has been dealt with; its message id and content are remembered for 24 hours from then.
    Seen(MessageKey, Millis),
    /// An event that is delivered or dead in this commit had the message id of another one, and other content. Counted in
    /// the ledger.
    MessageIdReused,
    /// What InMoment now holds of an end user; also links its external id to it.
    KnowUser(KnownUser),
    /// What was known of this end user (by its end-user id) may no longer be true. Links stay.
    DoubtUser(String),
    /// This external id belongs to this end user.
    Link(String, String),
    /// This external id belongs to nobody we know of.
    Unlink(String),
    /// A call is about to be made; replaces what was in flight for the lane.
    InFlight(InFlightRecord),
    /// The lane's call has been answered.
    Landed(String),
    /// A lane is in trouble or waiting.
    LaneTrouble(String, LaneRecord),
    /// It no longer is.
    LaneClear(String),
    /// An event is kept as a dead letter. Comes with its `Fate(position, Dead)` in the same commit: neither is taken
    /// without the other.
    DeadLetter(NewDeadLetter),
    /// An end user was delivered without a field that somebody else holds; replaces what was known of that.
    Conflict(ConflictRecord),
    /// The conflict of this lane about this field is over.
    ConflictEnds(String, UniqueField),
    /// An operator paused the destination, at this time, or resumed it.
    Paused(Option<Millis>),
    /// The destination is halted for this reason, or no longer.
    Halted(Option<String>),
    /// The budget as of the calls this commit lets out.
    Budget(BudgetRecord),
    /// So many more calls made and saved.
    Calls {
        /// made
        made: u64,
        /// saved
        saved: SavedCalls,
    },
    /// A call was made and answered, or failed; kept with the events it was made for. Of events that are no longer
    /// stored nothing is kept.
    Attempt(NewAttempt),
    /// InMoment now has a survey response or decline. Comes with its `Fate(position, Delivered)`.
    Answer(NewSurveyAnswer),
    /// Who ordered what this commit makes true, and when.
    Audit(NewAudit, Millis),
}
