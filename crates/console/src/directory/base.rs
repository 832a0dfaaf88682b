//! What the directory starts from: what the configuration file says, and why it may not start.

use journal::JournalError;
use registry::record::RecordError;
use registry::{AddressPolicy, DeliverySettings, Destination, Source};

/// What the configuration file says.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// its sources
    pub sources: Vec<Source>,
    /// its destinations
    pub destinations: Vec<Destination>,
    /// what destinations of the console have where they say nothing else
    pub delivery: DeliverySettings,
    /// which addresses people may enter in the console
    pub addresses: AddressPolicy,
}

/// Why what is kept cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LoadError {
    /// It cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A secret does not open, or a record is not valid.
    #[error(transparent)]
    Record(#[from] RecordError),
}
