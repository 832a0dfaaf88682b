//! The search thread: it follows the log and indexes new events, and uses little of the machine while appends come in.
//!
//! # Policy
//! * Work is done in small batches. While appends come in, each batch is followed by a rest three times as long, so that the
//!   thread uses a quarter of a core. While no appends come in, it works without rests.
//! * Each batch is one transaction, which also records how far the index is, so a crash leaves no batch half done.
//! * If anything is wrong with the database, it is rebuilt from the log. While there is no room for it, indexing waits.

use super::entry::Entry;
use super::facts::Facts;
use super::failure::Failure;
use super::store::{self, Progress};
use super::{Search, sweep};
use crate::sqlite::bodies::{self, Body, Slim};
use crate::sqlite::fault::Fault;
use crate::sqlite::numbers;
use crate::sqlite::readers::Readers;
use crate::sqlite::row::signed;
use event::{Envelope, Millis, RequestShape, SourceKind};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The approximate size of a batch, in events and in bytes of bodies.
const BATCH_EVENTS: usize = 1_024;
const BATCH_BYTES: usize = 1 << 20;

/// The length of a rest as a multiple of the time that the work took.
const REST_FACTOR: u32 = 3;

/// The pause after a failure.
const PAUSE: Duration = Duration::from_secs(5);

/// See the module.
pub(in crate::sqlite) struct Indexer {
    path: PathBuf,
    store: Option<Connection>,
    /// how many failures there were in a row
    failures: u32,
}

/// A request that was read from the log, whose entries have to be made.
struct Read {
    number: i64,
    received_at: Millis,
    body: Body,
}

impl Indexer {
    pub(in crate::sqlite) fn new(path: PathBuf) -> Indexer {
        Indexer { path, store: None, failures: 0 }
    }

    /// Works until it has to stop.
    pub(in crate::sqlite) fn run(&mut self, search: &Search, journal: &Readers) {
        let _anew = AnewOnPanic(search);
        while let Some(task) = search.signals.task() {
            let begun = Instant::now();
            if task.damaged {
                self.begin_anew(search);
            }
            let outcome = self.work(search, journal, &task.removed);
            let took = begun.elapsed();
            match outcome {
                Ok(next) => {
                    self.failures = 0;
                    search.signals.indexed(next);
                    if search.signals.end() > task.end {
                        search.signals.rest(took * REST_FACTOR);
                    }
                }
                Err(failure) => {
                    search.signals.removed(task.removed);
                    self.recover(search, &failure);
                }
            }
        }
        // This connection closes last, so that the write-ahead log is folded in.
        search.close();
        self.store = None;
    }

    /// Indexes one batch; returns how far the index is then.
    fn work(&mut self, search: &Search, journal: &Readers, removed: &[u64]) -> Result<u64, Failure> {
        let store = match self.store.take() {
            Some(store) => store,
            None => self.begin(search, journal)?,
        };
        let outcome =
            sweep::sweep(&store, removed).map_err(Failure::from).and_then(|()| batch(&store, journal));
        self.store = Some(store);
        outcome
    }

    /// Opens the database, and makes sure that it is the index of this journal in its present state.
    fn begin(&self, search: &Search, journal: &Readers) -> Result<Connection, Failure> {
        let mut store = store::open(&self.path)?;
        if !is_of(&store, journal)? {
            tracing::info!("the search database is of another state of the journal and is made anew");
            drop(store);
            store::remove(&self.path);
            store = store::open(&self.path)?;
        }
        sweep::reconcile(&store, journal, &search.signals)?;
        search.open(&self.path);
        Ok(store)
    }

    fn recover(&mut self, search: &Search, failure: &Failure) {
        // A rebuilt database is not damaged; if it fails again, the cause is another one.
        search.signals.rest(PAUSE * self.failures.min(12));
        self.failures += 1;
        match failure {
            Failure::Index(error) if store::is_damage(error) => {
                tracing::warn!(%error, "the search database is made anew; nothing is lost, events are found again when it is done");
                self.begin_anew(search);
            }
            Failure::Index(error) => {
                tracing::warn!(%error, "events cannot be indexed for searching now; it will be tried again");
            }
            Failure::Journal(error) => {
                tracing::warn!(%error, "the journal cannot be read for indexing; it will be tried again");
            }
        }
    }

