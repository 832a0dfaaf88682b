//! Stable words for what the journal says of itself in the log (docs/errors.md).

/// The wall clock was set, or is far from what is stored.
pub const CLOCK_STEPPED: &str = "clock_stepped";
/// A reader of an old state keeps the write-ahead log from being begun anew.
pub const JOURNAL_LOG_HELD: &str = "journal_log_held";
/// The data folder or the database was moved, removed or replaced under the server.
pub const DATA_FOLDER_REPLACED: &str = "data_folder_replaced";
/// A row of the journal is not as it was written.
pub const JOURNAL_ROWS_DAMAGED: &str = "journal_rows_damaged";
/// A source has filled its share of the disk.
pub const SOURCE_DISK_FULL: &str = "source_disk_full";
/// The file is not what was written.
pub const JOURNAL_DAMAGED: &str = "journal_damaged";
/// What its tables say of each other does not fit.
pub const JOURNAL_ROWS_CONTRADICT: &str = "journal_rows_contradict";
/// An older version wrote the journal.
pub const JOURNAL_OLDER: &str = "journal_older";
/// A server was started on the folder while it was looked over.
pub const JOURNAL_CHANGED: &str = "journal_changed";
/// The search database is none.
pub const SEARCH_UNUSABLE: &str = "search_unusable";
/// This machine's copy of the journal does not follow the log any more.
pub const REPLICA_STOPPED: &str = "replica_stopped";

/// All of them.
pub const ALL: [&str; 11] = [
    CLOCK_STEPPED,
    JOURNAL_LOG_HELD,
    DATA_FOLDER_REPLACED,
    JOURNAL_ROWS_DAMAGED,
    SOURCE_DISK_FULL,
    JOURNAL_DAMAGED,
    JOURNAL_ROWS_CONTRADICT,
    JOURNAL_OLDER,
    JOURNAL_CHANGED,
    SEARCH_UNUSABLE,
    REPLICA_STOPPED,
];
