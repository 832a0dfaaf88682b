//! A log in memory, for tests and for the simulation: one [`MemoryCluster`], and a [`MemoryLog`] for each node of it.
//!
//! The owner of the cluster decides which node leads, and which failures happen: an append may be refused, or its outcome may
//! stay unknown with or without the record in the log; a node may be cut off.

use crate::error::{AppendError, LogError, TailError};
use crate::place::{Offset, Shard};
use crate::port::{Appending, Bounds, Entry, Log, Pending, Tail};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// How the next append of a node ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Refused,
    /// the outcome stays unknown; `stored` says whether the record is in the log
    Unknown {
        stored: bool,
    },
}

/// The log that all nodes share.
#[derive(Clone)]
pub struct MemoryCluster {
    shards: Arc<BTreeMap<Shard, Kept>>,
}

struct Kept {
    entries: Mutex<Entries>,
    /// the end of the shard, for tails that wait
    end: watch::Sender<u64>,
}

#[derive(Default)]
struct Entries {
    first: u64,
    records: Vec<Bytes>,
}

/// The log as one node sees it.
pub struct MemoryLog {
    cluster: MemoryCluster,
    state: Mutex<State>,
    hints: watch::Sender<BTreeSet<Shard>>,
    connected: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    next: Vec<Fate>,
}

impl MemoryCluster {
    /// An empty log with this many shards.
    pub fn new(shards: u32) -> MemoryCluster {
        let kept = |_| Kept { entries: Mutex::default(), end: watch::Sender::new(0) };
        MemoryCluster { shards: Arc::new((0..shards).map(|shard| (Shard(shard), kept(shard))).collect()) }
    }

    /// The log for one more node, which leads no shard yet.
    pub fn node(&self) -> Arc<MemoryLog> {
        Arc::new(MemoryLog {
            cluster: self.clone(),
            state: Mutex::default(),
            hints: watch::Sender::new(BTreeSet::new()),
            connected: watch::Sender::new(true),
        })
    }

    fn shard(&self, shard: Shard) -> Option<&Kept> {
        self.shards.get(&shard)
    }
}

impl Kept {
    fn locked(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, record: Bytes) -> Offset {
        let mut entries = self.locked();
        entries.records.push(record);
        let end = entries.end();
        drop(entries);
        self.end.send_replace(end);
        Offset(end - 1)
    }
}

impl Entries {
    fn end(&self) -> u64 {
        self.first + self.records.len() as u64
    }
}

impl MemoryLog {
    /// Proposes that this node leads exactly these shards.
    pub fn hint(&self, shards: impl IntoIterator<Item = Shard>) {
        self.hints.send_replace(shards.into_iter().collect());
    }

    /// The next append of this node is refused.
    pub fn refuse_next(&self) {
        self.plan(Fate::Refused);
    }

    /// The outcome of the next append of this node stays unknown; `stored` says whether its record is in the log.
    pub fn lose_next(&self, stored: bool) {
        self.plan(Fate::Unknown { stored });
    }

    /// Cuts this node off from the log, or connects it again. While it is cut off its appends are refused, and its tails
    /// wait.
    pub fn connect(&self, connected: bool) {
        self.connected.send_replace(connected);
    }

    fn plan(&self, fate: Fate) {
        self.locked().next.push(fate);
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_now(&self, shard: Shard, record: Bytes) -> Result<Offset, AppendError> {
        if !*self.connected.borrow() {
            return Err(AppendError::Refused("this node is cut off".into()));
        }
        let kept = self.cluster.shard(shard);
        let kept = kept.ok_or_else(|| AppendError::Refused(format!("there is no shard {shard}")))?;
        let mut state = self.locked();
        let fate = if state.next.is_empty() { None } else { Some(state.next.remove(0)) };
        drop(state);
        match fate {
            None => Ok(kept.push(record)),
            Some(Fate::Refused) => Err(AppendError::Refused("as planned".into())),
            Some(Fate::Unknown { stored }) => {
                if stored {
                    kept.push(record);
                }
                Err(AppendError::Unknown("as planned".into()))
            }
        }
    }
}

fn missing(shard: Shard) -> String {
    format!("there is no shard {shard}")
}

impl Log for MemoryLog {
    fn append(&self, shard: Shard, record: Bytes) -> Appending {
        let outcome = self.append_now(shard, record);
        Box::pin(std::future::ready(outcome))
    }

