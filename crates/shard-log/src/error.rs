//! The errors of a log.

use crate::place::Offset;

/// Why a record was not appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The record is not in the log and will never be. The text says why, without the record's content.
    #[error("the log did not take the record: {0}")]
    Refused(String),
    /// It is unknown whether the record is in the log: the reply was lost or did not come in time.
    #[error("the log did not say in time whether it took the record: {0}")]
    Unknown(String),
    /// The log is being closed. The record is not in it.
    #[error("the log is closed")]
    Closed,
}

/// Why a tail ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TailError {
    /// The records from the wanted offset on are no longer stored: the reader needs a snapshot of the state at `first` or
    /// a later offset.
    #[error("the log begins at offset {first} now; what stood before it was trimmed")]
    Trimmed {
        /// the offset of the oldest record that is still stored
        first: Offset,
    },
    /// The log ends before the wanted offset, so it is not the log that the reader knew.
    #[error(
        "the log ends at offset {end}, before the offset that is to be read: it is another log, or it lost records"
    )]
    Behind {
        /// one more than the offset of the newest record
        end: Offset,
    },
    /// The log cannot be read, and trying again will not help. The text says why and what to do.
    #[error("the log cannot be read: {0}")]
    Unreadable(String),
    /// The log is being closed.
    #[error("the log is closed")]
    Closed,
}

/// Why another operation failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The log cannot be reached now; this may pass by itself.
    #[error("the log cannot be reached: {0}")]
    Unreachable(String),
    /// The log does not have the required configuration, or refuses this node. The text says what is wrong and what to do.
    #[error("{0}")]
    Unusable(String),
    /// The log is being closed.
    #[error("the log is closed")]
    Closed,
}
