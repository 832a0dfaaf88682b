//! Connections that only read, beside the writer and never waiting for it.

use super::fault::Fault;
use super::schema::{self, Role};
use crate::port::JournalError;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Connections kept for the next reader; more are opened while more are reading.
const KEPT: usize = 4;

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Readers { path, idle: Mutex::default() }
    }

    /// Reads one state of the journal, however many statements it takes.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, JournalError> {
        let connection = match self.locked().pop() {
            Some(connection) => connection,
            None => schema::connect(&self.path, Role::Reader).map_err(Fault::from)?,
        };
        let result = in_transaction(&connection, work)?;
        let mut idle = self.locked();
        if idle.len() < KEPT {
            idle.push(connection);
        }
        Ok(result)
    }

    /// Closes all that are idle.
    pub(super) fn close(&self) {
        self.locked().clear();
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn in_transaction<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let transaction = connection.unchecked_transaction()?;
    let result = work(&transaction)?;
    transaction.finish()?;
    Ok(result)
}
