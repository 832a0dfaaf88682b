//! What became of the events, and what people do about it.

use super::Storage;
use crate::error::JournalError;
use crate::receipt::Receipt;
use crate::records::{
    DeadLetterCount, DeadLetterFilter, DeadLetterGroup, DeadLetterPage, DestinationId, Ledger, NewAudit,
    Position, Requeued,
};
use bytes::Bytes;
use event::Millis;

/// How the events ended: the counts, the dead letters, and orders to try events again or to take them away. What people order
/// comes with its audit entry: the two become true in one commit, or neither does. Reads block the calling thread for as long
/// as the storage takes.
pub trait Fates: Storage {
    /// Destinations ever used, by name.
    fn destinations(&self) -> Result<Vec<(String, DestinationId)>, JournalError>;

    /// When the oldest request (by its number) arrived that has an event pending at this destination.
    fn oldest_pending(&self, destination: DestinationId) -> Result<Option<Millis>, JournalError>;

    /// All counts; `pending` is counted from the log.
    fn ledger(&self) -> Result<Ledger, JournalError>;

    /// Dead letters that match, oldest first, at most `limit`; fewer when their texts are large (8 MiB together).
    fn dead_letters(&self, filter: &DeadLetterFilter, limit: usize) -> Result<DeadLetterPage, JournalError>;

    /// The dead letters that match, counted by destination and code, in the order of these two.
    fn dead_letter_groups(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetterGroup>, JournalError>;

    /// How many dead letters match, and the highest number among them: with [`DeadLetterFilter::up_to`] exactly these can
    /// be requeued or discarded later.
    fn count_dead_letters(&self, filter: &DeadLetterFilter) -> Result<DeadLetterCount, JournalError>;

    /// Takes the dead letters that match and, in the same commit, stores each as a new request for its destination at
    /// the end of the log: dead becomes pending. Many are taken in several commits, so that others pass between them;
    /// after an error some may have been taken, and asking again takes the rest. What is damaged (`event_unreadable`)
    /// stays: it can only be edited or discarded. The audit entry is in the first commit.
    fn requeue(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued>;

    /// Takes the dead letters that match away: dead becomes skipped (`discarded`).
    fn discard(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued>;

    /// Takes one dead letter and, in the same commit, stores its edited text as a new request for its destination at the
    /// end of the log: dead becomes pending. The text as it was is kept beside the new request
    /// ([`Archive::original`](super::Archive::original)).
    ///
    /// [`JournalError::NotFound`] if there is no such dead letter, [`JournalError::Refused`] if the text is not one JSON
    /// object.
    fn requeue_edited(&self, id: u64, event: Bytes, audit: NewAudit) -> Receipt<Position>;

    /// Stores a stored event once more, as a new request of one event for this destination; counted as accepted. Its
    /// message id does not stop it.
    ///
    /// [`JournalError::NotFound`] if the event is no longer stored.
    fn replay(&self, position: Position, destination: DestinationId, audit: NewAudit) -> Receipt<Position>;

    /// The request that holds an event, and the event's own text.
    fn event_text(&self, position: Position) -> Result<Option<String>, JournalError>;
}
