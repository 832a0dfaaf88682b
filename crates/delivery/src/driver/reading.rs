//! Reads for a driver, beside it.

use super::JOURNAL_RETRY_MS;
use crate::clock::Clock;
use crate::handle::Message;
use crate::reader::read_planned;
use crate::settings::DestinationSettings;
use journal::{Journal, JournalError, ReadLimit};
use std::sync::Arc;
use supervise::Broken;
use tokio::sync::mpsc;

pub(super) struct Reading {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) settings: DestinationSettings,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) orders: mpsc::UnboundedSender<Message>,
}

impl Reading {
    /// Tries until it succeeds, or the journal is closed.
    pub(super) async fn read(self, from: u64, limit: ReadLimit) {
        loop {
            let (journal, settings) = (Arc::clone(&self.journal), self.settings.clone());
            let read = supervise::blocking("reading events", move || {
                read_planned(journal.as_ref(), &settings, from, limit)
            });
            match read.await {
                Ok(Ok(intake)) => {
                    // A driver that has ended reads it again after the restart.
                    let _ = self.orders.send(Message::Read(intake));
                    return;
                }
                // The runtime is being torn down.
                Ok(Err(JournalError::Closed)) | Err(Broken { panicked: None }) => return,
                Ok(Err(error)) => {
                    tracing::error!(%error, "events cannot be read from the journal; trying again in a second");
                    self.rest().await;
                }
                // It is in the log by now.
                Err(Broken { panicked: Some(_) }) => self.rest().await,
            }
        }
    }
    async fn rest(&self) {
        self.clock.sleep_until(self.clock.now().mono + JOURNAL_RETRY_MS).await;
    }
}
