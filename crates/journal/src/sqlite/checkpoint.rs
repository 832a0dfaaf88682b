//! Copying the write-ahead log into the database, away from the writer's path.
//!
//! # Policy
//! * When the log has grown to [`START_BYTES`], a thread with a connection of its own copies it over while the writer
//!   goes on (PASSIVE), again and again until little is left. A writer that never rests never lets such a copy catch up
//!   with it, so the log would grow for ever: when it has reached [`HIGH_BYTES`] all the same, the writer is held
//!   between two groups while the little rest is copied (RESTART), and then begins the log anew. One that outruns the copies
//!   is held for more than a little rest ([`FULL_BYTES`]), so that a busy machine does not let the log grow without end: each
//!   group of the writer waits until the log has been begun anew, though not while copies fail, and no longer than [`OUTRUN_WAIT`].
//! * A reader of an old state (another program's, a backup's) keeps the log from being begun anew for as long as it
//!   reads. Then the log grows, the writer is not held for it, and the next try comes later and later, up to
//!   [`LONGEST_PAUSE`]. How long this has been so is told ([`Held`]).
//! * When nothing has been written for [`IDLE`], the log is copied and its file cut to nothing (TRUNCATE).
//! * A checkpoint that fails is tried again at the next occasion: what is in the log is safe there.

use super::schema::PAGE_BYTES;
use crate::code;
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Copy from here on.
const START_BYTES: u64 = 4 << 20;

/// Begin the log anew from here on. Together with what one copy takes in while it runs, the log stays below 64 MiB.
const HIGH_BYTES: u64 = 16 << 20;

/// A log of this size has outrun the copies: the writer is held, however much is left to copy.
const FULL_BYTES: u64 = 32 << 20;

/// So long a group of the writer waits at most for a copy of a log of that size to end, be it for want of a processor or of the disk.
const OUTRUN_WAIT: Duration = Duration::from_secs(5);

/// Otherwise hold the writer only when no more than this is left to copy.
const NEAR_BYTES: u64 = 2 << 20;

/// So many copies are made to come near; then the next occasion has to do.
const ROUNDS: u32 = 16;

/// Nothing written for so long: cut the log.
const IDLE: Duration = Duration::from_secs(2);

/// How long a checkpoint that holds the writer waits for readers of an old state. Our own read a page of requests.
const READER_WAIT: Duration = Duration::from_millis(20);

/// The pause after the first try that a reader kept from its end; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A reader that keeps the log for so long is worth a word.
const SAID_AFTER: Duration = Duration::from_secs(30);

/// Checkpoints that begin the log anew, and that cut its file, too.
const RESTART: &str = "RESTART";
const TRUNCATE: &str = "TRUNCATE";

/// Where the writer passes before each group, and can be held.
pub(super) struct Gate {
    state: Mutex<Passing>,
    changed: Condvar,
    /// a group waits at most so long for a log that has outrun the copies
    outrun_wait: Duration,
}

impl Default for Gate {
    fn default() -> Self {
        Gate { state: Mutex::default(), changed: Condvar::default(), outrun_wait: OUTRUN_WAIT }
    }
}

#[derive(Default)]
struct Passing {
    shut: bool,
    writing: bool,
    /// The log, while somebody copies it.
    copied: Option<Arc<Held>>,
}

impl Passing {
    /// The log has outrun the copies, and neither a reader nor the disk is to blame.
    fn is_outrun(&self) -> bool {
        let is_outrun =
            |log: &Arc<Held>| log.log_bytes() >= FULL_BYTES && log.held_for().is_none() && !log.fails();
        self.copied.as_ref().is_some_and(is_outrun)
    }
}

impl Gate {
    /// The writer begins a group.
    pub(super) fn enter(&self) {
        let waits = |passing: &mut Passing| passing.is_outrun();
        let outrun = self.changed.wait_timeout_while(self.locked(), self.outrun_wait, waits);
        let (passing, _) = outrun.unwrap_or_else(PoisonError::into_inner);
        let passing = self.changed.wait_while(passing, |passing| passing.shut);
        passing.unwrap_or_else(PoisonError::into_inner).writing = true;
    }

    /// The writer has ended it.
    pub(super) fn leave(&self) {
        self.locked().writing = false;
        self.changed.notify_all();
    }

    /// A copy has ended, well or not. The lock is taken so that nobody is between looking at the log and waiting.
    fn copied(&self) {
        drop(self.locked());
        self.changed.notify_all();
    }

