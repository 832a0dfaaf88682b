//! The stable codes of what the journal writes to the log about itself (docs/errors.md).

/// The wall clock was set, or is far from the stored times.
pub const CLOCK_STEPPED: &str = "clock_stepped";
/// A reader of an old state prevents that the write-ahead log is restarted.
pub const JOURNAL_LOG_HELD: &str = "journal_log_held";
/// The data folder or the database was moved, removed or replaced under the server.
pub const DATA_FOLDER_REPLACED: &str = "data_folder_replaced";
/// A row of the journal differs from what was written.
pub const JOURNAL_ROWS_DAMAGED: &str = "journal_rows_damaged";
/// A source's stored data have reached their limit.
pub const SOURCE_DISK_FULL: &str = "source_disk_full";
/// The file differs from what was written.
pub const JOURNAL_DAMAGED: &str = "journal_damaged";
/// The tables contradict each other.
pub const JOURNAL_ROWS_CONTRADICT: &str = "journal_rows_contradict";
/// An older version wrote the journal.
pub const JOURNAL_OLDER: &str = "journal_older";
/// A server was started on the folder during the examination.
pub const JOURNAL_CHANGED: &str = "journal_changed";
/// The search database is not a usable database.
pub const SEARCH_UNUSABLE: &str = "search_unusable";
/// This machine's copy of the journal no longer follows the shared log.
pub const REPLICA_STOPPED: &str = "replica_stopped";

/// All codes.
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
