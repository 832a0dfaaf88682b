//! Nothing stops in silence: while events wait and calls are allowed, a call goes out in time, or the state says why not.
//!
//! # The rule
//! The machine is at rest with a reason if one of these holds:
//!
//! * no event in memory waits for its fate, and nothing is left to be read that there is room for;
//! * calls are not allowed: shadow mode, pause, halt, the end of the process. The state says so;
//! * a call is under way, and not for longer than [`STUCK_AFTER_MS`]: no call takes so long;
//! * a lane waits for a time that comes: after a failure, or for its end user; within the longest wait of the settings;
//! * a lane is ready, and breaker, limit or the number of calls under way let it go within that time. The first two are
//!   states of their own.
//!
//! [`Engine::unexplained_for`] says for how long none of them has held. After [`STUCK_AFTER_MS`] the state is `stuck`. That is
//! always a fault of this program, or of what drives the machine; a simulation asserts that it never happens.

use super::Engine;
use crate::clock::{Now, millis};

/// For so long events may wait for no reason before the destination is shown as stuck.
pub const STUCK_AFTER_MS: u64 = 5 * 60_000;
/// While events wait and calls are allowed, the machine is stepped at least so often: what it shows is then never older, and a
/// state that comes with time alone shows by itself.
const LOOKED_AT_EVERY_MS: u64 = 30_000;
/// No limit closes for longer than a window and its margins.
const LONGEST_LIMIT_MS: u64 = 2 * 60_000;

impl<I> Engine<I> {
    /// For how long, in milliseconds, events have waited although calls are allowed and nothing explains it; none if
    /// something does, or nothing waits.
    pub(crate) fn unexplained_for(&self, now: Now) -> Option<u64> {
        let waits = self.waits();
        let allowed = self.standing.may_call() || self.standing.may_try(now);
        let explained = !waits || !allowed || self.call_under_way(now) || self.waits_for_a_time(now);
        (!explained).then(|| now.mono.saturating_sub(self.steps.moved_at))
    }

    /// There is a reason to wait, besides a call under way: that one has counted since it went out.
    pub(crate) fn rests(&self, now: Now) -> bool {
        self.unexplained_for(now).is_none() && !self.call_under_way(now)
    }

    /// When the machine is to be stepped though nothing else happens; none where nothing waits, or nothing is allowed to go.
    pub(crate) fn next_look(&self, now: Now) -> Option<u64> {
        let allowed = self.standing.may_call() || self.standing.may_try(now);
        (allowed && self.waits()).then(|| self.steps.stepped_at.saturating_add(LOOKED_AT_EVERY_MS))
    }

    /// Whether events wait for their fate, in memory or to be read.
    pub(crate) fn waits(&self) -> bool {
        self.window.unfinished() > 0 || self.window.wants_read(self.settings.window)
    }

    /// Whether it is so for too long.
    pub(super) fn is_stuck(&self, now: Now) -> bool {
        self.unexplained_for(now).is_some_and(|silent| silent >= STUCK_AFTER_MS)
    }

    fn call_under_way(&self, now: Now) -> bool {
        let young = |sent_at: u64| now.mono.saturating_sub(sent_at) < STUCK_AFTER_MS;
        let of_lanes = self.in_flight.values().filter(|call| call.lane.is_some());
        of_lanes.into_iter().any(|call| young(call.sent_at))
    }

    fn waits_for_a_time(&self, now: Now) -> bool {
        let longest = millis(self.settings.retry.max)
            .max(millis(self.settings.unknown_user_wait))
            .max(LONGEST_LIMIT_MS)
            .saturating_add(LONGEST_LIMIT_MS);
        let comes = |at: u64| at > now.mono && at - now.mono <= longest;
        // That others sleep does not explain why one that is ready is not served.
        let next = if self.lanes.any_ready() { self.next_launch(now) } else { self.lanes.next_timer() };
        next.is_some_and(comes)
    }
}
