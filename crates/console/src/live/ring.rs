//! The last outcomes, numbered.

use event::Millis;
use journal::{Fate, Position};
use std::collections::VecDeque;
use std::sync::Arc;

/// A message for readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LiveEntry {
    /// An event met its fate.
    Outcome { destination: Arc<str>, position: Position, fate: Fate, code: Option<String>, at: Millis },
    /// This many outcomes of a destination were missed.
    Missed { destination: Arc<str>, count: u64 },
}

impl LiveEntry {
    /// The request of the entry's event.
    pub(super) fn request(&self) -> Option<u64> {
        match self {
            LiveEntry::Outcome { position, .. } => Some(position.request),
            LiveEntry::Missed { .. } => None,
        }
    }
}

/// The entries after a reader's resume point.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// number of entries that are no longer in the ring
    pub(super) missed: u64,
    /// the entries that are in the ring, with their numbers
    pub(super) entries: Vec<(u64, LiveEntry)>,
}

/// A ring buffer of entries that are numbered from 1; the oldest are dropped when it is full.
#[derive(Debug)]
pub(super) struct Ring {
    entries: VecDeque<LiveEntry>,
    capacity: usize,
    /// the number of the newest entry
    last: u64,
}

impl Ring {
    pub(super) fn new(capacity: usize) -> Ring {
        Ring { entries: VecDeque::new(), capacity, last: 0 }
    }

    pub(super) fn push(&mut self, entry: LiveEntry) {
        if self.entries.len() >= self.capacity {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
        self.last += 1;
    }

    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Reads at most `limit` entries after the number `after`.
    pub(super) fn read(&self, after: u64, limit: usize) -> Read {
        let after = after.min(self.last);
        let oldest = self.last - self.entries.len() as u64 + 1;
        let from = oldest.max(after + 1);
        let skip = usize::try_from(from - oldest).unwrap_or(usize::MAX);
        let entries = (from..).zip(self.entries.iter().skip(skip)).take(limit);
        Read {
            missed: from - (after + 1),
            entries: entries.map(|(number, entry)| (number, entry.clone())).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
