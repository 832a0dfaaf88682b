//! The search database: its tables, and when it is rebuilt.
//!
//! | table | a row is |
//! |---|---|
//! | `progress` | the only one: the next request to index, and how to recognise the journal that was indexed so far |
//! | `segments` | a run of requests with at least [`SEGMENT_EVENTS`] events, the last one fewer; and when they arrived |
//! | `events` | an event: the parts that a filter can compare without reading the event |
//! | `keys` | a hash of a message id or of a name of its user, and the event. Each segment has its own part of the tree, so that new keys stay together and a segment is removed as a whole |

use event::Millis;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use std::path::Path;
use std::time::Duration;

/// A segment is full when it has so many events.
const SEGMENT_EVENTS: u64 = 16_384;

/// A database of another version is not read but rebuilt.
const FORMAT: u32 = 1;

/// The write-ahead log is copied into the database when it has so many pages of 4 KiB.
const CHECKPOINT_PAGES: u32 = 1_024;

/// A segment of keys and the upper levels of the trees.
const CACHE_KIB: i64 = 4 * 1024;

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

const TABLES: &str = "
CREATE TABLE progress (
    only INTEGER PRIMARY KEY CHECK (only = 1), next INTEGER NOT NULL, last INTEGER NOT NULL, last_id BLOB NOT NULL
) STRICT;
INSERT INTO progress VALUES (1, 1, 0, x'');
CREATE TABLE segments (
    segment INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, events INTEGER NOT NULL,
    oldest INTEGER NOT NULL, newest INTEGER NOT NULL
) STRICT;
CREATE TABLE events (
    request INTEGER NOT NULL, event_index INTEGER NOT NULL, received_at INTEGER NOT NULL,
    source INTEGER NOT NULL, type INTEGER NOT NULL, PRIMARY KEY (request, event_index)
) STRICT, WITHOUT ROWID;
CREATE TABLE keys (
    segment INTEGER NOT NULL, hash INTEGER NOT NULL, request INTEGER NOT NULL, event_index INTEGER NOT NULL,
    PRIMARY KEY (segment, hash, request, event_index)
) STRICT, WITHOUT ROWID;
";

/// How far the index is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Progress {
    /// the next request to index
    pub(super) next: i64,
    /// the last one indexed, and its random id
    pub(super) last: i64,
    pub(super) last_id: Vec<u8>,
}

/// A run of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) segment: i64,
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) events: u64,
    /// when the first and the last of its requests arrived, in the order of time
    pub(super) oldest: i64,
    pub(super) newest: i64,
}

/// Opens the database for the search thread; a damaged or foreign file is replaced.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
    match connect(path).and_then(checked) {
        Ok(Some(connection)) => return Ok(connection),
        Ok(None) => {}
        Err(error) if is_damage(&error) => {
            tracing::warn!(%error, "the search database cannot be used and is made anew; nothing is lost");
        }
        Err(error) => return Err(error),
    }
    remove(path);
    let connection = connect(path)?;
    create(&connection)?;
    Ok(connection)
}

/// Removes the files. A reader that has them open still sees their former content.
pub(super) fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // A missing file is fine; a file that cannot be removed shows when the database is made.
        let _ = std::fs::remove_file(&name);
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // The file is made here, so that only its owner can read it and its companions; if that fails, SQLite reports it next.
    let _ = disk::open(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    // The index only has copies: what a crash takes is indexed again, and what is left is consistent.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}

/// Returns the connection if it is our database; an empty file becomes one.
fn checked(connection: Connection) -> rusqlite::Result<Option<Connection>> {
    let format: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (format, tables) {
        (0, 0) => create(&connection)?,
        (FORMAT, _) => drop(progress(&connection)?),
        _ => return Ok(None),
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    Ok(Some(connection))
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.execute_batch(&format!("BEGIN; {TABLES} PRAGMA user_version = {FORMAT}; COMMIT"))
}

/// Does the database have to be rebuilt? Not if it is only busy, or the disk has no room.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, OperationInterrupted, OutOfMemory};
    let passes = [DatabaseBusy, DatabaseLocked, OperationInterrupted, OutOfMemory];
    let passing = error.sqlite_error_code().is_some_and(|code| passes.contains(&code));
    !passing && !crate::sqlite::fault::is_full(error)
}

pub(super) fn progress(connection: &Connection) -> rusqlite::Result<Progress> {
    let mut select = connection.prepare_cached("SELECT next, last, last_id FROM progress")?;
    select.query_row([], |row| Ok(Progress { next: row.get(0)?, last: row.get(1)?, last_id: row.get(2)? }))
}

pub(super) fn set_progress(connection: &Connection, progress: &Progress) -> rusqlite::Result<()> {
    let mut update = connection.prepare_cached("UPDATE progress SET next = ?, last = ?, last_id = ?")?;
    update.execute(params![progress.next, progress.last, progress.last_id])?;
    Ok(())
}

const SEGMENT: &str = "SELECT segment, first, last, events, oldest, newest FROM segments";

/// Segments with a request up to this one, newest first.
pub(super) fn segments(connection: &Connection, up_to: i64) -> rusqlite::Result<Vec<Segment>> {
    let sql = format!("{SEGMENT} WHERE first <= ? ORDER BY segment DESC");
    let mut select = connection.prepare_cached(&sql)?;
    select.query_map([up_to], read_segment)?.collect()
}

pub(super) fn newest_segment(connection: &Connection) -> rusqlite::Result<Option<Segment>> {
    let sql = format!("{SEGMENT} ORDER BY segment DESC LIMIT 1");
    connection.prepare_cached(&sql)?.query_row([], read_segment).optional()
}

fn read_segment(row: &rusqlite::Row<'_>) -> rusqlite::Result<Segment> {
    Ok(Segment {
        segment: row.get(0)?,
        first: row.get(1)?,
        last: row.get(2)?,
        events: crate::sqlite::row::unsigned(row.get(3)?),
        oldest: row.get(4)?,
        newest: row.get(5)?,
    })
}

/// The segment that a request belongs to, with the request counted. After a full segment a new one begins.
pub(super) fn segment_for(
    connection: &Connection,
    current: Option<Segment>,
    request: i64,
    received_at: Millis,
    events: usize,
) -> rusqlite::Result<Segment> {
    let (at, events) = (received_at.0, events as u64);
    if let Some(open) = current.filter(|open| open.events < SEGMENT_EVENTS) {
        return Ok(Segment {
            last: request,
            events: open.events + events,
            oldest: open.oldest.min(at),
            newest: open.newest.max(at),
            ..open
        });
    }
    if let Some(full) = &current {
        put_segment(connection, full)?;
    }
    let segment = current.map_or(1, |full| full.segment + 1);
    Ok(Segment { segment, first: request, last: request, events, oldest: at, newest: at })
}

pub(super) fn put_segment(connection: &Connection, one: &Segment) -> rusqlite::Result<()> {
    let mut put = connection.prepare_cached(
        "INSERT OR REPLACE INTO segments (segment, first, last, events, oldest, newest) VALUES (?, ?, ?, ?, ?, ?)",
    )?;
    let events = crate::sqlite::row::signed(one.events);
    put.execute(params![one.segment, one.first, one.last, events, one.oldest, one.newest])?;
    Ok(())
}

#[cfg(test)]
mod tests;
