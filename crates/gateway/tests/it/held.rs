//! A journal whose appends are durable when the test says so, in front of one in memory.

use bytes::Bytes;
use event::{Millis, SourceKind};
use journal::{
    Appended, Change, DeadLetterFilter, DeadLetterPage, DestinationId, Journal, JournalError, KnownUser,
    Ledger, MemoryJournal, MessageKey, NewAudit, NewRequest, Position, ReadLimit, ReadPage, Receipt,
    Requeued, Restored, Seen, SourceId,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

pub(crate) struct HeldJournal {
    memory: Arc<MemoryJournal>,
    appends: mpsc::UnboundedSender<Append>,
}

/// An append under way.
pub(crate) struct Append {
    pub(crate) request: NewRequest,
    pub(crate) answer: oneshot::Sender<Result<Appended, JournalError>>,
}

impl HeldJournal {
    pub(crate) fn new(memory: Arc<MemoryJournal>) -> (Self, mpsc::UnboundedReceiver<Append>) {
        let (appends, held) = mpsc::unbounded_channel();
        (HeldJournal { memory, appends }, held)
    }
}

impl Journal for HeldJournal {
    fn append(&self, request: NewRequest) -> Receipt<Appended> {
        let (answer, receipt) = oneshot::channel();
        let _ = self.appends.send(Append { request, answer });
        Receipt::waiting(receipt)
    }

    fn source(&self, name: &str, kind: SourceKind) -> Result<SourceId, JournalError> {
        self.memory.source(name, kind)
    }

    fn destination(&self, name: &str) -> Result<DestinationId, JournalError> {
        self.memory.destination(name)
    }

    fn commit_shared(&self, destination: DestinationId, changes: Arc<[Change]>) -> Receipt<()> {
        self.memory.commit_shared(destination, changes)
    }

    fn requeue(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued> {
        self.memory.requeue(filter, audit)
    }

    fn discard(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued> {
        self.memory.discard(filter, audit)
    }

    fn requeue_edited(&self, id: u64, event: Bytes, audit: NewAudit) -> Receipt<Position> {
        self.memory.requeue_edited(id, event, audit)
    }

    fn replay(&self, position: Position, destination: DestinationId, audit: NewAudit) -> Receipt<Position> {
        self.memory.replay(position, destination, audit)
    }

    fn restore(&self, destination: DestinationId) -> Result<Restored, JournalError> {
        self.memory.restore(destination)
    }

    fn read(
        &self,
        destination: DestinationId,
        from: u64,
        limit: ReadLimit,
    ) -> Result<ReadPage, JournalError> {
        self.memory.read(destination, from, limit)
    }

    fn seen(
        &self,
        destination: DestinationId,
        keys: &[MessageKey],
        since: Millis,
    ) -> Result<Vec<Seen>, JournalError> {
        self.memory.seen(destination, keys, since)
    }

    fn links(&self, destination: DestinationId, ids: &[&str]) -> Result<Vec<Option<String>>, JournalError> {
        self.memory.links(destination, ids)
    }

    fn users(
        &self,
        destination: DestinationId,
        ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError> {
        self.memory.users(destination, ids)
    }

    fn age(&self, stamp: Millis) -> Option<Duration> {
        self.memory.age(stamp)
    }

    fn dead_letters(&self, filter: &DeadLetterFilter, limit: usize) -> Result<DeadLetterPage, JournalError> {
        self.memory.dead_letters(filter, limit)
    }

    fn oldest_pending(&self, destination: DestinationId) -> Result<Option<Millis>, JournalError> {
        self.memory.oldest_pending(destination)
    }

    fn ledger(&self) -> Result<Ledger, JournalError> {
        self.memory.ledger()
    }

    fn destinations(&self) -> Result<Vec<(String, DestinationId)>, JournalError> {
        self.memory.destinations()
    }

    fn appended(&self) -> watch::Receiver<u64> {
        self.memory.appended()
    }

    fn event_text(&self, position: Position) -> Result<Option<String>, JournalError> {
        self.memory.event_text(position)
    }

    fn stored_bytes(&self, source: SourceId) -> u64 {
        self.memory.stored_bytes(source)
    }

    fn healthy(&self) -> Result<(), JournalError> {
        self.memory.healthy()
    }
}
