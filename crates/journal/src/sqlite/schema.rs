//! The tables, how they came to be, and how a connection to them is set up.

mod steps;

use super::fault::{is_damage, is_full, unusable};
use super::file_system::Database;
use crate::error::JournalError;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::path::Path;
use std::time::Duration;
use steps::STEPS;

/// Bodies are a few KB to a few MB: larger pages mean shorter overflow chains, but every small commit writes the whole
/// of each page it touches. Between 4 and 16 KiB the measured difference is smaller than that between two runs.
pub(super) const PAGE_BYTES: u32 = 8192;

/// How long a connection waits for a lock. Only checkpoints ever hold one against another connection, and briefly.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What a connection is for; each gets the page cache it needs and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConnectionRole {
    Writer,
    Checkpointer,
    Reader,
}

impl ConnectionRole {
    fn cache_kib(self) -> i64 {
        match self {
            // Holds a group's fresh pages and the upper levels of the message ids' tree.
            ConnectionRole::Writer => 8 * 1024,
            ConnectionRole::Checkpointer => 64,
            ConnectionRole::Reader => 512,
        }
    }
}

/// Opens the database for writing, makes or migrates its tables. A newer one is left as it is.
pub(super) fn open_writer(database: &Database) -> Result<Connection, JournalError> {
    let open = || -> Result<Connection, Broken> {
        let mut connection = connect(database, ConnectionRole::Writer)?;
        if format(&connection, STEPS)? == 0 {
            // These two count only while the file is empty.
            connection.pragma_update(None, "page_size", PAGE_BYTES)?;
            connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        }
        begin_log(&connection, database)?;
        migrate(&mut connection, STEPS)?;
        Ok(connection)
    };
    open().map_err(|error| match error {
        Broken::Sqlite(error) => refuse(&database.path, &error),
        Broken::Refused(error) => error,
    })
}

/// Has SQLite keep a write-ahead log. Without one, no commit would be durable until the folder is.
fn begin_log(connection: &Connection, database: &Database) -> Result<(), Broken> {
    let mut switch = connection.prepare("PRAGMA journal_mode = WAL")?;
    let (mut answers, mut mode) = (switch.query([])?, String::new());
    // The answer comes first. Whether the disk took the change is known at the end.
    while let Some(answer) = answers.next()? {
        mode = answer.get(0)?;
    }
    if mode == "wal" {
        return Ok(());
    }
    let why = format!("no write-ahead log could be begun, its mode is still `{mode}`");
    Err(Broken::Refused(unusable(&database.path, &why)))
}

/// A connection set up for its role, to a database that exists.
pub(super) fn connect(database: &Database, role: ConnectionRole) -> rusqlite::Result<Connection> {
    let access = match role {
        ConnectionRole::Reader => OpenFlags::SQLITE_OPEN_READ_ONLY,
        ConnectionRole::Writer | ConnectionRole::Checkpointer => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let (path, flags) = (&database.path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    let connection = match database.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs)?,
        None => Connection::open_with_flags(path, flags)?,
    };
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "cache_size", -role.cache_kib())?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// The format of the tables, of a file that this version knows.
pub(super) fn format_of(connection: &Connection) -> Result<u32, JournalError> {
    format(connection, STEPS).map_err(|broken| match broken {
        Broken::Sqlite(error) => super::fault::Fault::from(error).0,
        Broken::Refused(error) => error,
    })
}

/// The format that this version writes.
pub(super) fn known() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

#[derive(Debug)]
enum Broken {
    Sqlite(rusqlite::Error),
    Refused(JournalError),
}

impl From<rusqlite::Error> for Broken {
    fn from(error: rusqlite::Error) -> Self {
        Broken::Sqlite(error)
    }
}

/// How many of these steps the file has seen.
fn format(connection: &Connection, steps: &[&str]) -> Result<u32, Broken> {
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known { Err(Broken::Refused(JournalError::Newer { found, known })) } else { Ok(found) }
}

fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), Broken> {
    let found = format(connection, steps)?;
    for (format, step) in (1_u32..).zip(steps).skip_while(|(format, _)| *format <= found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", format)?;
        transaction.commit()?;
    }
    Ok(())
}

fn refuse(path: &Path, error: &rusqlite::Error) -> JournalError {
    match error.sqlite_error_code() {
        _ if is_full(error) => JournalError::Full,
        Some(ErrorCode::NotADatabase) => {
            JournalError::Damaged(format!("{} is not a journal", path.display()))
        }
        _ if is_damage(error) => JournalError::Damaged(format!("{}: {error}", path.display())),
        _ => unusable(path, error),
    }
}

#[cfg(test)]
mod tests;
