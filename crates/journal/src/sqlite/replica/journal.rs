//! What a journal offers if several machines share it.

use crate::error::JournalError;
use crate::receipt::Receipt;
use crate::sqlite::work::{Act, FromDone};
use crate::sqlite::{SqliteJournal, queue};

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
