//! Connections that only read, beside the writer and never waiting for it.

use super::fault::{Damage, Fault};
use super::schema::{self, Role};
use crate::port::JournalError;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connections kept for the next reader; more are opened while more are reading.
const KEPT: usize = 4;

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    damage: Arc<Damage>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, damage: Arc<Damage>) -> Self {
        Readers { path, idle: Mutex::default(), damage }
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
        let kept = self.locked().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => schema::connect(&self.path, Role::Reader)?,
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

fn in_transaction<T, E: From<rusqlite::Error>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = connection.unchecked_transaction()?;
    let result = work(&transaction)?;
    transaction.finish()?;
    Ok(result)
}
