//! Why indexing failed: because of the journal that is read, or of the index that is written.

use crate::error::JournalError;

/// Why a batch failed, or a sweep.
pub(super) enum Failure {
    /// the journal could not be read
    Journal(JournalError),
    /// the index could not be read or written
    Index(rusqlite::Error),
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Failure::Journal(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Index(error)
    }
}