    fn begin_anew(&mut self, search: &Search) {
        search.close();
        self.store = None;
        store::remove(&self.path);
        search.signals.indexed(0);
    }
}

/// Is this the index of this journal, and not ahead of it?
fn is_of(store: &Connection, journal: &Readers) -> Result<bool, Failure> {
    let progress = store::progress(store)?;
    let (end, id) = journal.read(|connection| {
        let mut select = connection.prepare_cached("SELECT request_id FROM bodies WHERE number = ?")?;
        let id: Option<Vec<u8>> = select.query_row([progress.last], |row| row.get(0)).optional()?;
        Ok((numbers::end(connection)?, id))
    })?;
    Ok(progress.next <= signed(end) && id.is_none_or(|id| id == progress.last_id))
}

/// Indexes some of what is new.
fn batch(store: &Connection, journal: &Readers) -> Result<u64, Failure> {
    let mut progress = store::progress(store)?;
    let (requests, end) =
        journal.read(|connection| Ok((read(connection, progress.next)?, numbers::end(connection)?)))?;
    let transaction = store.unchecked_transaction()?;
    match requests.last() {
        Some(last) => {
            progress = Progress {
                next: last.number.saturating_add(1),
                last: last.number,
                last_id: last.body.request_id.to_vec(),
            };
        }
        // The requests in between have been removed.
        None => progress.next = signed(end),
    }
    put(store, &requests)?;
    store::set_progress(store, &progress)?;
    transaction.commit()?;
    Ok(crate::sqlite::row::unsigned(progress.next))
}

fn read(connection: &Connection, from: i64) -> Result<Vec<Read>, Fault> {
    let mut select = connection.prepare_cached(
        "SELECT number, route, events, received_at FROM requests WHERE number >= ? ORDER BY number",
    )?;
    let mut rows = select.query([from])?;
    let (mut all, mut bytes, mut events) = (Vec::new(), 0, 0);
    while bytes < BATCH_BYTES
        && events < BATCH_EVENTS
        && let Some(row) = rows.next()?
    {
        let slim = Slim::read(row)?;
        let body = bodies::load(connection, slim)?;
        bytes += body.text.len();
        events += slim.events as usize;
        all.push(Read { number: slim.number, received_at: slim.received_at(), body });
    }
    Ok(all)
}

fn put(store: &Connection, requests: &[Read]) -> rusqlite::Result<()> {
    let mut segment = store::newest_segment(store)?;
    let mut keys: Vec<(i64, i64, i64, u32)> = Vec::new();
    let mut insert = store.prepare_cached(
        "INSERT OR REPLACE INTO events (request, event_index, received_at, source, type) VALUES (?, ?, ?, ?, ?)",
    )?;
    for request in requests {
        let texts = event::split(&request.body.text, request.body.shape).unwrap_or_default();
        let at = store::segment_for(store, segment, request.number, request.received_at, texts.len())?;
        segment = Some(at);
        for (index, text) in (0_u32..).zip(&texts) {
            let entry = Entry::new(&Facts::read(text, &request.envelope(index)));
            insert.execute(params![
                request.number,
                index,
                request.received_at.0,
                request.body.source.0,
                entry.kind
            ])?;
            keys.extend(entry.keys.iter().map(|key| (at.segment, *key, request.number, index)));
        }
    }
    if let Some(segment) = segment {
        store::put_segment(store, &segment)?;
    }
    // The entries are in the order of the tree, so that neighbours are written together.
    keys.sort_unstable();
    let mut insert = store.prepare_cached(
        "INSERT OR IGNORE INTO keys (segment, hash, request, event_index) VALUES (?, ?, ?, ?)",
    )?;
    for (segment, hash, request, index) in keys {
        insert.execute(params![segment, hash, request, index])?;
    }
    Ok(())
}

impl Read {
    fn envelope(&self, index: u32) -> Envelope {
        Envelope {
            // The index does not depend on these two.
            source: None,
            source_kind: SourceKind::Server,
            request_ip: None,
            received_at: self.received_at,
            forced: match self.body.shape {
                RequestShape::Single(kind) => Some(kind),
                RequestShape::Batch => None,
            },
            request_id: self.body.request_id,
            index: self.body.first_index.saturating_add(index),
        }
    }
}

/// If the thread panics, it is not known what it had half done, so the next run rebuilds the index.
struct AnewOnPanic<'a>(&'a Search);

impl Drop for AnewOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.signals.damaged();
        }
    }
}
