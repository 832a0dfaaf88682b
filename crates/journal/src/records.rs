//! What is written and read. Plain data: every rule about it lives with its owner.

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
    Answer, AnswerCount, AnswerCounts, AnswerFilter, AnswerKind, AnswerPage, NewAnswer, ONE_ANSWER_IN,
};
pub use calls::{Attempt, NewAttempt, SavedCalls};
pub use conflicts::{
    Conflict, ConflictCount, ConflictFilter, ConflictPage, ConflictRecord, Party, Settlement, UniqueField,
};
pub use delivery::{
    BudgetRecord, DestinationRecord, InFlightRecord, KnownUser, LaneRecord, MessageKey, Restored, Seen,
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
