//! The entries of the configuration file that the directory starts from, and the errors of its start.

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
    /// the defaults of the console's destinations
    pub delivery: DeliverySettings,
    /// the policy for addresses that people enter in the console
    pub addresses: AddressPolicy,
}

/// Why the console's records cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LoadError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A secret does not open, or a record is not valid.
    #[error(transparent)]
    Record(#[from] RecordError),
}
