//! A journal without threads, for simulations: whoever uses it has it work, one step at a time, so that what happens when is decided
//! by them alone. The steps are those that the threads take. Searching is left out: nothing is indexed.

use super::checkpoint::Checkpointer;
use super::options::Options;
use super::{SqliteJournal, WorkedBy, Workers};
use crate::error::JournalError;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

impl SqliteJournal {
    /// As [`SqliteJournal::open`], without threads. A write is answered after [`SqliteJournal::write_by_hand`]; what blocks until it is
    /// written has all that waits written first.
    ///
    /// # Errors
    /// As [`SqliteJournal::open`].
    pub fn open_by_hand(path: &Path, options: Options) -> Result<SqliteJournal, JournalError> {
        Self::open_as(path, options, WorkedBy::Caller)
    }

    /// What the writer's thread does: takes what waits into one group and writes it. False if nothing waits, or if there are threads.
    pub fn write_by_hand(&self) -> bool {
        self.shared.write_group_by_hand()
    }

    /// What the thread that copies the log does after a write: copies a log that has grown.
    pub fn copy_log_by_hand(&self) {
        if let Some(mut checkpointer) = self.checkpointer() {
            checkpointer.copy_by_hand(&self.shared.gate);
        }
    }

    /// What that thread does when nothing has been written for a while: cuts the log.
    pub fn cut_log_by_hand(&self) {
        if let Some(mut checkpointer) = self.checkpointer() {
            checkpointer.cut_by_hand(&self.shared.gate);
        }
    }

    /// What the thread that does what is due does every second; every minute, the maintenance is due.
    pub fn look_by_hand(&self, maintenance_is_due: bool) {
        self.keeper().look(maintenance_is_due);
    }

    /// Writes what is queued, folds the log in, and closes.
    pub(super) fn end_by_hand(&self, checkpointer: Mutex<Checkpointer>) {
        self.shared.queue.close();
        self.shared.write_if_by_hand();
        if let Some(connection) = self.shared.end_by_hand() {
            self.close(connection, || drop(checkpointer));
        }
    }

    fn checkpointer(&self) -> Option<MutexGuard<'_, Checkpointer>> {
        match &self.workers {
            Some(Workers::Caller(checkpointer)) => {
                Some(checkpointer.lock().unwrap_or_else(PoisonError::into_inner))
            }
            _ => None,
        }
    }
}
