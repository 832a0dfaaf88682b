//! The tables, how they came to be, and how a connection to them is set up.

use super::fault::{is_full, unusable};
use crate::port::JournalError;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// Bodies are a few KB to a few MB: larger pages mean shorter overflow chains, but every small commit writes the whole
/// of each page it touches. Between 4 and 16 KiB the measured difference is smaller than that between two runs.
pub(super) const PAGE_BYTES: u32 = 8192;

/// How long a connection waits for a lock. Only checkpoints ever hold one against another connection, and briefly.
const PATIENCE: Duration = Duration::from_secs(5);

/// Each step brings the tables from the format before it to its own; the file's `user_version` is the number of steps
/// it has seen. A step is never changed once released: add another.
const STEPS: &[&str] = &[FIRST];

const FIRST: &str = "
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL
) STRICT;
CREATE TABLE destinations (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, cursor INTEGER NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0, halted TEXT,
    calls INTEGER NOT NULL DEFAULT 0, calls_saved INTEGER NOT NULL DEFAULT 0, budget TEXT
) STRICT;
CREATE TABLE routes (
    route INTEGER NOT NULL, destination INTEGER NOT NULL, PRIMARY KEY (route, destination)
) STRICT, WITHOUT ROWID;
CREATE TABLE requests (
    number INTEGER PRIMARY KEY, route INTEGER NOT NULL, events INTEGER NOT NULL,
    open INTEGER NOT NULL, bytes INTEGER NOT NULL, received_at INTEGER NOT NULL
) STRICT;
CREATE TABLE bodies (
    number INTEGER PRIMARY KEY, source INTEGER NOT NULL, kind TEXT, request_id BLOB NOT NULL, request_ip TEXT,
    first_index INTEGER NOT NULL, requeued INTEGER NOT NULL, rejected TEXT, body BLOB NOT NULL
) STRICT;
CREATE TABLE fates (
    destination INTEGER NOT NULL, request INTEGER NOT NULL, decided INTEGER NOT NULL, fates BLOB NOT NULL,
    PRIMARY KEY (destination, request)
) STRICT, WITHOUT ROWID;
CREATE TABLE seen (
    destination INTEGER NOT NULL, source INTEGER NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (destination, source, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_by_time ON seen (at);
CREATE TABLE links (
    destination INTEGER NOT NULL, external_id TEXT NOT NULL, end_user_id TEXT NOT NULL,
    PRIMARY KEY (destination, external_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE users (
    destination INTEGER NOT NULL, end_user_id TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (destination, end_user_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE lanes (
    destination INTEGER NOT NULL, lane TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (destination, lane)
) STRICT, WITHOUT ROWID;
CREATE TABLE in_flight (
    destination INTEGER NOT NULL, lane TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (destination, lane)
) STRICT, WITHOUT ROWID;
CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT, destination INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL,
    message_id TEXT NOT NULL, type TEXT NOT NULL, user TEXT, died_at INTEGER NOT NULL,
    request INTEGER NOT NULL, event_index INTEGER NOT NULL,
    source INTEGER NOT NULL, kind TEXT, request_id BLOB NOT NULL, request_ip TEXT,
    first_index INTEGER NOT NULL, received_at INTEGER NOT NULL, event TEXT NOT NULL
) STRICT;
CREATE INDEX dead_letters_by_code ON dead_letters (destination, code);
CREATE TABLE ledger (
    destination INTEGER NOT NULL, what TEXT NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (destination, what)
) STRICT, WITHOUT ROWID;
CREATE TABLE probe (id INTEGER PRIMARY KEY, filler BLOB NOT NULL) STRICT;
";

/// What a connection is for; each gets the page cache it needs and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Writer,
    Checkpointer,
    Reader,
}

impl Role {
    fn cache_kib(self) -> i64 {
        match self {
            // Holds a group's fresh pages and the upper levels of the message ids' tree.
            Role::Writer => 8 * 1024,
            Role::Checkpointer => 64,
            Role::Reader => 512,
        }
    }
}

/// Opens the database for writing, makes or migrates its tables. A newer one is left as it is.
pub(super) fn open_writer(path: &Path) -> Result<Connection, JournalError> {
    let open = || -> Result<Connection, Broken> {
        let mut connection = connect(path, Role::Writer)?;
        if format(&connection, STEPS)? == 0 {
            // These two count only while the file is empty.
            connection.pragma_update(None, "page_size", PAGE_BYTES)?;
            connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        migrate(&mut connection, STEPS)?;
        Ok(connection)
    };
    open().map_err(|error| match error {
        Broken::Sqlite(error) => refuse(path, &error),
        Broken::Newer(error) => error,
    })
}

/// A connection set up for its role, to a database that exists.
pub(super) fn connect(path: &Path, role: Role) -> rusqlite::Result<Connection> {
    let access = match role {
        Role::Reader => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Role::Writer | Role::Checkpointer => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "cache_size", -role.cache_kib())?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

#[derive(Debug)]
enum Broken {
    Sqlite(rusqlite::Error),
    Newer(JournalError),
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
    if found > known { Err(Broken::Newer(JournalError::Newer { found, known })) } else { Ok(found) }
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
        Some(ErrorCode::NotADatabase) => unusable(path, &"this file is not a journal"),
        _ => unusable(path, error),
    }
}

#[cfg(test)]
mod tests;
