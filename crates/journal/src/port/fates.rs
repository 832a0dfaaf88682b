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

/// How the events ended: the counts, the dead letters, and orders to requeue or discard events. An order of a person and its
/// audit entry are one commit. Reads block the calling thread for as long as the storage takes.
pub trait Fates: Storage {
    /// All destinations that were ever used, by name.
    fn destinations(&self) -> Result<Vec<(String, DestinationId)>, JournalError>;

    /// The arrival time of the oldest request (by number) that has an event pending at this destination.
    fn oldest_pending(&self, destination: DestinationId) -> Result<Option<Millis>, JournalError>;

    /// All counts; `pending` is counted from the log itself.
    fn ledger(&self) -> Result<Ledger, JournalError>;

    /// Dead letters that match, oldest first, at most `limit`; fewer if their texts are large (8 MiB together).
    fn dead_letters(&self, filter: &DeadLetterFilter, limit: usize) -> Result<DeadLetterPage, JournalError>;

    /// The dead letters that match, counted by destination and code, and sorted by these two.
    fn dead_letter_groups(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetterGroup>, JournalError>;

    /// How many dead letters match, and the highest number among them: with [`DeadLetterFilter::up_to`], a later requeue or
    /// discard applies to exactly these.
    fn count_dead_letters(&self, filter: &DeadLetterFilter) -> Result<DeadLetterCount, JournalError>;

    /// Removes the dead letters that match and, in the same commit, stores each as a new request for its destination at the
    /// end of the log: dead becomes pending. Many are requeued in several commits, so that other writes get their turn in
    /// between; after an error some may have been requeued, and a repeated call requeues the rest. Damaged events
    /// (`event_unreadable`) stay: they can only be edited or discarded. The audit entry is in the first commit.
    fn requeue(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued>;

    /// Removes the dead letters that match: dead becomes skipped (`discarded`).
    fn discard(&self, filter: DeadLetterFilter, audit: NewAudit) -> Receipt<Requeued>;

    /// Removes one dead letter and, in the same commit, stores its edited text as a new request for its destination at the
    /// end of the log: dead becomes pending. The former text is kept beside the new request
    /// ([`Archive::original`](super::Archive::original)).
    ///
    /// [`JournalError::NotFound`] if there is no such dead letter, [`JournalError::Refused`] if the text is not one JSON
    /// object.
    fn requeue_edited(&self, id: u64, event: Bytes, audit: NewAudit) -> Receipt<Position>;

    /// Stores a stored event once more, as a new request of one event for this destination, which counts as accepted. It is
    /// delivered although its message id is known.
    ///
    /// [`JournalError::NotFound`] if the event is no longer stored.
    fn replay(&self, position: Position, destination: DestinationId, audit: NewAudit) -> Receipt<Position>;

    /// The request that holds an event, and the event's own text.
    fn event_text(&self, position: Position) -> Result<Option<String>, JournalError>;
}
