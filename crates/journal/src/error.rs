//! Why the journal could not carry out a request.

/// Why the journal could not carry out a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The disk has no room; nothing was stored. Writes succeed again by themselves when there is room.
    #[error("the disk that holds the journal is full")]
    Full,
    /// The disk fails to read or write although it has room; nothing was stored. The text quotes the disk's error.
    #[error("the disk that holds the journal fails: {0}")]
    Disk(String),
    /// Another process has the folder open.
    #[error("the data folder is in use by {0}")]
    Locked(String),
    /// A newer version wrote the journal.
    #[error("the journal was written by a newer version (format {found}, this program knows {known})")]
    Newer {
        /// the format of the file
        found: u32,
        /// the newest format that this program knows
        known: u32,
    },
    /// The data folder, or a file in it, cannot be used at all.
    #[error("the data folder cannot be used: {0}")]
    Unusable(String),
    /// The file differs from what was written: the disk, or another program, changed it. The text says what cannot be read.
    #[error("the journal is damaged ({0}): restore a backup, or save what can be read with sqlite3 .recover")]
    Damaged(String),
    /// The journal is shutting down.
    #[error("the journal is closed")]
    Closed,
    /// The journal does not have the record, or no longer has it. The text names the record by its number.
    #[error("{0} is not in the journal")]
    NotFound(String),
    /// The journal cannot store the value as it is, or the value contradicts what is stored; the same value will be refused
    /// again. The text says why.
    #[error("{0}")]
    Refused(String),
    /// The log that several machines share accepts no record; nothing was stored. Writes succeed again by themselves when the
    /// log can be reached. The text says why.
    #[error("the log that the machines share cannot be reached: {0}")]
    LogUnreachable(String),
    /// It is not known whether the log that several machines share has this write, so it may still take effect. The text says
    /// why.
    #[error("it is not known whether the log that the machines share has taken this: {0}")]
    Unconfirmed(String),
    /// Another machine leads the shard: the decision of this machine changes nothing.
    #[error("another machine leads this shard")]
    Deposed,
    /// Any other error of the storage.
    #[error("the journal could not be read or written: {0}")]
    Storage(String),
}
