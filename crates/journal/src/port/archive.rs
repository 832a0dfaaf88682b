//! What people look at and keep: settings, events and their stories, answers, and how it all went.

use super::Fates;
use crate::error::JournalError;
use crate::receipt::Receipt;
use crate::records::{
    AnswerCounts, AnswerFilter, AnswerPage, ArchivedEvent, Attempt, AuditFilter, AuditPage, ConflictCount,
    ConflictFilter, ConflictPage, DestinationId, Document, DocumentChange, EventFilter, EventPage,
    JournalStatus, LaneRecord, Original, Position, Sample, SourceId,
};
use event::Millis;
use std::time::Duration;

/// What the console reads and keeps. Reads block the calling thread; writes are answered by a [`Receipt`] when they are
/// durable.
pub trait Archive: Fates {
    /// All documents of a kind, by key.
    fn documents(&self, kind: &str) -> Result<Vec<Document>, JournalError>;

    /// One document.
    fn document(&self, kind: &str, key: &str) -> Result<Option<Document>, JournalError>;

    /// Makes all changes true at once.
    fn write_documents(&self, changes: Vec<DocumentChange>) -> Receipt<()>;

    /// Audit entries that match, newest first, at most `limit`. Kept for 400 days.
    fn audit(&self, filter: &AuditFilter, limit: usize) -> Result<AuditPage, JournalError>;

    /// Sources ever used, by name.
    fn sources(&self) -> Result<Vec<(String, SourceId)>, JournalError>;

    /// Events that match, newest first, at most `limit`. Looks through a bounded part of the log; see
    /// [`EventPage::next`].
    fn events(&self, filter: &EventFilter, limit: usize) -> Result<EventPage, JournalError>;

    /// One event, whole; nothing when it is no longer stored.
    fn event(&self, position: Position) -> Result<Option<ArchivedEvent>, JournalError>;

    /// The calls made for an event at all destinations, oldest first, at most `limit`. They go with their event.
    fn attempts(&self, position: Position, limit: usize) -> Result<Vec<Attempt>, JournalError>;

    /// What was edited to become this request ([`Fates::requeue_edited`]); goes with it.
    fn original(&self, request: u64) -> Result<Option<Original>, JournalError>;

    /// The trouble a lane is in, if it is.
    fn lane(&self, destination: DestinationId, lane: &str) -> Result<Option<LaneRecord>, JournalError>;

    /// Conflicts that match, the newest first, at most `limit`.
    fn conflicts(&self, filter: &ConflictFilter, limit: usize) -> Result<ConflictPage, JournalError>;

    /// How many conflicts there are that nobody has dismissed, by destination and field.
    fn conflict_counts(&self) -> Result<Vec<ConflictCount>, JournalError>;

    /// Survey answers that match, the last given first, at most `limit`.
    fn answers(&self, filter: &AnswerFilter, limit: usize) -> Result<AnswerPage, JournalError>;

    /// How many survey answers match, by spans of time: the nth reaches from the nth of `edges` to the one behind it, which
    /// is not within. The edges must ascend. Without two of them nothing is counted.
    fn answer_counts(
        &self,
        filter: &AnswerFilter,
        edges: &[Millis],
    ) -> Result<Vec<AnswerCounts>, JournalError>;

    /// Keeps samples; one of the same minute and destination is replaced. Kept for 30 days.
    fn record_samples(&self, samples: Vec<Sample>) -> Receipt<()>;

    /// Samples from `from` on and before `to`, oldest first; of all destinations unless one is named.
    fn samples(
        &self,
        destination: Option<DestinationId>,
        from: Millis,
        to: Millis,
    ) -> Result<Vec<Sample>, JournalError>;

    /// Is it so long since something was stamped then? By the time that truly passed, and by the wall clock as well unless
    /// that was set meanwhile. Does not block.
    fn is_over(&self, stamp: Millis, after: Duration) -> bool;

    /// How the storage itself is doing. Does not block.
    fn status(&self) -> JournalStatus;
}
