//! The gateway's counts for each source: requests by status, and accepted and rejected events.
//!
//! Sources are labelled with their configured names, never with a write key (docs/facts/gateway.md#weakness-19). The
//! counts of a removed source stay, because its requests happened.

use crate::durations::{Durations, Stopwatch};
use event::Millis;
use journal::SourceId;
use port::{Door, Room, RoomSnapshot};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::time::Instant;

/// The statuses an event request can be answered with (docs/facts/gateway.md#replies; docs/facts/sdks.md#rule-200, #rule-permanent).
pub const STATUSES: [u16; 8] = [200, 400, 401, 404, 413, 429, 500, 503];

/// The counts of a running gateway. They only grow, except the two gauges.
#[derive(Debug)]
pub struct Counters {
    /// read when counts are read and when sources are replaced, never by a request
    sources: RwLock<Vec<Arc<SourceCounters>>>,
    unrecognised: [AtomicU64; STATUSES.len()],
    door: Arc<Door>,
    room: Arc<Room>,
    requests: AtomicUsize,
    took: Stopwatch,
}

#[derive(Debug)]
pub(crate) struct SourceCounters {
    id: SourceId,
    name: String,
    by_status: [AtomicU64; STATUSES.len()],
    accepted: AtomicU64,
    rejected: AtomicU64,
    /// [`NEVER`], or when an event was last stored
    last_event_at: AtomicI64,
    /// the limit in bytes of disk, or [`NO_LIMIT`]
    disk: AtomicU64,
    /// whether the limit is reached
    disk_is_full: AtomicBool,
}

const NO_LIMIT: u64 = u64::MAX;

const NEVER: i64 = i64::MIN;

/// All counts at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// One entry for each source since the start, removed ones included, in the order in which they were added.
    pub sources: Vec<SourceCounts>,
    /// Event requests of no known source, by status (see [`STATUSES`]).
    pub unrecognised: [u64; STATUSES.len()],
    /// The door: open, refused and closed connections.
    pub door: port::DoorSnapshot,
    /// The memory for bodies.
    pub room: RoomSnapshot,
    /// Event requests being worked on now.
    pub requests_in_flight: usize,
    /// How long event requests took, from the end of their head to their reply.
    pub took: Durations,
}

/// The counts of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCounts {
    /// Its number in the journal.
    pub id: SourceId,
    /// Its configured name.
    pub name: String,
    /// Event requests by status (see [`STATUSES`]).
    pub requests: [u64; STATUSES.len()],
    /// Events stored, to be delivered.
    pub events_accepted: u64,
    /// Events rejected as not usable: stored as dead letters beside good ones, or refused when there was no good one.
    pub events_rejected: u64,
    /// When a request with events to be delivered was last stored, since the start.
    pub last_event_at: Option<Millis>,
    /// The bytes that it may take on the disk.
    pub disk: Option<u64>,
    /// Whether the limit is reached, so that the source is refused.
    pub disk_is_full: bool,
}

impl Counters {
    pub(crate) fn new(door: Arc<Door>, room: Arc<Room>) -> Self {
        Counters {
            door,
            room,
            sources: RwLock::default(),
            unrecognised: Default::default(),
            requests: AtomicUsize::new(0),
            took: Stopwatch::default(),
        }
    }

    /// All counts as of now.
    pub fn read(&self) -> Counts {
        let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner);
        Counts {
            sources: sources.iter().map(|source| source.read()).collect(),
            unrecognised: read_all(&self.unrecognised),
            door: self.door.snapshot(),
            room: self.room.snapshot(),
            requests_in_flight: self.requests.load(Ordering::Relaxed),
            took: self.took.read(),
        }
    }

    /// The counters of this source, if it ever existed.
    pub(crate) fn known(&self, id: SourceId) -> Option<Arc<SourceCounters>> {
        let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner);
        sources.iter().find(|source| source.id == id).cloned()
    }

    /// Registers counters for sources that have none yet.
    pub(crate) fn show<'a>(&self, counters: impl Iterator<Item = &'a Arc<SourceCounters>>) {
        let mut sources = self.sources.write().unwrap_or_else(PoisonError::into_inner);
        for new in counters {
            if !sources.iter().any(|source| source.id == new.id) {
                sources.push(Arc::clone(new));
            }
        }
    }

    /// Counts a reply, for its source if that is known.
    pub(crate) fn answered(&self, source: Option<&SourceCounters>, status: u16) {
        let counters = source.map_or(&self.unrecognised, |source| &source.by_status);
        if let Some(place) = STATUSES.iter().position(|known| *known == status) {
            counters[place].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts an event request under way until the guard is dropped, and its duration.
    pub(crate) fn request(&self) -> UnderWay<'_> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        UnderWay { counters: self, since: Instant::now() }
    }
}

