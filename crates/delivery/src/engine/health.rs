//! The consequences of replies for the health of a lane and of the destination.

use super::Engine;
use super::denial;
use super::failure::{AfterFailure, Failure};
use super::halted::HaltCause;
use super::lane::{Denied, Failures, Lane, SleepingHead, Stand, Throttled};
use crate::clock::{Now, millis};
use crate::code;
use event::Millis;
use journal::{Change, LaneRecord};

/// A lane whose call was refused this often because of the limit, while others' calls succeeded, lets the others go
/// first.
const THROTTLES: u32 = 3;

impl<I> Engine<I> {
    /// Notes that InMoment answered a call, even with a refusal, so it can be reached. Returns true if the
    /// circuit breaker was open until now; the caller then wakes all lanes that wait because of a failure.
    pub(crate) fn answered(&mut self, changes: &mut Vec<Change>) -> bool {
        let was_out = self.outage.answered();
        if let Some(limited) = &mut self.limited {
            limited.answered = true;
        }
        self.standing.proved();
        self.denials.clear();
        self.standing.got_through(changes);
        was_out
    }

    /// Makes the circuit breaker allow one call at once, because an operator resumed the destination.
    pub(crate) fn try_now(&mut self, now: Now) {
        self.outage.try_now(now);
    }

    /// Notes that an intent was carried out.
    pub(crate) fn finished(&mut self, now: Now) {
        self.outage.finished(now);
    }

    /// Notes that a lane's call failed for a reason that may pass.
    pub(crate) fn failed(&mut self, lane: &mut Lane<I>, failure: Failure<'_>, now: Now) -> AfterFailure {
        self.outage.failed(lane, failure, &self.settings.retry, &mut self.jitter, now)
    }

    /// Notes that a lane's call was turned away.
    pub(crate) fn denied(
        &mut self,
        lane: &mut Lane<I>,
        failure: Failure<'_>,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> AfterFailure {
        if self.denials.add(lane.id()) || self.standing.is_denied() {
            self.standing.halt(HaltCause::Denied, failure, now, changes);
        }
        match denial::count(lane, failure, &self.outage, now) {
            Some(verdict) => verdict,
            None => self.failed(lane, failure, now),
        }
    }

    /// The limit is used up, so the lane waits for its turn. If only this lane's calls are refused again and again, it
    /// steps aside until the returned time (monotonic), so that it does not close the limit for all lanes as soon as it
    /// opens. This does not count as a failure, and no event is given up because of it.
    pub(crate) fn throttled(&mut self, lane: &mut Lane<I>, now: Now) -> Option<u64> {
        if let Some(limited) = &mut self.limited {
            limited.refusals = limited.refusals.saturating_add(1);
        }
        let Throttled { times, last } = &mut lane.throttled;
        let before = last.replace(now.mono);
        *times += u32::from(before.is_some_and(|before| self.outage.finished_since(before)));
        let times = *times;
        (times >= THROTTLES).then(|| now.mono + self.jitter.back_off(&self.settings.retry, times, u64::MAX))
    }

    /// Puts a lane to sleep and records it in the journal, so that a restart continues the wait.
    ///
    /// `head` is the lane's head, or `None` for work that a restart begins again by itself.
    pub(crate) fn sleep(
        &mut self,
        lane: &mut Lane<I>,
        until: u64,
        head: Option<SleepingHead>,
        now: Now,
        changes: &mut Vec<Change>,
    ) {
        self.lanes.stand(lane, Stand::Asleep(until));
        let Some(head) = head else { return };
        let wall = |mono: u64| now.wall_at(mono);
        let record = LaneRecord {
            head: head.position,
            attempts: lane.failures.as_ref().map_or(0, |failures| failures.attempts),
            failing_ms: lane.failures.as_ref().map_or(0, |failures| failures.failing_ms),
            retry_at: wall(until),
            wait_until: head.wait_until.map(wall),
            denied: lane.denied.tries,
        };
        lane.recorded = Some(lane.key().to_owned());
        changes.push(Change::LaneTrouble(lane.key().to_owned(), record));
    }

    /// Restores the failures that a lane's head had before a restart.
    pub(crate) fn take_up_failures(&mut self, lane: &mut Lane<I>, record: &LaneRecord, now: Now) {
        lane.failures = Some(Box::new(Failures {
            attempts: record.attempts,
            failing_ms: record.failing_ms,
            last_failure: now.mono,
            code: code::FAILED_BEFORE_RESTART,
            last_message: "its calls were failing when the server was restarted".into(),
        }));
        lane.denied = Denied { tries: record.denied, first: now.mono };
        let until = now.mono + left_until(record.retry_at, millis(self.settings.retry.max), now);
        self.lanes.stand(lane, Stand::Asleep(until));
    }
}

/// The time until `then` in milliseconds, at most `longest`.
pub(crate) fn left_until(then: Millis, longest: u64, now: Now) -> u64 {
    u64::try_from(then.0 - now.wall.0).unwrap_or(0).min(longest)
}
