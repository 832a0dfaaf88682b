//! Connections that only read, beside the writer and never waiting for it.
//!
//! # Policy
//! * At most [`MOST`] read at a time; more wait in line. Each connection costs descriptors and memory, and each reader
//!   keeps the write-ahead log from being begun anew.
//! * A read ends after [`MAX_READ_TIME`] with an error: no question may hold the log for ever.

use super::fault::{Damage, Fault};
use super::file_system::Database;
use super::schema::{self, ConnectionRole};
use crate::error::JournalError;
use rusqlite::Connection;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Connections kept for the next reader.
const KEPT: usize = 4;

/// So many read at a time.
const MOST: usize = 16;

/// How long one may read.
const MAX_READ_TIME: Duration = Duration::from_secs(30);

/// How many steps of SQLite's machine lie between two looks at the time: some ten microseconds.
const STEPS: i32 = 10_000;

pub(super) struct Readers {
    database: Database,
    longest: Duration,
    state: Mutex<State>,
    left: Condvar,
    damage: Arc<Damage>,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    /// since when each of those that are reading does
    reading: Vec<Instant>,
}

/// One that reads; it leaves when dropped.
struct ReaderGuard<'a> {
    readers: &'a Readers,
    since: Instant,
}

impl Readers {
    pub(super) fn new(database: Database, damage: Arc<Damage>) -> Self {
        Readers { database, longest: MAX_READ_TIME, state: Mutex::default(), left: Condvar::new(), damage }
    }

    /// Reads one state of the journal, however many statements it takes.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, JournalError> {
        let result = self.read_with(work);
        self.damage.look();
        Ok(result?)
    }

    /// The same, for work with errors of its own.
    pub(super) fn read_with<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let (place, kept) = self.enter();
        let mut connection = match kept {
            Some(connection) => connection,
            None => schema::connect(&self.database, ConnectionRole::Reader)?,
        };
        let deadline = place.since + self.longest;
        connection.progress_handler(STEPS, Some(move || Instant::now() > deadline))?;
        let result = in_transaction(&connection, work)?;
        let mut state = self.locked();
        if state.idle.len() < KEPT {
            state.idle.push(connection);
        }
        Ok(result)
    }

    /// How many are reading, and for how long the first of them has been.
    pub(super) fn reading(&self) -> (u32, Option<Duration>) {
        let state = self.locked();
        let oldest = state.reading.iter().min().map(Instant::elapsed);
        (u32::try_from(state.reading.len()).unwrap_or(u32::MAX), oldest)
    }

    /// Closes all that are idle.
    pub(super) fn close(&self) {
        self.locked().idle.clear();
    }

    fn enter(&self) -> (ReaderGuard<'_>, Option<Connection>) {
        let crowded = |state: &mut State| state.reading.len() >= MOST;
        let mut state = self.left.wait_while(self.locked(), crowded).unwrap_or_else(PoisonError::into_inner);
        let since = Instant::now();
        state.reading.push(since);
        let kept = state.idle.pop();
        (ReaderGuard { readers: self, since }, kept)
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ReaderGuard<'_> {
    fn drop(&mut self) {
        let mut state = self.readers.locked();
        if let Some(place) = state.reading.iter().position(|since| *since == self.since) {
            state.reading.swap_remove(place);
        }
        drop(state);
        self.readers.left.notify_one();
    }
}

fn in_transaction<T, E: From<rusqlite::Error>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = connection.unchecked_transaction()?;
    let result = work(&transaction)?;
    transaction.finish()?;
    Ok(result)
}

#[cfg(test)]
mod tests;
