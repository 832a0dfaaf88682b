//! Stable words for what the journal says of itself in the log (docs/errors.md).

/// The wall clock was set, or is far from what is stored.
pub const CLOCK_STEPPED: &str = "clock_stepped";
/// A reader of an old state keeps the write-ahead log from being begun anew.
pub const JOURNAL_LOG_HELD: &str = "journal_log_held";
/// The data folder or the database was moved, removed or replaced under the server.
pub const DATA_FOLDER_REPLACED: &str = "data_folder_replaced";

/// All of them.
pub const ALL: [&str; 3] = [CLOCK_STEPPED, JOURNAL_LOG_HELD, DATA_FOLDER_REPLACED];
