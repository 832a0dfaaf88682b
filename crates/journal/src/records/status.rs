//! How the journal itself is doing.

use super::SourceId;
use std::collections::BTreeMap;

/// What the storage tells of itself, for metrics and status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalStatus {
    /// bytes in the write-ahead log that are not begun anew yet
    pub log_bytes: u64,
    /// for how many milliseconds a reader of an old state has kept the log from being begun anew; nothing when none does.
    /// The reader may be another program (`sqlite3`, a backup)
    pub log_held_ms: Option<u64>,
    /// tries to copy the log that a reader has put off, since the start
    pub log_put_off: u64,
    /// reads of our own that are under way
    pub readers: u32,
    /// for how many milliseconds the longest of them has been reading
    pub oldest_reader_ms: Option<u64>,
    /// is the room kept aside for a full disk there? Nothing when none is to be kept
    pub reserve: Option<bool>,
    /// steps of the wall clock that were met while the machine ran
    pub clock_steps: u64,
    /// a step was met in the last day: stamps of that day do not tell when something was
    pub clock_doubted: bool,
    /// the data folder or the database was moved, removed or replaced under the server: what happened, in plain words
    pub folder_trouble: Option<String>,
    /// rows that were met since the start and are not as they were written, by their table (each that has checksums); every
    /// such row is set aside, or was mended
    pub damaged_rows: BTreeMap<&'static str, u64>,
    /// bytes that each source takes of the disk: its requests with the calls made for them, and its dead letters
    pub stored: BTreeMap<SourceId, u64>,
}
