//! What delivery needs of the journal.

use super::Storage;
use crate::change::Change;
use crate::error::JournalError;
use crate::receipt::Receipt;
use crate::records::{DestinationId, KnownUser, MessageKey, RestoredDelivery, Seen, StoredRequest};
use event::Millis;
use std::sync::Arc;
use tokio::sync::watch;

/// How much one read returns.
#[derive(Debug, Clone, Copy)]
pub struct ReadLimit {
    /// the largest number of events (one request may exceed it; a read returns at least one request)
    pub events: usize,
    /// the largest number of bytes of bodies (likewise)
    pub bytes: usize,
}

/// Requests read for one destination.
#[derive(Debug, Clone, Default)]
pub struct ReadPage {
    /// the requests that are routed to the destination and have an event pending
    pub requests: Vec<StoredRequest>,
    /// where the next read begins
    pub next: u64,
    /// one more than the newest request's number at the time of the read
    pub end: u64,
}

/// The log as a destination's delivery reads it, and the state of delivery. Reads block the calling thread for as long as the
/// storage takes.
pub trait DeliveryStore: Storage {
    /// The number of the destination with this name; its first use creates it.
    fn destination(&self, name: &str) -> Result<DestinationId, JournalError>;

    /// Everything that a destination's delivery starts from.
    fn restore(&self, destination: DestinationId) -> Result<RestoredDelivery, JournalError>;

    /// Requests numbered `from` and up that are routed to the destination and have an event pending.
    fn read(&self, destination: DestinationId, from: u64, limit: ReadLimit)
    -> Result<ReadPage, JournalError>;

    /// Which of these events got their fate at this destination since `since`, in the order of the parameters.
    fn seen(
        &self,
        destination: DestinationId,
        keys: &[MessageKey],
        since: Millis,
    ) -> Result<Vec<Seen>, JournalError>;

    /// The end-user id that is linked to each external id, in the order of the parameters.
    fn links(
        &self,
        destination: DestinationId,
        external_ids: &[&str],
    ) -> Result<Vec<Option<String>>, JournalError>;

    /// What is known of each end user (by end-user id), in the order of the parameters.
    fn users(
        &self,
        destination: DestinationId,
        end_user_ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError>;

    /// Applies all changes atomically; the receipt resolves when they are durable. Commits of one destination are applied in
    /// the order of the calls. A later commit may succeed after one that failed: a caller that needs the order waits for the
    /// result, and repeats the same commit after [`JournalError::Full`]. A commit that contradicts the journal is
    /// [`JournalError::Refused`]: a fate for an event that is not pending, a dead letter without its fate, a cursor that
    /// passes a pending event.
    fn commit(&self, destination: DestinationId, changes: Vec<Change>) -> Receipt<()> {
        self.commit_shared(destination, changes.into())
    }

    /// The same, for a caller that keeps the changes to repeat the commit.
    fn commit_shared(&self, destination: DestinationId, changes: Arc<[Change]>) -> Receipt<()>;

    /// Reports appends: the value is one more than the newest request's number. Requeued requests count as appends.
    fn appended(&self) -> watch::Receiver<u64>;
}
