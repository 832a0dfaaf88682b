//! Copying the write-ahead log into the database, away from the writer's path.
//!
//! # Policy
//! * When the log has grown to [`START_BYTES`], a thread with a connection of its own copies it over while the writer
//!   goes on (PASSIVE). A writer that never rests never lets such a copy catch up with it, so the log would grow for
//!   ever: when it has reached [`HIGH_BYTES`] all the same, the writer is held between two groups while the rest is
//!   copied (RESTART), and then begins the log anew.
//! * When nothing has been written for [`IDLE`], the log is copied and its file cut to nothing (TRUNCATE).
//! * A checkpoint that fails is tried again at the next occasion: what is in the log is safe there.

use super::schema::PAGE_BYTES;
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Copy from here on.
const START_BYTES: u64 = 4 << 20;

/// Hold the writer from here on. Together with what one copy takes in while it runs, the log stays below 64 MiB.
const HIGH_BYTES: u64 = 16 << 20;

/// Nothing written for so long: cut the log.
const IDLE: Duration = Duration::from_secs(2);

/// How long a checkpoint waits for readers of an old state; they read a page of requests at most.
const PATIENCE: Duration = Duration::from_millis(250);

/// Where the writer passes before each group, and can be held.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<Passing>,
    changed: Condvar,
}

#[derive(Default)]
struct Passing {
    shut: bool,
    writing: bool,
}

impl Gate {
    /// The writer begins a group.
    pub(super) fn enter(&self) {
        let passing = self.changed.wait_while(self.locked(), |passing| passing.shut);
        passing.unwrap_or_else(PoisonError::into_inner).writing = true;
    }

    /// The writer has ended it.
    pub(super) fn leave(&self) {
        self.locked().writing = false;
        self.changed.notify_all();
    }

    /// Does something while the writer is between two groups.
    fn hold<T>(&self, work: impl FnOnce() -> T) -> T {
        self.locked().shut = true;
        let still = self.changed.wait_while(self.locked(), |passing| passing.writing);
        drop(still.unwrap_or_else(PoisonError::into_inner));
        let result = work();
        self.locked().shut = false;
        self.changed.notify_all();
        result
    }

    fn locked(&self) -> MutexGuard<'_, Passing> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the writer's connection tells after each commit.
#[derive(Default)]
struct Level {
    /// bytes in the log
    bytes: AtomicU64,
    /// commits so far
    commits: AtomicU64,
    /// something was written since the log was last cut
    dirty: AtomicBool,
}

/// Listens to the writer's connection; [`Checkpointer::run`] does the rest.
pub(super) struct Checkpointer {
    connection: Connection,
    level: Arc<Level>,
    signals: Receiver<()>,
}

impl Checkpointer {
    pub(super) fn new(writer: &mut Connection, connection: Connection) -> rusqlite::Result<Self> {
        // One signal waiting is enough: it says "look", and looking tells the rest.
        let (sender, signals) = sync_channel(1);
        connection.busy_timeout(PATIENCE)?;
        let level = Arc::new(Level::default());
        listen(writer, Arc::clone(&level), sender)?;
        Ok(Checkpointer { connection, level, signals })
    }

    /// Until the writer's connection is closed, or no longer listened to.
    pub(super) fn run(self, gate: &Gate) {
        let mut commits_before = 0;
        loop {
            match self.signals.recv_timeout(IDLE) {
                Ok(()) => self.copy(gate),
                Err(RecvTimeoutError::Timeout) => {
                    let commits = self.level.commits.load(Ordering::Relaxed);
                    let quiet = std::mem::replace(&mut commits_before, commits) == commits;
                    if quiet && self.level.dirty.swap(false, Ordering::Relaxed) {
                        gate.hold(|| self.checkpoint("TRUNCATE"));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn copy(&self, gate: &Gate) {
        if self.level.bytes.load(Ordering::Relaxed) < START_BYTES {
            return;
        }
        self.checkpoint("PASSIVE");
        if self.level.bytes.load(Ordering::Relaxed) >= HIGH_BYTES {
            gate.hold(|| self.checkpoint("RESTART"));
        }
    }

    fn checkpoint(&self, mode: &str) {
        let sql = format!("PRAGMA wal_checkpoint({mode})");
        let done = self.connection.query_row(&sql, [], |row| row.get::<_, bool>(0));
        match done {
            Ok(busy) => tracing::trace!(mode, busy, "checkpoint"),
            Err(error) => {
                tracing::warn!(%error, mode, "the journal's log could not be copied; it will be tried again")
            }
        }
    }
}

fn listen(writer: &mut Connection, level: Arc<Level>, sender: SyncSender<()>) -> rusqlite::Result<()> {
    writer.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: i32| {
        let bytes = u64::try_from(pages).unwrap_or(0) * u64::from(PAGE_BYTES);
        level.bytes.store(bytes, Ordering::Relaxed);
        level.commits.fetch_add(1, Ordering::Relaxed);
        if bytes >= START_BYTES || !level.dirty.swap(true, Ordering::Relaxed) {
            // A signal that is there already says the same.
            let _ = sender.try_send(());
        }
        Ok(())
    }))
}

/// Stops listening, which ends the thread that runs the checkpoints.
pub(super) fn stop_listening(writer: &mut Connection) -> rusqlite::Result<()> {
    writer.wal_hook(None::<fn(&mut rusqlite::hooks::Wal, i32) -> rusqlite::Result<()>>)
}

#[cfg(test)]
mod tests;
