//! Nothing stops in silence: while events are pending and calls are allowed, a call goes out in time, whatever the state
//! says; and a state that says "running" says so only while calls go out.
//!
//! This judges from outside: by what was accepted, what met its fate, what was ordered, and what was called. It does not
//! ask the machine why it waits. But where the machine itself can name no reason why it rests, that is a verdict, too.

use super::World;
use crate::report::Broken;
use delivery::{Effects, State};
use journal::{JournalError, Storage};

/// No wait of any setting drawn is longer than 5 minutes, and neither is a call under way. Two may follow each other.
const LONGEST_SILENCE: u64 = 15 * 60_000;
/// A destination that has been silent for so long does not say that it is running.
const LONGEST_RUNNING: u64 = 11 * 60_000;
/// No machine is without a reason of its own to rest for so long. (A shorter time would hide the one before.)
const LONGEST_UNEXPLAINED: u64 = 7 * 60_000;

/// What is watched of each destination.
pub(super) struct Watch {
    all: Vec<Watched>,
}

#[derive(Clone, Default)]
struct Watched {
    /// When a call was last made, or there was nothing to do, or none was allowed.
    last_sign: u64,
    /// Since when the machine rests without a reason of its own.
    unexplained: Option<u64>,
    paused: bool,
    /// A breakage on purpose: no call of this destination goes out any more.
    struck: bool,
}

impl Watch {
    pub(super) fn new(destinations: usize) -> Watch {
        Watch { all: vec![Watched::default(); destinations] }
    }

    /// A driver starts, paused or not: an order that was not carried out is void.
    pub(super) fn begins(&mut self, d: usize, paused: bool, now: u64) {
        self.all[d].last_sign = now;
        self.all[d].unexplained = None;
        self.all[d].paused = paused;
    }

    /// An operator pauses or resumes.
    pub(super) fn ordered(&mut self, d: usize, pause: bool) {
        self.all[d].paused = pause;
    }

    /// A call is made.
    pub(super) fn calls(&mut self, d: usize, now: u64) {
        self.all[d].last_sign = now;
    }

    pub(super) fn strike(&mut self, d: usize) {
        self.all[d].struck = true;
    }

    pub(super) fn swallow(&self, d: usize, effects: &mut Effects) {
        if self.all[d].struck {
            effects.calls.clear();
        }
    }
}

impl World {
    /// Where nothing had to go out up to now, silence begins now. Before something happens, and after.
    pub(super) fn excuse_silence(&mut self) {
        let stopping = self.process.as_ref().is_none_or(|process| process.stopping);
        let full = self.journal.healthy() == Err(JournalError::Full);
        for d in 0..self.sites.len() {
            let nothing_to_do = self.oracle.pending_at(d) == 0;
            let not_allowed = stopping || full || self.watch.all[d].paused || self.driver(d).is_none();
            if nothing_to_do || not_allowed {
                self.watch.all[d].last_sign = self.now;
            }
            let rests = !not_allowed && self.rests_without_reason(d);
            let since = self.watch.all[d].unexplained.unwrap_or(self.now);
            self.watch.all[d].unexplained = rests.then_some(since);
        }
    }

    /// Nobody has been silent for too long.
    pub(super) fn watch_over(&mut self) -> Result<(), Broken> {
        self.excuse_silence();
        for d in 0..self.sites.len() {
            let silent = self.now - self.watch.all[d].last_sign;
            let unexplained = self.watch.all[d].unexplained.map_or(0, |since| self.now - since);
            if unexplained >= LONGEST_UNEXPLAINED {
                return Err(self.stuck("a destination rests, and names no reason"));
            }
            if silent >= LONGEST_RUNNING && self.state(d) == Some(State::Running) {
                return Err(self.stuck("a destination says that it is running, and nothing goes"));
            }
            if silent >= LONGEST_SILENCE {
                return Err(self.stuck("events are pending, calls are allowed, and none goes out"));
            }
        }
        Ok(())
    }
}
