//! What a journal offers if several machines share it.

use crate::error::JournalError;
use crate::receipt::Receipt;
use crate::sqlite::fault::Fault;
use crate::sqlite::work::{Act, FromDone};
use crate::sqlite::{SqliteJournal, queue};
use rusqlite::Connection;
use tokio::sync::watch;

impl SqliteJournal {
    /// Waits until this machine has applied everything that the log holds now.
    pub async fn caught_up(&self) -> Result<(), JournalError> {
        let Some(proposals) = &self.proposals else { return Ok(()) };
        let end = proposals.end().await?;
        let mut applied = self.shared.applied.subscribe();
        let caught_up = applied.wait_for(|applied| applied.next >= end).await;
        caught_up.map(drop).map_err(|_| JournalError::Closed)
    }

    /// The offset after the last record that this machine has applied; 0 if the journal is not shared.
    pub fn applied_to(&self) -> u64 {
        self.shared.applied.borrow().next
    }

    /// The machine that leads, as far as this one has applied the log, and its epoch; `None` before the first claim.
    pub fn leader(&self) -> Option<(String, u64)> {
        let applied = self.shared.applied.borrow();
        (applied.epoch > 0).then(|| (applied.leader.clone(), applied.epoch))
    }

    /// Signals that documents have changed, of which another machine may have written some.
    pub fn documents_changed(&self) -> watch::Receiver<u64> {
        self.shared.documents.subscribe()
    }

    /// What this machine's copy of the journal says; nothing, of a journal that stands alone. What is known to it is known to
    /// every other machine or will be, so that it need not be proposed again, which would take brokers that answer.
    pub(in crate::sqlite) fn known_to_replica<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<Option<T>, Fault>,
    ) -> Result<Option<T>, JournalError> {
        if self.proposals.is_some() { self.readers.read(read) } else { Ok(None) }
    }

    pub(in crate::sqlite) fn propose<T: FromDone + Send + 'static>(
        &self,
        act: Act,
        epoch: Option<u64>,
    ) -> Receipt<T> {
        let Some(proposals) = &self.proposals else {
            return Receipt::ready(Err(JournalError::Refused("this journal stands alone".to_owned())));
        };
        let (reply, answer) = queue::reply();
        proposals.propose(act, epoch, reply, None);
        Receipt::waiting(answer)
    }
}
