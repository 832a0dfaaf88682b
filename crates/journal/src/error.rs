//! Why the journal could not do what it was asked for.

/// Why the journal could not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// No room; nothing was stored. Passes by itself when there is room again.
    #[error("the disk that holds the journal is full")]
    Full,
    /// The disk does not read or write, and it is not for want of room; nothing was stored. The text says what it said.
    #[error("the disk that holds the journal fails: {0}")]
    Disk(String),
    /// Another process has the folder open.
    #[error("the data folder is in use by {0}")]
    Locked(String),
    /// Written by a newer version.
    #[error("the journal was written by a newer version (format {found}, this program knows {known})")]
    Newer {
        /// the file's format
        found: u32,
        /// ours
        known: u32,
    },
    /// The folder or file cannot be used at all.
    #[error("the data folder cannot be used: {0}")]
    Unusable(String),
    /// The file is not what was written: the disk, or somebody else, changed it. The text says what cannot be read.
    #[error("the journal is damaged ({0}): restore a backup, or save what can be read with sqlite3 .recover")]
    Damaged(String),
    /// The journal is shutting down.
    #[error("the journal is closed")]
    Closed,
    /// There is no such thing, or no longer. The text says what was looked for, by its number.
    #[error("{0} is not in the journal")]
    NotFound(String),
    /// What was handed in cannot be kept as it is, or contradicts what is there: to hand it in again is of no use. The text
    /// says why.
    #[error("{0}")]
    Refused(String),
    /// The log that several machines share does not take anything; nothing was stored. Passes by itself when it can be reached
    /// again. The text says why.
    #[error("the log that the machines share cannot be reached: {0}")]
    LogUnreachable(String),
    /// It is not known whether the log that several machines share has taken this, so it may become true yet. The text says why.
    #[error("it is not known whether the log that the machines share has taken this: {0}")]
    Unconfirmed(String),
    /// Another machine leads: what this one has decided changes nothing.
    #[error("another machine leads this shard")]
    Deposed,
    /// Anything else the storage said.
    #[error("the journal could not be read or written: {0}")]
    Storage(String),
}
