//! The only place that derives a destination's state ([`DestinationState`]) and, if no calls are sent, the reason ([`Trouble`]).

use super::Engine;
use super::limited::Limited;
use super::state::{DestinationState, Trouble};
use super::trouble::FAILING_AFTER;
use crate::clock::Now;
use crate::code;
use event::Millis;

impl<I> Engine<I> {
    /// The destination's state, and the reason if no calls are sent. The first line that applies decides:
    ///
    /// | State | when |
    /// |---|---|
    /// | `paused`, `shadow`, `halted` | [`super::standing`] says so |
    /// | `running` | no event in memory waits for its fate |
    /// | `failing` | [`FAILING_AFTER`] calls in a row failed; or all lanes sleep, and the lane of the last failure failed that often |
    /// | `waiting_for_limit` | a lane needed a call and the limit left none; this lasts until no lane needs one any more |
    /// | `stuck` | [`super::liveness`] says so |
    /// | `running` | none of the lines above applies |
    pub(crate) fn condition(&self, now: Now) -> (DestinationState, Option<Trouble>) {
        if let Some(condition) = self.standing.condition(now) {
            return condition;
        }
        let waiting = self.window.unfinished() > 0;
        if let Some(failing) = self.failing(now).filter(|_| waiting) {
            return (DestinationState::Failing, Some(failing));
        }
        if let Some(limited) = self.limited.as_ref().filter(|_| waiting) {
            return (DestinationState::WaitingForLimit, Some(self.waits_for_limit(limited, now)));
        }
        if self.is_stuck(now) {
            return (DestinationState::Stuck, Some(self.stuck(now)));
        }
        (DestinationState::Running, None)
    }

    fn failing(&self, now: Now) -> Option<Trouble> {
        let (failures, episode) = self.outage.failures();
        let episode = episode?;
        let nobody_else = self.in_flight.is_empty()
            && !self.lanes.any_ready()
            && self.lanes.asleep() == self.lanes.len()
            && episode.lane_attempts >= FAILING_AFTER;
        let next = self.outage.opens(now).into_iter().chain(self.lanes.next_timer()).max();
        (failures >= FAILING_AFTER || nobody_else).then(|| Trouble {
            code: episode.code,
            since: episode.since,
            tries: failures,
            last_words: episode.last_words.clone(),
            next_try: next.map(|at| now.wall_at(at)).or(Some(now.wall)),
        })
    }

    fn waits_for_limit(&self, limited: &Limited, now: Now) -> Trouble {
        let allowed = self.budget.limit().map(|limit| format!(" ({limit} a minute)")).unwrap_or_default();
        Trouble {
            code: "rate_limited",
            since: limited.since,
            tries: limited.refusals,
            last_words: format!("InMoment's limit of calls{allowed} is used up; events wait until it resets"),
            next_try: Some(match self.budget.allowance(now) {
                Some(allowance) if allowance.left == 0 => allowance.more_at,
                _ => now.wall_at(self.budget.next_at(now).unwrap_or(now.mono)),
            }),
        }
    }

    fn stuck(&self, now: Now) -> Trouble {
        let silent = self.unexplained_for(now).unwrap_or(0);
        Trouble {
            code: code::STUCK,
            since: Millis(now.wall.0.saturating_sub(i64::try_from(silent).unwrap_or(i64::MAX))),
            tries: 0,
            last_words: "events wait, and no call is sent for an unknown reason".to_owned(),
            next_try: None,
        }
    }

    /// Notes whether lanes wait for the limit. Once they do, this lasts until no lane needs a call any more and the
    /// calls that were made were not refused again.
    pub(crate) fn note_limit(&mut self, now: Now) {
        if self.lanes.any_ready() && self.standing.may_call() && self.budget.is_spent(now) {
            let limited = Limited { since: now.wall, refusals: 0, answered: false };
            self.limited.get_or_insert(limited).answered = false;
        } else if !self.lanes.any_ready() {
            self.limited.take_if(|limited| limited.answered || self.in_flight.is_empty());
        }
    }
}
