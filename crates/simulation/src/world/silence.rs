//! Nothing stops in silence: while events are pending and calls are allowed, a call goes out in time, whatever the state
//! says; and a state that says "running" says so only while calls go out.
//!
//! This judges from outside: by what was accepted, what met its fate, what was ordered, and what was called. It does not
//! ask the driver why it waits. But where the driver itself says that it knows no reason, that is a verdict, too.

use super::state::World;
use crate::report::Broken;
use delivery::DestinationState;

/// No wait of any setting drawn is longer than 5 minutes, and neither is a call under way. Two may follow each other.
const LONGEST_SILENCE: u64 = 15 * 60_000;
/// A destination that has been silent for so long does not say that it is running.
const LONGEST_RUNNING: u64 = 11 * 60_000;
/// No driver says for so long that it is stuck: that it rests, and knows no reason. (A shorter time would hide the one before.)
const LONGEST_STUCK: u64 = 2 * 60_000;

impl World {
    /// Where nothing had to go out up to now, silence begins now. Before something happens, and after.
    pub(super) fn excuse_silence(&mut self) {
        let stopping = self.process.as_ref().is_none_or(|process| process.stopping);
        let full = self.journal.is_in_trouble();
        for d in 0..self.sites.len() {
            let nothing_to_do = self.oracle.pending_at(d) == 0;
            let not_allowed = stopping || full || self.watch.all[d].paused || self.driver(d).is_none();
            if nothing_to_do || not_allowed {
                self.watch.all[d].last_sign = self.now;
            }
            let rests = !not_allowed && self.is_stuck(d);
            let since = self.watch.all[d].stuck.unwrap_or(self.now);
            self.watch.all[d].stuck = rests.then_some(since);
        }
    }

    /// Nobody has been silent for too long.
    pub(super) fn watch_over(&mut self) -> Result<(), Broken> {
        self.excuse_silence();
        for d in 0..self.sites.len() {
            let silent = self.now - self.watch.all[d].last_sign;
            let stuck = self.watch.all[d].stuck.map_or(0, |since| self.now - since);
            if stuck >= LONGEST_STUCK {
                return Err(self.stuck("a destination rests, and names no reason"));
            }
            if silent >= LONGEST_RUNNING && self.state(d) == Some(DestinationState::Running) {
                return Err(self.stuck("a destination says that it is running, and nothing goes"));
            }
            if silent >= LONGEST_SILENCE {
                return Err(self.stuck("events are pending, calls are allowed, and none goes out"));
            }
        }
        Ok(())
    }
}