impl SourceCounters {
    pub(crate) fn new(id: SourceId, name: &str) -> Self {
        SourceCounters {
            id,
            name: name.to_owned(),
            by_status: Default::default(),
            accepted: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            last_event_at: AtomicI64::new(NEVER),
            disk: AtomicU64::new(NO_LIMIT),
            disk_is_full: AtomicBool::new(false),
        }
    }

    /// Sets the limit of bytes on the disk.
    pub(crate) fn limit_disk(&self, bytes: Option<u64>) {
        self.disk.store(bytes.unwrap_or(NO_LIMIT), Ordering::Relaxed);
    }

    /// Whether the source may store more, given its stored bytes. It logs each change. A refused source may store again
    /// when it is a twentieth below its limit, so that the state does not flap (hysteresis).
    pub(crate) fn has_disk(&self, stored: u64) -> bool {
        let limit = self.disk.load(Ordering::Relaxed);
        let was_full = self.disk_is_full.load(Ordering::Relaxed);
        let full = stored >= if was_full { limit - limit / 20 } else { limit };
        if full != was_full && self.disk_is_full.swap(full, Ordering::Relaxed) != full {
            let source = &self.name;
            if full {
                tracing::warn!(
                    source,
                    stored,
                    limit,
                    code = journal::code::SOURCE_DISK_FULL,
                    "a source has filled its share of the disk: its events are answered 429 and will be sent again; other \
                     sources go on"
                );
            } else {
                tracing::info!(
                    source,
                    stored,
                    limit,
                    "the source has room on the disk again; its events are stored"
                );
            }
        }
        !full
    }

    /// Counts events of a request that was refused.
    pub(crate) fn rejected(&self, events: u64) {
        self.rejected.fetch_add(events, Ordering::Relaxed);
    }

    /// Counts events that were stored.
    pub(crate) fn stored(&self, good: u64, bad: u64, at: Millis) {
        self.accepted.fetch_add(good, Ordering::Relaxed);
        self.rejected.fetch_add(bad, Ordering::Relaxed);
        // Requests may become durable in any order; the latest arrival counts.
        self.last_event_at.fetch_max(at.0, Ordering::Relaxed);
    }

    fn read(&self) -> SourceCounts {
        let last_event_at = self.last_event_at.load(Ordering::Relaxed);
        let disk = self.disk.load(Ordering::Relaxed);
        SourceCounts {
            disk: (disk != NO_LIMIT).then_some(disk),
            disk_is_full: self.disk_is_full.load(Ordering::Relaxed),
            id: self.id,
            name: self.name.clone(),
            requests: read_all(&self.by_status),
            events_accepted: self.accepted.load(Ordering::Relaxed),
            events_rejected: self.rejected.load(Ordering::Relaxed),
            last_event_at: (last_event_at != NEVER).then_some(Millis(last_event_at)),
        }
    }
}

impl Counts {
    /// Requests of a source that were answered with this status; 0 for names and statuses that do not exist.
    pub fn requests(&self, source: &str, status: u16) -> u64 {
        let source = self.sources.iter().find(|counts| counts.name == source);
        let place = STATUSES.iter().position(|known| *known == status);
        source.zip(place).map_or(0, |(counts, place)| counts.requests[place])
    }
}

fn read_all(counters: &[AtomicU64; STATUSES.len()]) -> [u64; STATUSES.len()] {
    std::array::from_fn(|place| counters[place].load(Ordering::Relaxed))
}

/// A guard for a request under way; it is dropped even if the sender disconnects.
pub(crate) struct UnderWay<'a> {
    counters: &'a Counters,
    since: Instant,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.counters.requests.fetch_sub(1, Ordering::Relaxed);
        self.counters.took.took(self.since.elapsed());
    }
}
