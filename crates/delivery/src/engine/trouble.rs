//! Transient failures: exponential back-off, the circuit breaker, and the rule for giving a lane up.
//!
//! # Policy
//! * A failed call puts its lane to sleep for `first`, doubled with every further failure up to `max`, with a jitter of
//!   75 % to 100 %, so that lanes do not wake at the same time.
//! * When [`BREAKS_AFTER`] calls in a row fail, for any end users, the circuit breaker opens: one call at a time is
//!   sent, at back-off intervals, but at least one every [`PROBE_MS`], until InMoment answers one. Then all lanes wake.
//!   When an operator resumes the destination, one call is sent at once.
//! * When [`FAILING_AFTER`] calls in a row fail, the destination is shown as failing ([`super::condition`]).
//! * A lane is given up when it has failed for longer than its limit *while others succeeded*: the time between two of
//!   its failures counts if another end user's intent was carried out in between, up to the longest back-off, because
//!   in a longer time the lane was not even tried. So no lane is given up because of an outage, a halt or a pause,
//!   however long it lasts, nor because the process was down or the wall clock was set.

use super::failure::{AfterFailure, Failure};
use super::jitter::Jitter;
use super::lane::{Failures, Lane};
use crate::clock::{Now, millis};
use crate::settings::Retry;
use event::Millis;

/// The number of failures in a row, of all lanes together, after which one call at a time is sent.
const BREAKS_AFTER: u32 = 5;
/// The number of failures in a row, of all lanes together or of the only lane, after which the destination is shown as
/// failing.
pub(super) const FAILING_AFTER: u32 = 3;
/// While the circuit breaker is open, a call is sent at least this often, in ms.
const PROBE_MS: u64 = 30_000;

/// Failures of all lanes together.
#[derive(Default)]
pub(super) struct Outage {
    failures: u32,
    not_before: u64,
    /// When an intent was last carried out.
    last_finish: Option<u64>,
    /// The first and the last of the failures in a row.
    episode: Option<Episode>,
}

/// Failures in a row.
pub(super) struct Episode {
    pub(super) since: Millis,
    pub(super) code: &'static str,
    pub(super) last_words: String,
    /// How often the lane of the last failure has failed.
    pub(super) lane_attempts: u32,
}

impl Outage {
    /// How many calls have failed in a row, and the record of that.
    pub(super) fn failures(&self) -> (u32, Option<&Episode>) {
        (self.failures, self.episode.as_ref())
    }

    /// Whether the circuit breaker is open, so that one call at a time is sent.
    pub(super) fn breaks(&self) -> bool {
        self.failures >= BREAKS_AFTER
    }

    /// When the circuit breaker allows the next call.
    pub(super) fn opens(&self, now: Now) -> Option<u64> {
        (self.breaks() && self.not_before > now.mono).then_some(self.not_before)
    }

    /// Allows one call at once.
    pub(super) fn try_now(&mut self, now: Now) {
        self.not_before = now.mono;
    }

    /// Notes that an intent was carried out, so lanes that fail are single cases.
    pub(super) fn finished(&mut self, now: Now) {
        self.last_finish = Some(now.mono);
    }

    /// Whether an intent was carried out after this time (monotonic).
    pub(super) fn finished_since(&self, then: u64) -> bool {
        self.last_finish.is_some_and(|finished| finished > then)
    }

    /// Notes that InMoment answered a call. Returns true if the circuit breaker was open until now.
    pub(super) fn answered(&mut self) -> bool {
        let was_out = self.breaks();
        self.failures = 0;
        self.episode = None;
        was_out
    }

    /// Notes that a lane's call failed for a reason that may pass.
    pub(super) fn failed<I>(
        &mut self,
        lane: &mut Lane<I>,
        failure: Failure<'_>,
        retry: &Retry,
        jitter: &mut Jitter,
        now: Now,
    ) -> AfterFailure {
        let failures = lane.failures.get_or_insert_with(|| {
            Box::new(Failures {
                attempts: 0,
                failing_ms: 0,
                last_failure: now.mono,
                code: failure.code,
                last_message: String::new(),
            })
        });
        if self.finished_since(failures.last_failure) {
            failures.failing_ms += (now.mono - failures.last_failure).min(millis(retry.max));
        }
        failures.last_failure = now.mono;
        failures.attempts = failures.attempts.saturating_add(1);
        failures.code = failure.code;
        failure.message.clone_into(&mut failures.last_message);
        let (attempts, failing_ms) = (failures.attempts, failures.failing_ms);
        self.count(failure, attempts, now);
        if self.breaks() {
            let wait = jitter.back_off(retry, self.failures - BREAKS_AFTER + 1, PROBE_MS);
            self.not_before = now.mono + wait;
        }
        if failing_ms >= millis(retry.give_up_lane_after) {
            let reason = format!("gave up after {attempts} attempts; the last one: {}", failure.message);
            return AfterFailure::GiveUp { code: "gave_up", reason };
        }
        // A lane must wake in time for the next probe.
        let longest = if self.breaks() { PROBE_MS } else { u64::MAX };
        AfterFailure::Sleep(now.mono + jitter.back_off(retry, attempts, longest))
    }

    fn count(&mut self, failure: Failure<'_>, lane_attempts: u32, now: Now) {
        self.failures = self.failures.saturating_add(1);
        let since = self.episode.as_ref().map_or(now.wall, |episode| episode.since);
        let last_words = failure.message.to_owned();
        self.episode = Some(Episode { since, code: failure.code, last_words, lane_attempts });
    }
}
