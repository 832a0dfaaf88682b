//! The durable log of requests and the durable state of delivery, behind one port for each kind of user: [`Intake`],
//! [`DeliveryStore`], [`Fates`], [`Archive`].
//!
//! # What it promises
//! * [`Intake::append`] resolves only when the request is durable (fsync). What it returns an error for is not stored.
//! * [`DeliveryStore::commit`] is atomic and durable: all of its changes or none. It is the only way delivery state changes.
//! * After a crash the journal holds exactly what was acknowledged, plus possibly the last write whose answer was lost.
//!
//! # What it holds
//! * **Requests**, in order of arrival, with their bodies byte for byte. Their numbers only grow.
//! * **Fates**: for each destination and request, one byte an event: pending, delivered, dead, or skipped and why.
//! * **Cursor**: for each destination, the request below which every event has its fate.
//! * What delivery must remember: end users known, links from external ids, message ids seen, lanes that fail, calls in
//!   flight, budget, pause and halt, dead letters.
//! * The **ledger**: events accepted, delivered, skipped and dead for each destination. An event routed to two
//!   destinations counts at both; one routed to none counts as skipped (`no_destination`).

mod change;
pub mod code;
mod error;
mod memory;
mod packed;
mod port;
mod receipt;
mod records;
mod sqlite;
mod text;
mod timeline;
mod weight;

pub use change::Change;
pub use error::JournalError;
pub use memory::MemoryJournal;
pub use port::{Appended, Archive, DeliveryStore, Fates, Intake, Journal, ReadLimit, ReadPage, Storage};
pub use receipt::Receipt;
pub use records::{
    AnswerCount, AnswerCounts, AnswerFilter, AnswerKind, AnswerPage, ArchivedEvent, Attempt, AuditEntry,
    AuditFilter, AuditPage, BudgetRecord, Conflict, ConflictCount, ConflictFilter, ConflictPage,
    ConflictRecord, DeadLetter, DeadLetterCount, DeadLetterFilter, DeadLetterGroup, DeadLetterPage,
    DestinationId, Document, DocumentChange, EventFate, EventFilter, EventPage, Fate, FoundEvent,
    InFlightRecord, JournalStatus, KnownUser, LaneRecord, Ledger, LedgerTotals, MessageKey, NewAttempt,
    NewAudit, NewDeadLetter, NewRequest, NewSurveyAnswer, ONE_ANSWER_IN, Original, OutcomeKind, Party,
    Position, Rejected, Requeued, RestoredDelivery, Sample, SavedCalls, Seen, Settlement, SkipCode, SourceId,
    StandingRecord, StoredRequest, SurveyAnswer, UniqueField,
};
pub use sqlite::{
    COPY, Contents, FileSystem, Finding, HeldFolder, ITSELF, Lead, Offline, Options, ReplicaOptions,
    SqliteJournal, Uptime, WRITER,
};
pub use timeline::Elapsed;
pub use weight::weight_of_text;
