//! The liveness rule: while events wait and calls are allowed, a call is sent in time, or the state says why not.
//!
//! # The rule
//! The machine rests for a reason if one of these holds:
//!
//! * no event in memory waits for its fate, and there is nothing to read or no room for it;
//! * calls are not allowed (shadow mode, pause, halt, the end of the process), and the state says so;
//! * a call has been under way for no longer than [`STUCK_AFTER_MS`], which is longer than any call takes;
//! * a lane waits for a time within the longest wait of the settings, after a failure or for its end user;
//! * a lane is ready, and the circuit breaker, the limit or the number of calls under way allow its call within that
//!   time. The first two are states of their own.
//!
//! [`Engine::unexplained_for`] says how long none of them has held. After [`STUCK_AFTER_MS`] the state is `stuck`. That
//! is always a fault of this program or of the driver; the simulation asserts that it never happens.

use super::Engine;
use crate::clock::{Now, millis};

/// How long events may wait without a reason before the destination is shown as stuck, in ms.
pub(crate) const STUCK_AFTER_MS: u64 = 5 * 60_000;
/// While events wait and calls are allowed, the machine is stepped at least this often, so that its glance is never
/// older and a state that depends on time alone is shown.
const LOOKED_AT_EVERY_MS: u64 = 30_000;
/// A limit closes for at most a window and its margins, in ms.
const LONGEST_LIMIT_MS: u64 = 2 * 60_000;

impl<I> Engine<I> {
    /// How long, in milliseconds, events have waited without a reason although calls are allowed; `None` if there is a
    /// reason or no event waits.
    pub(crate) fn unexplained_for(&self, now: Now) -> Option<u64> {
        let waits = self.waits();
        let allowed = self.standing.may_call() || self.standing.may_try(now);
        let explained = !waits || !allowed || self.call_under_way(now) || self.waits_for_a_time(now);
        (!explained).then(|| now.mono.saturating_sub(self.steps.moved_at))
    }

    /// Whether there is a reason to wait other than a call under way, whose time counts from when it was sent.
    pub(crate) fn rests(&self, now: Now) -> bool {
        self.unexplained_for(now).is_none() && !self.call_under_way(now)
    }

    /// When the machine has to be stepped even if nothing else happens; `None` if no event waits or no call is allowed.
    pub(crate) fn next_look(&self, now: Now) -> Option<u64> {
        let allowed = self.standing.may_call() || self.standing.may_try(now);
        (allowed && self.waits()).then(|| self.steps.stepped_at.saturating_add(LOOKED_AT_EVERY_MS))
    }

    /// Whether events wait for their fate, in memory or in the journal.
    pub(crate) fn waits(&self) -> bool {
        self.window.unfinished() > 0 || self.window.wants_read(self.settings.window)
    }

    /// Whether events have waited without a reason for too long.
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
        // Sleeping lanes do not explain why a ready lane is not served.
        let next = if self.lanes.any_ready() { self.next_launch(now) } else { self.lanes.next_timer() };
        next.is_some_and(comes)
    }
}
