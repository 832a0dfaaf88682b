//! What people read and change: settings, events and their stories, answers, and samples.

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

/// What the console reads and stores. Reads block the calling thread; the [`Receipt`] of a write resolves when the write is
/// durable.
pub trait Archive: Fates {
    /// All documents of a kind, by key.
    fn documents(&self, kind: &str) -> Result<Vec<Document>, JournalError>;

    /// One document.
    fn document(&self, kind: &str, key: &str) -> Result<Option<Document>, JournalError>;

    /// Applies all changes atomically.
    fn write_documents(&self, changes: Vec<DocumentChange>) -> Receipt<()>;

    /// Audit entries that match, newest first, at most `limit`. They are kept for 400 days.
    fn audit(&self, filter: &AuditFilter, limit: usize) -> Result<AuditPage, JournalError>;

    /// All sources that were ever used, by name.
    fn sources(&self) -> Result<Vec<(String, SourceId)>, JournalError>;

    /// Events that match, newest first, at most `limit`. One call searches a bounded part of the log; see
    /// [`EventPage::next`].
    fn events(&self, filter: &EventFilter, limit: usize) -> Result<EventPage, JournalError>;

    /// One event with its text; `None` if it is no longer stored.
    fn event(&self, position: Position) -> Result<Option<ArchivedEvent>, JournalError>;

    /// The calls made for an event at all destinations, oldest first, at most `limit`. They are removed with their event.
    fn attempts(&self, position: Position, limit: usize) -> Result<Vec<Attempt>, JournalError>;

    /// The dead letter that was edited to become this request ([`Fates::requeue_edited`]); it is removed with the request.
    fn original(&self, request: u64) -> Result<Option<Original>, JournalError>;

    /// Why a lane waits or its calls fail, if so.
    fn lane(&self, destination: DestinationId, lane: &str) -> Result<Option<LaneRecord>, JournalError>;

    /// Conflicts that match, the newest first, at most `limit`.
    fn conflicts(&self, filter: &ConflictFilter, limit: usize) -> Result<ConflictPage, JournalError>;

    /// How many conflicts are not dismissed, by destination and field.
    fn conflict_counts(&self) -> Result<Vec<ConflictCount>, JournalError>;

    /// Survey answers that match, the last given first, at most `limit`.
    fn answers(&self, filter: &AnswerFilter, limit: usize) -> Result<AnswerPage, JournalError>;

    /// How many survey answers match, by spans of time: the nth span begins at the nth of `edges` and ends before the next
    /// one. The edges must ascend. Without two of them nothing is counted.
    fn answer_counts(
        &self,
        filter: &AnswerFilter,
        edges: &[Millis],
    ) -> Result<Vec<AnswerCounts>, JournalError>;

    /// Stores samples; a sample of the same minute and destination is replaced. Samples are kept for 30 days.
    fn record_samples(&self, samples: Vec<Sample>) -> Receipt<()>;

    /// Samples from `from` until before `to`, oldest first; of all destinations unless one is named.
    fn samples(
        &self,
        destination: Option<DestinationId>,
        from: Millis,
        to: Millis,
    ) -> Result<Vec<Sample>, JournalError>;

    /// Was something with this stamp stored at least so long ago? This compares the time that truly passed, and the wall clock
    /// as well unless that was set meanwhile. It does not block.
    fn is_over(&self, stamp: Millis, after: Duration) -> bool;

    /// The state of the storage. This does not block.
    fn status(&self) -> JournalStatus;
}