    /// Does something while the writer is between two groups.
    fn hold<T>(&self, work: impl FnOnce() -> T) -> T {
        let _open_again = Shut::new(self);
        let still = self.changed.wait_while(self.locked(), |passing| passing.writing);
        drop(still.unwrap_or_else(PoisonError::into_inner));
        work()
    }

    fn locked(&self) -> MutexGuard<'_, Passing> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The gate while somebody copies the log: when this is dropped, also by a panic, no group waits for that any more.
struct Attended<'a>(&'a Gate);

impl Attended<'_> {
    fn new(gate: &Gate, log: Arc<Held>) -> Attended<'_> {
        gate.locked().copied = Some(log);
        Attended(gate)
    }
}

impl Drop for Attended<'_> {
    fn drop(&mut self) {
        self.0.locked().copied = None;
        self.0.changed.notify_all();
    }
}

/// The gate while it is shut: it opens when this is dropped, also by a panic of what was done meanwhile.
struct Shut<'a>(&'a Gate);

impl Shut<'_> {
    fn new(gate: &Gate) -> Shut<'_> {
        gate.locked().shut = true;
        Shut(gate)
    }
}

impl Drop for Shut<'_> {
    fn drop(&mut self) {
        self.0.locked().shut = false;
        self.0.changed.notify_all();
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

/// What is known of readers that keep the log.
pub(super) struct Held {
    level: Arc<Level>,
    since: Mutex<Option<Instant>>,
    put_off: AtomicU64,
    /// the last copy failed
    fails: AtomicBool,
}

impl Held {
    /// Bytes in the log.
    pub(super) fn log_bytes(&self) -> u64 {
        self.level.bytes.load(Ordering::Relaxed)
    }

    /// For how long a reader has kept the log from being begun anew; nothing when none does.
    pub(super) fn held_for(&self) -> Option<Duration> {
        self.since().map(|since| since.elapsed())
    }

    /// How many tries to copy the log a reader has kept from their end.
    pub(super) fn put_off(&self) -> u64 {
        self.put_off.load(Ordering::Relaxed)
    }

    /// The disk, or what else there is, let the last copy fail.
    fn fails(&self) -> bool {
        self.fails.load(Ordering::Relaxed)
    }

    fn since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a checkpoint came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Copied {
    /// somebody was in its way
    busy: bool,
    /// bytes in the log when it began
    log: u64,
    /// bytes of them that are in the database
    copied: u64,
}

/// When to try again after a reader was in the way.
#[derive(Debug, Default)]
struct Pause {
    until: Option<Instant>,
    length: Duration,
    said: bool,
}

/// Listens to the writer's connection; [`Checkpointer::run`] does the rest.
pub(super) struct Checkpointer {
    connection: Connection,
    level: Arc<Level>,
    signals: Receiver<()>,
    held: Arc<Held>,
    pause: Pause,
}

impl Checkpointer {
    pub(super) fn new(writer: &mut Connection, connection: Connection) -> rusqlite::Result<Self> {
        // One signal waiting is enough: it says "look", and looking tells the rest.
        let (sender, signals) = sync_channel(1);
        let level = Arc::new(Level::default());
        let held = Arc::new(Held {
            level: Arc::clone(&level),
            since: Mutex::default(),
            put_off: AtomicU64::default(),
            fails: AtomicBool::default(),
        });
        listen(writer, Arc::clone(&level), sender)?;
        Ok(Checkpointer { connection, level, signals, held, pause: Pause::default() })
    }

    pub(super) fn held(&self) -> Arc<Held> {
        Arc::clone(&self.held)
    }

    /// Until the writer's connection is closed, or no longer listened to.
    pub(super) fn run(&mut self, gate: &Gate) {
        let _attended = Attended::new(gate, self.held());
        let mut commits_before = 0;
        loop {
            match self.signals.recv_timeout(IDLE) {
                Ok(()) => {
                    self.copy(gate, Instant::now());
                    gate.copied();
                }
                Err(RecvTimeoutError::Timeout) => {
                    let commits = self.level.commits.load(Ordering::Relaxed);
                    let quiet = std::mem::replace(&mut commits_before, commits) == commits;
                    if quiet && self.level.dirty.swap(false, Ordering::Relaxed) {
                        self.cut(gate, Instant::now());
                        gate.copied();
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Without a thread: does what there is a signal to do.
    pub(super) fn copy_by_hand(&mut self, gate: &Gate) {
        if self.signals.try_recv().is_ok() {
            self.copy(gate, Instant::now());
        }
    }

    /// Without a thread: does what is due when nothing has been written for [`IDLE`].
    pub(super) fn cut_by_hand(&mut self, gate: &Gate) {
        if self.level.dirty.swap(false, Ordering::Relaxed) {
            self.cut(gate, Instant::now());
        }
    }

    /// Copies a log that has grown, and begins it anew if it has grown high.
    fn copy(&mut self, gate: &Gate, now: Instant) {
        let level = || self.level.bytes.load(Ordering::Relaxed);
        if level() < START_BYTES || self.pause.until.is_some_and(|until| now < until) {
            return;
        }
        for _ in 0..ROUNDS {
            let Some(done) = self.copy_beside(gate) else { return };
            if done.copied < done.log {
                return self.put_off(now);
            }
            if level().saturating_sub(done.log) <= NEAR_BYTES || level() >= FULL_BYTES {
                break;
            }
        }
        if level() < HIGH_BYTES {
            return self.free();
        }
        match gate.hold(|| self.checkpoint(RESTART, READER_WAIT)) {
            Some(done) if done.busy => self.put_off(now),
            Some(_) => self.free(),
            None => {}
        }
    }

    /// Copies the log and cuts its file, nothing being written.
    fn cut(&mut self, gate: &Gate, now: Instant) {
        let done = match self.pause.until {
            Some(until) if now < until => None,
            _ => self.copy_beside(gate),
        };
        let cut = match done {
            Some(done) if done.copied < done.log => None,
            Some(_) => gate.hold(|| self.checkpoint(TRUNCATE, READER_WAIT)).filter(|done| !done.busy),
            None => return self.level.dirty.store(true, Ordering::Relaxed),
        };
        if cut.is_some() {
            self.free();
        } else {
            self.level.dirty.store(true, Ordering::Relaxed);
            self.put_off(now);
        }
    }

    /// Copies beside the writer, which goes on. What cannot be copied, a reader of an old state still needs; or the writer does, which
    /// for a moment after each commit is one itself. So it is looked at again between two groups.
    fn copy_beside(&self, gate: &Gate) -> Option<Copied> {
        let copy = || self.checkpoint("PASSIVE", Duration::ZERO);
        let done = copy()?;
        if done.copied < done.log { gate.hold(copy) } else { Some(done) }
    }

    /// A reader was in the way: the next try comes later.
    fn put_off(&mut self, now: Instant) {
        self.held.put_off.fetch_add(1, Ordering::Relaxed);
        let since = *self.held.since().get_or_insert(now);
        let pause = &mut self.pause;
        pause.length = (pause.length * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        pause.until = Some(now + pause.length);
        if now.saturating_duration_since(since) >= SAID_AFTER && !pause.said {
            pause.said = true;
            tracing::warn!(
                log_bytes = self.held.log_bytes(),
                code = code::JOURNAL_LOG_HELD,
                "a program has been reading an old state of the journal for a while, so that its log grows; nothing is lost and events are taken on"
            );
        }
    }

    /// Nobody is in the way any more.
    fn free(&mut self) {
        *self.held.since() = None;
        if std::mem::take(&mut self.pause).said {
            tracing::info!("the journal's log is begun anew again");
        }
    }

    /// Copies in this mode, and waits so long for those in the way. Nothing when it failed.
    fn checkpoint(&self, mode: &str, patience: Duration) -> Option<Copied> {
        let sql = format!("PRAGMA wal_checkpoint({mode})");
        let bytes = |pages: i64| u64::try_from(pages).unwrap_or(0) * u64::from(PAGE_BYTES);
        let done = self.connection.busy_timeout(patience).and_then(|()| {
            self.connection.query_row(&sql, [], |row| {
                Ok(Copied { busy: row.get(0)?, log: bytes(row.get(1)?), copied: bytes(row.get(2)?) })
            })
        });
        self.held.fails.store(done.is_err(), Ordering::Relaxed);
        match done {
            Ok(done) => {
                tracing::trace!(mode, done.busy, done.log, done.copied, "checkpoint");
                if !done.busy && [RESTART, TRUNCATE].contains(&mode) {
                    // The next commit says how large the new one is.
                    self.level.bytes.store(0, Ordering::Relaxed);
                }
                Some(done)
            }
            Err(error) => {
                tracing::warn!(%error, mode, "the journal's log could not be copied; it will be tried again");
                None
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
