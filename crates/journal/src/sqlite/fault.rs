//! What SQLite says, in the journal's words.

use crate::error::JournalError;
use crate::records::DestinationId;
use rusqlite::ErrorCode;
use rusqlite::ffi;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::{Mutex, PoisonError};

thread_local! {
    /// Damage of the file that this thread has met since it was last asked.
    static NOTICED: Cell<Option<String>> = const { Cell::new(None) };
    /// Damaged rows that it has met.
    static ROWS: RefCell<Vec<DamagedRow>> = const { RefCell::new(Vec::new()) };
}

/// So many damaged rows are told apart; more are not counted.
const ROWS_TOLD_APART: usize = 100_000;

/// A row whose checksum did not suit, or that could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct DamagedRow {
    table: &'static str,
    /// its number, where it has one, or what stands for its key
    key: i64,
    /// the number may be shown
    numbered: bool,
}

/// Damage of the file, once it has been met. It does not go away by itself.
#[derive(Default)]
pub(super) struct Damage {
    file: Mutex<Option<String>>,
    rows: Mutex<BTreeSet<DamagedRow>>,
}

impl Damage {
    /// Takes over what this thread has met, and says what is new.
    pub(super) fn look(&self) {
        self.look_at_rows();
        let Some(found) = NOTICED.take() else { return };
        let mut known = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_none() {
            tracing::error!(
                code = "journal_damaged",
                damage = found,
                "the journal's file is damaged: what can be read goes on being delivered; restore a backup, or save what \
                 can be read with sqlite3 .recover"
            );
            *known = Some(found);
        }
    }

    fn look_at_rows(&self) {
        let met = ROWS.take();
        if met.is_empty() {
            return;
        }
        let mut known = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        for row in met {
            if known.len() < ROWS_TOLD_APART && known.insert(row) {
                tracing::error!(
                    code = crate::code::JOURNAL_ROWS_DAMAGED,
                    table = row.table,
                    number = row.numbered.then_some(row.key),
                    "a row of the journal is not as it was written: the disk, or somebody else, changed it; it is set aside, \
                     or told from the others"
                );
            }
        }
    }

    /// How many damaged rows were met since the start, by their table.
    pub(super) fn rows(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for row in &*self.rows.lock().unwrap_or_else(PoisonError::into_inner) {
            *counts.entry(row.table).or_default() += 1;
        }
        counts
    }

    /// The rows that were met, by their table, with their numbers where they have one; they are forgotten.
    pub(super) fn take_rows(&self) -> BTreeMap<&'static str, Vec<Option<i64>>> {
        let rows = std::mem::take(&mut *self.rows.lock().unwrap_or_else(PoisonError::into_inner));
        let mut by_table = BTreeMap::<_, Vec<_>>::new();
        for row in rows {
            by_table.entry(row.table).or_default().push(row.numbered.then_some(row.key));
        }
        by_table
    }

    /// What was found, as an error.
    pub(super) fn known(&self) -> Option<JournalError> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner).clone().map(JournalError::Damaged)
    }
}

/// A row was damaged: the one of this number, where numbers say nothing of a person.
pub(super) fn notice_row(table: &'static str, number: Option<i64>) {
    note(DamagedRow { table, key: number.unwrap_or(0), numbered: number.is_some() });
}

/// A row was damaged: the one with this key, which may be a person's.
pub(super) fn notice_record(table: &'static str, destination: u32, key: &str) {
    // Always the same for the same key.
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one((destination, key));
    note(DamagedRow { table, key: i64::from_be_bytes(hash.to_be_bytes()), numbered: false });
}

fn note(row: DamagedRow) {
    ROWS.with_borrow_mut(|rows| rows.push(row));
}

/// A row of a request cannot be read; it is set aside.
pub(super) fn notice_loss(number: i64, error: &rusqlite::Error) {
    notice_row("bodies", Some(number));
    if is_damage(error) {
        NOTICED.set(Some(error.to_string()));
    }
}

/// Something of the file that no single row stands for was damaged; the text names numbers only.
pub(super) fn notice_file(what: String) {
    NOTICED.set(Some(what));
}

/// Is the file no longer what SQLite wrote?
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    let extended = match error {
        rusqlite::Error::SqliteFailure(code, _) => code.extended_code,
        _ => 0,
    };
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
        || matches!(extended, ffi::SQLITE_IOERR_CORRUPTFS | ffi::SQLITE_IOERR_DATA)
}

/// Is a row gone, or not what was written? Others may be well.
pub(super) fn is_lost(error: &rusqlite::Error) -> bool {
    *error == rusqlite::Error::QueryReturnedNoRows || is_unlike_ours(error) || is_damage(error)
}

/// Is a value of a type, or beyond the bounds, that this program never writes there? SQLite gives back what it finds: it looks
/// at types and at what must not be NULL when a row is written, and never again.
fn is_unlike_ours(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(
        error,
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..)
    )
}

/// A [`JournalError`] that `?` makes of whatever failed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault(pub(super) JournalError);

impl Fault {
    /// This process could not do it; the text names numbers only.
    pub(super) fn storage(why: String) -> Self {
        Fault(JournalError::Storage(why))
    }

    /// There is no destination with this number.
    pub(super) fn no_destination(id: DestinationId) -> Self {
        Fault::missing(format!("destination {}", id.0))
    }

    /// What was handed in cannot be kept, or contradicts what is there, and always will; the text names numbers only.
    pub(super) fn refused(why: String) -> Self {
        Fault(JournalError::Refused(why))
    }

    /// There is no such thing, or no longer.
    pub(super) fn missing(what: String) -> Self {
        Fault(JournalError::NotFound(what))
    }

    /// A value in the file that this program cannot have written. Its text may be a person's: it is not shown.
    pub(super) fn unreadable(what: &str) -> Self {
        Fault(JournalError::Damaged(format!("{what} cannot be read")))
    }

    /// One stored request that cannot be read.
    pub(super) fn damaged_request(number: i64) -> Self {
        Fault::unreadable(&format!("request {number}"))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Fault(if is_full(&error) {
            JournalError::Full
        } else if is_io(&error) {
            JournalError::Disk(error.to_string())
        } else if is_damage(&error) || is_unlike_ours(&error) {
            NOTICED.set(Some(error.to_string()));
            JournalError::Damaged(error.to_string())
        } else if is_of_the_content(&error) {
            JournalError::Refused(error.to_string())
        } else {
            JournalError::Storage(error.to_string())
        })
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

/// Is that what every replica says of the record? Everything else is this machine's own trouble.
pub(super) fn is_verdict(error: &JournalError) -> bool {
    matches!(error, JournalError::NotFound(_) | JournalError::Refused(_))
}

/// Can what was handed in not be kept by any journal that holds the same? SQLite names tables and columns then, no content.
fn is_of_the_content(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig | ErrorCode::TypeMismatch)
    )
}

/// Did the disk itself say no? What is read and is not what was written ([`is_damage`]) is something else.
fn is_io(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) && !is_damage(error)
}

/// May it be that there is no room? ENOSPC comes as `SQLITE_FULL`; a quota or a file-size limit (EDQUOT, EFBIG) as a failed
/// write, and a failure to grow the shared-memory file has a code of its own. All of them pass when there is room, and nothing
/// was stored. A disk that fails (EIO) says the same: [`Reserve::tell`](super::reserve::Reserve::tell) finds out.
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
