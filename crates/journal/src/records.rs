//! What is written and read. This is plain data: the rules about each record are beside the code that uses it.

mod answers;
mod calls;
mod conflicts;
mod delivery;
mod documents;
mod fates;
mod found;
mod ids;
mod ledger;
mod letters;
mod requests;
mod samples;
mod status;

pub use answers::{
    AnswerCount, AnswerCounts, AnswerFilter, AnswerKind, AnswerPage, NewSurveyAnswer, ONE_ANSWER_IN,
    SurveyAnswer,
};
pub use calls::{Attempt, NewAttempt, SavedCalls};
pub use conflicts::{
    Conflict, ConflictCount, ConflictFilter, ConflictPage, ConflictRecord, Party, Settlement, UniqueField,
};
pub use delivery::{
    BudgetRecord, InFlightRecord, KnownUser, LaneRecord, MessageKey, RestoredDelivery, Seen, StandingRecord,
};
pub use documents::{AuditEntry, AuditFilter, AuditPage, Document, DocumentChange, NewAudit};
pub use fates::{Fate, SkipCode};
pub use found::{ArchivedEvent, EventFate, EventFilter, EventPage, FoundEvent, Original, OutcomeKind};
pub use ids::{DestinationId, Position, SourceId};
pub use ledger::{Ledger, LedgerTotals};
pub use letters::{
    DeadLetter, DeadLetterCount, DeadLetterFilter, DeadLetterGroup, DeadLetterPage, NewDeadLetter, Requeued,
};
pub use requests::{NewRequest, Rejected, StoredRequest};
pub use samples::Sample;
pub use status::JournalStatus;
