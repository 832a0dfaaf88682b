//! What SQLite says, in the journal's words.

use crate::port::JournalError;
use rusqlite::ErrorCode;
use rusqlite::ffi;

/// A [`JournalError`] that `?` makes of whatever failed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault(pub(super) JournalError);

impl Fault {
    /// The caller asked for what must not be; the text names numbers only.
    pub(super) fn refused(why: String) -> Self {
        Fault(JournalError::Storage(why))
    }

    /// There is no such thing, or no longer.
    pub(super) fn missing(what: String) -> Self {
        Fault(JournalError::NotFound(what))
    }

    /// A value in the file that this program cannot have written. Its text may be a person's: it is not shown.
    pub(super) fn unreadable(what: &str) -> Self {
        Fault(JournalError::Storage(format!("{what} in the journal cannot be read")))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Fault(if is_full(&error) { JournalError::Full } else { JournalError::Storage(error.to_string()) })
    }
}

impl From<JournalError> for Fault {
    fn from(error: JournalError) -> Self {
        Fault(error)
    }
}

impl From<Fault> for JournalError {
    fn from(fault: Fault) -> Self {
        fault.0
    }
}

/// ENOSPC comes as `SQLITE_FULL`; a quota or a file-size limit (EDQUOT, EFBIG) as a failed write, and a failure to
/// grow the shared-memory file has a code of its own. All of them pass when there is room, and nothing was stored.
pub(super) fn is_full(error: &rusqlite::Error) -> bool {
    let rusqlite::Error::SqliteFailure(code, _) = error else { return false };
    code.code == ErrorCode::DiskFull
        || matches!(
            code.extended_code,
            ffi::SQLITE_IOERR_WRITE
                | ffi::SQLITE_IOERR_SHMSIZE
                | ffi::SQLITE_IOERR_SHMMAP
                | ffi::SQLITE_IOERR_TRUNCATE
        )
}

/// What to say of a folder or file that cannot be opened.
pub(super) fn unusable(path: &std::path::Path, error: &dyn std::fmt::Display) -> JournalError {
    JournalError::Unusable(format!("{}: {error}", path.display()))
}

/// Did this fail because there is no room: on the disk, in a quota, or for a file?
pub(super) fn no_room(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}