    fn tail(&self, shard: Shard, from: Offset) -> Box<dyn Tail> {
        let end = self.cluster.shard(shard).map(|kept| kept.end.subscribe());
        let connected = self.connected.subscribe();
        Box::new(MemoryTail { cluster: self.cluster.clone(), shard, next: from.0, end, connected })
    }

    fn bounds(&self, shard: Shard) -> Pending<Result<Bounds, LogError>> {
        let bounds = self.healthy().and_then(|()| {
            let kept = self.cluster.shard(shard).ok_or_else(|| LogError::Unusable(missing(shard)))?;
            let entries = kept.locked();
            Ok(Bounds { first: Offset(entries.first), end: Offset(entries.end()) })
        });
        Box::pin(std::future::ready(bounds))
    }

    fn trim(&self, shard: Shard, before: Offset) -> Pending<Result<(), LogError>> {
        let trimmed = self.healthy().and_then(|()| {
            let kept = self.cluster.shard(shard).ok_or_else(|| LogError::Unusable(missing(shard)))?;
            let mut entries = kept.locked();
            let before = before.0.clamp(entries.first, entries.end());
            let gone = usize::try_from(before - entries.first).unwrap_or(usize::MAX);
            entries.records.drain(..gone);
            entries.first = before;
            Ok(())
        });
        Box::pin(std::future::ready(trimmed))
    }

    fn hints(&self) -> watch::Receiver<BTreeSet<Shard>> {
        self.hints.subscribe()
    }

    fn healthy(&self) -> Result<(), LogError> {
        if *self.connected.borrow() {
            return Ok(());
        }
        Err(LogError::Unreachable("this node is cut off".into()))
    }
}

struct MemoryTail {
    cluster: MemoryCluster,
    shard: Shard,
    next: u64,
    end: Option<watch::Receiver<u64>>,
    connected: watch::Receiver<bool>,
}

/// The largest number of records that one read returns.
const READ: usize = 1024;

impl MemoryTail {
    async fn read(&mut self) -> Result<Vec<Entry>, TailError> {
        let Some(end) = &mut self.end else { return Err(TailError::Unreadable(missing(self.shard))) };
        let Some(kept) = self.cluster.shard(self.shard) else {
            return Err(TailError::Unreadable(missing(self.shard)));
        };
        loop {
            self.connected.wait_for(|connected| *connected).await.map_err(|_| TailError::Closed)?;
            end.mark_unchanged();
            let found = kept.read(self.next)?;
            if let Some(last) = found.last() {
                self.next = last.offset.0 + 1;
                return Ok(found);
            }
            end.changed().await.map_err(|_| TailError::Closed)?;
        }
    }
}

impl Kept {
    fn read(&self, from: u64) -> Result<Vec<Entry>, TailError> {
        let entries = self.locked();
        if from < entries.first {
            return Err(TailError::Trimmed { first: Offset(entries.first) });
        }
        if from > entries.end() {
            return Err(TailError::Behind { end: Offset(entries.end()) });
        }
        let skipped = usize::try_from(from - entries.first).unwrap_or(usize::MAX);
        let records = entries.records.iter().skip(skipped).take(READ);
        Ok((from..)
            .zip(records)
            .map(|(offset, record)| Entry { offset: Offset(offset), record: record.clone() })
            .collect())
    }
}

impl Tail for MemoryTail {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<Vec<Entry>, TailError>> + Send + '_>> {
        Box::pin(self.read())
    }
}

#[cfg(test)]
mod tests;
