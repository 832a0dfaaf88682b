//! What the gateway counts: requests by how they were answered, events by what became of them, for each source.
//!
//! Sources go by their configured names; no label ever holds a write key (gateway.md 7, row 19).

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The statuses an event request can be answered with (gateway.md 1.6; sdks.md 1, rules 5 and 7).
pub const STATUSES: [u16; 8] = [200, 400, 401, 404, 413, 429, 500, 503];

/// What the gateway counts while it runs. Only grows, except the two gauges.
#[derive(Debug)]
pub struct Counters {
    sources: Vec<SourceCounters>,
    unrecognised: [AtomicU64; STATUSES.len()],
    connections: AtomicUsize,
    requests: AtomicUsize,
}

#[derive(Debug)]
pub(crate) struct SourceCounters {
    name: String,
    by_status: [AtomicU64; STATUSES.len()],
    accepted: AtomicU64,
    rejected: AtomicU64,
}

/// All counts at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// One for each source, in the order of the settings.
    pub sources: Vec<SourceCounts>,
    /// Event requests of no known source, by status (see [`STATUSES`]).
    pub unrecognised: [u64; STATUSES.len()],
    /// Connections open now.
    pub connections: usize,
    /// Event requests being worked on now.
    pub requests_in_flight: usize,
}

/// The counts of one source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceCounts {
    /// Its configured name.
    pub name: String,
    /// Event requests by status (see [`STATUSES`]).
    pub requests: [u64; STATUSES.len()],
    /// Events stored, to be delivered.
    pub events_accepted: u64,
    /// Events that are no events: stored as dead letters beside good ones, or refused when there was no good one.
    pub events_rejected: u64,
}

impl Counters {
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        Counters {
            sources: names.map(SourceCounters::new).collect(),
            unrecognised: Default::default(),
            connections: AtomicUsize::new(0),
            requests: AtomicUsize::new(0),
        }
    }

    /// All counts as of now.
    pub fn read(&self) -> Counts {
        Counts {
            sources: self.sources.iter().map(SourceCounters::read).collect(),
            unrecognised: read_all(&self.unrecognised),
            connections: self.connections.load(Ordering::Relaxed),
            requests_in_flight: self.requests.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn source(&self, index: usize) -> &SourceCounters {
        &self.sources[index]
    }

    /// Counts a request's answer, for its source if that is known.
    pub(crate) fn answered(&self, source: Option<usize>, status: u16) {
        let counters = source.map_or(&self.unrecognised, |index| &self.sources[index].by_status);
        if let Some(place) = STATUSES.iter().position(|known| *known == status) {
            counters[place].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// One more connection, until the guard is dropped.
    pub(crate) fn connection(&self) -> Gauge<'_> {
        Gauge::up(&self.connections)
    }

    /// One more event request, until the guard is dropped.
    pub(crate) fn request(&self) -> Gauge<'_> {
        Gauge::up(&self.requests)
    }
}

impl SourceCounters {
    fn new(name: &str) -> Self {
        SourceCounters {
            name: name.to_owned(),
            by_status: Default::default(),
            accepted: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
        }
    }

    pub(crate) fn events(&self, accepted: u64, rejected: u64) {
        self.accepted.fetch_add(accepted, Ordering::Relaxed);
        self.rejected.fetch_add(rejected, Ordering::Relaxed);
    }

    fn read(&self) -> SourceCounts {
        SourceCounts {
            name: self.name.clone(),
            requests: read_all(&self.by_status),
            events_accepted: self.accepted.load(Ordering::Relaxed),
            events_rejected: self.rejected.load(Ordering::Relaxed),
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

/// Something that is going on; over when dropped.
pub(crate) struct Gauge<'a>(&'a AtomicUsize);

impl<'a> Gauge<'a> {
    fn up(counter: &'a AtomicUsize) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Gauge(counter)
    }
}

impl Drop for Gauge<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
