//! A journal whose appends are durable when the test says so, in front of one in memory.

use event::{Millis, SourceKind};
use journal::{Appended, Intake, JournalError, MemoryJournal, NewRequest, Receipt, SourceId, Storage};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

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

impl Storage for HeldJournal {
    fn age(&self, stamp: Millis) -> Option<Duration> {
        self.memory.age(stamp)
    }

    fn healthy(&self) -> Result<(), JournalError> {
        self.memory.healthy()
    }
}

impl Intake for HeldJournal {
    fn source(&self, name: &str, kind: SourceKind) -> Result<SourceId, JournalError> {
        self.memory.source(name, kind)
    }

    fn append(&self, request: NewRequest) -> Receipt<Appended> {
        let (answer, receipt) = oneshot::channel();
        let _ = self.appends.send(Append { request, answer });
        Receipt::waiting(receipt)
    }

    fn stored_bytes(&self, source: SourceId) -> u64 {
        self.memory.stored_bytes(source)
    }
}
