//! The archive's trait, done the same way.

use super::work::Work;
use super::{SqliteJournal, answers, attempts, conflicts, documents, letters, read, samples, search};
use crate::error::JournalError;
use crate::port::Archive;
use crate::receipt::Receipt;
use crate::records::{
    AnswerCounts, AnswerFilter, AnswerPage, ArchivedEvent, Attempt, AuditFilter, AuditPage, ConflictCount,
    ConflictFilter, ConflictPage, DestinationId, Document, DocumentChange, EventFilter, EventPage,
    JournalStatus, LaneRecord, Original, Position, Sample, SourceId,
};
use event::Millis;
use std::time::Duration;

impl Archive for SqliteJournal {
    fn documents(&self, kind: &str) -> Result<Vec<Document>, JournalError> {
        self.readers.read(|connection| documents::all(connection, kind))
    }

    fn document(&self, kind: &str, key: &str) -> Result<Option<Document>, JournalError> {
        self.readers.read(|connection| documents::one(connection, kind, key))
    }

    fn write_documents(&self, changes: Vec<DocumentChange>) -> Receipt<()> {
        let at = (self.options.clock)();
        self.tell(Work::Documents { changes, at })
    }

    fn audit(&self, filter: &AuditFilter, limit: usize) -> Result<AuditPage, JournalError> {
        self.readers.read(|connection| documents::audit(connection, filter, limit))
    }

    fn sources(&self) -> Result<Vec<(String, SourceId)>, JournalError> {
        self.readers.read(read::sources)
    }

    fn events(&self, filter: &EventFilter, limit: usize) -> Result<EventPage, JournalError> {
        search::events(&self.shared.search, &self.readers, filter, limit)
    }

    fn event(&self, position: Position) -> Result<Option<ArchivedEvent>, JournalError> {
        self.readers.read(|connection| search::event(connection, position))
    }

    fn attempts(&self, position: Position, limit: usize) -> Result<Vec<Attempt>, JournalError> {
        self.readers.read(|connection| attempts::list(connection, position, limit))
    }

    fn original(&self, request: u64) -> Result<Option<Original>, JournalError> {
        self.readers.read(|connection| letters::original(connection, request))
    }

    fn lane(&self, destination: DestinationId, lane: &str) -> Result<Option<LaneRecord>, JournalError> {
        self.readers.read(|connection| read::lane(connection, destination, lane))
    }

    fn conflicts(&self, filter: &ConflictFilter, limit: usize) -> Result<ConflictPage, JournalError> {
        self.readers.read(|connection| conflicts::list(connection, filter, limit))
    }

    fn conflict_counts(&self) -> Result<Vec<ConflictCount>, JournalError> {
        self.readers.read(conflicts::counts)
    }

    fn answers(&self, filter: &AnswerFilter, limit: usize) -> Result<AnswerPage, JournalError> {
        self.readers.read(|connection| answers::list(connection, filter, limit))
    }

    fn answer_counts(
        &self,
        filter: &AnswerFilter,
        edges: &[Millis],
    ) -> Result<Vec<AnswerCounts>, JournalError> {
        self.readers.read(|connection| answers::counts(connection, filter, edges))
    }

    fn record_samples(&self, samples: Vec<Sample>) -> Receipt<()> {
        self.tell(Work::Samples(samples))
    }

    fn samples(
        &self,
        destination: Option<DestinationId>,
        from: Millis,
        to: Millis,
    ) -> Result<Vec<Sample>, JournalError> {
        self.readers.read(|connection| samples::list(connection, destination, from, to))
    }

    fn is_over(&self, stamp: Millis, after: Duration) -> bool {
        self.ages.is_over(stamp, after)
    }

    fn status(&self) -> JournalStatus {
        self.state()
    }
}
