//! What taking requests in needs of the journal.

use super::Storage;
use crate::error::JournalError;
use crate::receipt::Receipt;
use crate::records::{NewRequest, SourceId};
use event::SourceKind;

/// What an append came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// the request's number
    pub number: u64,
}

/// Where requests are stored as they arrive. A gateway needs nothing else.
pub trait Intake: Storage {
    /// The number of the source with this name, made at its first use.
    fn source(&self, name: &str, kind: SourceKind) -> Result<SourceId, JournalError>;

    /// Stores a request; resolves when it is durable.
    fn append(&self, request: NewRequest) -> Receipt<Appended>;

    /// How much a source takes of the disk: its requests as they are stored, with the calls made for them, and its dead
    /// letters, in bytes. Does not block.
    fn stored_bytes(&self, source: SourceId) -> u64;
}
