//! What the gateway needs of the journal.

use super::Storage;
use crate::error::JournalError;
use crate::receipt::Receipt;
use crate::records::{NewRequest, SourceId};
use event::SourceKind;

/// The result of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// the request's number
    pub number: u64,
}

/// Stores requests as they arrive. A gateway needs nothing else.
pub trait Intake: Storage {
    /// The number of the source with this name; its first use creates it.
    fn source(&self, name: &str, kind: SourceKind) -> Result<SourceId, JournalError>;

    /// Stores a request; the receipt resolves when the request is durable.
    fn append(&self, request: NewRequest) -> Receipt<Appended>;

    /// How many bytes of the disk a source uses: its requests as they are stored, the calls made for them, and its dead
    /// letters. This does not block.
    fn stored_bytes(&self, source: SourceId) -> u64;
}
