//! What delivering needs of the journal.

use super::Storage;
use crate::change::Change;
use crate::error::JournalError;
use crate::receipt::Receipt;
use crate::records::{DestinationId, KnownUser, MessageKey, RestoredDelivery, Seen, StoredRequest};
use event::Millis;
use std::sync::Arc;
use tokio::sync::watch;

/// How much to read at once.
#[derive(Debug, Clone, Copy)]
pub struct ReadLimit {
    /// events, at most (one request more than this may come, never less than one request)
    pub events: usize,
    /// bytes of bodies, at most (likewise)
    pub bytes: usize,
}

/// Requests read for one destination.
#[derive(Debug, Clone, Default)]
pub struct ReadPage {
    /// those routed to the destination with at least one event pending
    pub requests: Vec<StoredRequest>,
    /// where to read on
    pub next: u64,
    /// one more than the newest request's number, when this was read
    pub end: u64,
}

/// The log as a destination's delivery reads it, and the state of delivery. Reads block the calling thread for as long as the
/// storage takes.
pub trait DeliveryStore: Storage {
    /// The number of the destination with this name, made at its first use.
    fn destination(&self, name: &str) -> Result<DestinationId, JournalError>;

    /// Everything a destination's delivery starts from.
    fn restore(&self, destination: DestinationId) -> Result<RestoredDelivery, JournalError>;

    /// Requests numbered `from` and up that are routed to the destination and have an event pending.
    fn read(&self, destination: DestinationId, from: u64, limit: ReadLimit)
    -> Result<ReadPage, JournalError>;

    /// Which of these events have been dealt with at this destination since `since`, in the order asked.
    fn seen(
        &self,
        destination: DestinationId,
        keys: &[MessageKey],
        since: Millis,
    ) -> Result<Vec<Seen>, JournalError>;

    /// The end-user id linked to each external id, in the order asked.
    fn links(
        &self,
        destination: DestinationId,
        external_ids: &[&str],
    ) -> Result<Vec<Option<String>>, JournalError>;

    /// What is known of each end user (by end-user id), in the order asked.
    fn users(
        &self,
        destination: DestinationId,
        end_user_ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError>;

    /// Makes all changes true at once; resolves when they are durable. Commits of one destination become true in the
    /// order they are handed in. One that fails is not true, and a later one may be: who must keep the order waits for
    /// the answer, and hands the same commit in again after [`JournalError::Full`]. A commit that contradicts what is there is
    /// [`JournalError::Refused`]: a fate for what is not pending, a dead letter without its fate, a cursor that passes one.
    fn commit(&self, destination: DestinationId, changes: Vec<Change>) -> Receipt<()> {
        self.commit_shared(destination, changes.into())
    }

    /// The same, for one who keeps the changes to hand them in again.
    fn commit_shared(&self, destination: DestinationId, changes: Arc<[Change]>) -> Receipt<()>;

    /// Tells of appends: the value is one more than the newest request's number. Requeued requests count as appends.
    fn appended(&self) -> watch::Receiver<u64>;
}
