//! Failures that pass: back-off, the circuit breaker, and when a lane is given up.
//!
//! # Policy
//! * A failed call puts its lane to sleep: `first`, doubled with every further failure, at most `max`, each time
//!   between 75 % and 100 % of that, so that lanes do not come back in step.
//! * When [`BREAKS_AFTER`] calls in a row fail, whoever they were for, InMoment as a whole is taken to be in trouble:
//!   one call at a time goes out, at back-off distance, but at least one every [`PROBE_MS`], until InMoment answers one. Then
//!   everybody wakes. An operator who resumes the destination makes one go out at once.
//! * When [`FAILING_AFTER`] calls in a row fail, the destination is shown as failing ([`super::state`]).
//! * A lane is given up when it has failed for longer than its limit *while others succeeded*: the time between two of its
//!   failures counts if somebody else's intent was carried out in between, and no more of it than the longest back-off,
//!   for in a longer time it was not even tried. So an outage, a halt or a pause gives up nobody, however long it lasts,
//!   and neither does the time the process was down, nor the wall clock.

use super::Machine;
use super::effects::Effects;
use super::lane::{Item, Stand, Trouble, Work};
use crate::clock::{Now, millis};
use event::Millis;
use inmoment::CallError;
use journal::{Change, LaneRecord};
use mapping::Refusal;

/// Failures in a row, of all lanes together, after which one call at a time goes out.
const BREAKS_AFTER: u32 = 5;
/// Failures in a row, of all lanes together or of the only one there is, after which the destination is shown as failing.
pub(super) const FAILING_AFTER: u32 = 3;
/// While InMoment is in trouble, a call goes out at least so often.
const PROBE_MS: u64 = 30_000;

/// Failures of all lanes together.
#[derive(Default)]
pub(super) struct Outage {
    failures: u32,
    not_before: u64,
    /// When a call last finished somebody's intent.
    last_finish: Option<u64>,
    /// The first and the last of the failures in a row.
    episode: Option<Episode>,
}

/// Failures in a row.
pub(super) struct Episode {
    pub(super) since: Millis,
    pub(super) code: &'static str,
    pub(super) last_words: String,
    /// How often the lane of the last one has failed.
    pub(super) lane_attempts: u32,
}

impl Outage {
    pub(super) fn last_finish(&self) -> Option<u64> {
        self.last_finish
    }

    /// How many calls have failed in a row, and what is known of that.
    pub(super) fn failures(&self) -> (u32, Option<&Episode>) {
        (self.failures, self.episode.as_ref())
    }

    fn breaks(&self) -> bool {
        self.failures >= BREAKS_AFTER
    }

    fn count(&mut self, error: &CallError, lane_attempts: u32, now: Now) {
        self.failures = self.failures.saturating_add(1);
        let since = self.episode.as_ref().map_or(now.wall, |episode| episode.since);
        let last_words = error.message.clone();
        self.episode = Some(Episode { since, code: error.code, last_words, lane_attempts });
    }
}

impl Machine {
    /// How many calls may be under way now.
    pub(super) fn concurrency(&self, now: Now) -> usize {
        if self.standing.may_try(now) {
            // Whether calls are still turned away is tried with one of them.
            1
        } else if !self.standing.may_call() {
            0
        } else if self.outage.breaks() {
            usize::from(now.mono >= self.outage.not_before)
        } else {
            self.settings.concurrency
        }
    }

    /// When the breaker lets the next call out.
    pub(super) fn breaker_opens(&self, now: Now) -> Option<u64> {
        (self.outage.breaks() && self.outage.not_before > now.mono).then_some(self.outage.not_before)
    }

    /// InMoment answered a call, be it with a refusal: it is there.
    pub(super) fn answered_by_inmoment(&mut self, now: Now, effects: &mut Effects) {
        let was_out = self.outage.breaks();
        self.outage.failures = 0;
        self.outage.episode = None;
        if let Some(limited) = &mut self.limited {
            limited.answered = true;
        }
        self.standing.proved();
        self.got_through(effects);
        if was_out {
            self.wake_troubled(now, effects);
        }
    }

    /// An operator wants to know now: everybody who waits because of a failure is ready, and the breaker lets one out.
    pub(super) fn try_now(&mut self, now: Now, effects: &mut Effects) {
        self.outage.not_before = now.mono;
        self.wake_troubled(now, effects);
    }

    fn wake_troubled(&mut self, now: Now, effects: &mut Effects) {
        let mut asleep: Vec<u64> =
            self.lanes.iter().filter(|(_, lane)| lane.sleeps_in_trouble()).map(|(id, _)| *id).collect();
        // A map's order differs from run to run; what the machine does must not.
        asleep.sort_unstable();
        for id in asleep {
            self.stand(id, Stand::Fresh);
            self.look_at(id, now, effects);
        }
    }

    /// Somebody's intent was carried out: others that fail, fail alone.
    pub(super) fn lane_finished(&mut self, now: Now) {
        self.outage.last_finish = Some(now.mono);
    }

    /// A lane's call failed in a way that may pass.
    pub(super) fn failed(&mut self, id: u64, error: &CallError, now: Now, effects: &mut Effects) {
        let longest_wait = millis(self.settings.retry.max);
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let trouble = lane.trouble.get_or_insert_with(|| {
            Box::new(Trouble {
                attempts: 0,
                failing_ms: 0,
                last_failure: now.mono,
                code: error.code,
                last_message: String::new(),
            })
        });
        if self.outage.last_finish.is_some_and(|at| at > trouble.last_failure) {
            trouble.failing_ms += (now.mono - trouble.last_failure).min(longest_wait);
        }
        trouble.last_failure = now.mono;
        trouble.attempts = trouble.attempts.saturating_add(1);
        trouble.code = error.code;
        trouble.last_message.clone_from(&error.message);
        let (attempts, failing_ms) = (trouble.attempts, trouble.failing_ms);
        self.outage.count(error, attempts, now);
        if self.outage.breaks() {
            let wait = self.back_off(self.outage.failures - BREAKS_AFTER + 1, PROBE_MS);
            self.outage.not_before = now.mono + wait;
        }
        if failing_ms >= millis(self.settings.retry.give_up_lane_after) {
            let reason = format!("gave up after {attempts} attempts; the last one: {}", error.message);
            self.kill_head(id, Refusal { code: "gave_up", reason }, now, effects);
            self.look_at(id, now, effects);
            return;
        }
        // Somebody must be there for the next probe.
        let longest = if self.outage.breaks() { PROBE_MS } else { u64::MAX };
        let until = now.mono + self.back_off(attempts, longest);
        self.sleep(id, until, now, effects);
    }

    /// A lane's call was refused for the limit's sake again and again, while others' went through: it steps aside for a
    /// while, so that it does not close the limit for all as soon as it opens. That is no failure, and nothing is given up.
    pub(super) fn step_aside(&mut self, id: u64, times: u32, now: Now, effects: &mut Effects) {
        let until = now.mono + self.back_off(times, u64::MAX);
        self.sleep(id, until, now, effects);
    }

    /// The end user is unknown: the lane waits for it.
    pub(super) fn await_user(&mut self, id: u64, until: u64, now: Now, effects: &mut Effects) {
        if let Some(head) = self.lanes.get_mut(&id).and_then(|lane| lane.items.front_mut()) {
            head.wait_until = Some(until);
        }
        self.sleep(id, until, now, effects);
    }

    /// Puts a lane to sleep, and tells the journal, so that a restart does not begin anew.
    fn sleep(&mut self, id: u64, until: u64, now: Now, effects: &mut Effects) {
        self.stand(id, Stand::Asleep(until));
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        // What settles a conflict is begun anew by a restart, for it is the conflict that is kept.
        let Some(head) = lane.items.front().filter(|head| head.settling.is_none()) else { return };
        let wall = |mono: u64| now.wall_at(mono);
        let record = LaneRecord {
            head: head.first().position,
            attempts: lane.trouble.as_ref().map_or(0, |t| t.attempts),
            failing_ms: lane.trouble.as_ref().map_or(0, |t| t.failing_ms),
            retry_at: wall(until),
            wait_until: head.wait_until.map(wall),
            denied: lane.denied.tries,
        };
        lane.recorded = Some(lane.key.clone());
        effects.changes.push(Change::LaneTrouble(lane.key.clone(), record));
    }

    /// The head can never be delivered. A merger is taken apart first: only the part InMoment refuses is to blame. Where it was a
    /// question about somebody else that came to nothing, the head goes on.
    pub(super) fn kill_head(&mut self, id: u64, refusal: Refusal, now: Now, effects: &mut Effects) {
        if self.holder_stays_unknown(id, now, effects) {
            return;
        }
        if self.lanes.get(&id).and_then(|lane| lane.items.front()).is_some_and(|head| head.settling.is_some())
        {
            return self.settling_refused(id, &refusal, effects);
        }
        if self.take_apart(id) {
            return;
        }
        if refusal.code == mapping::refusal::EMAIL_BELONGS_TO_ANOTHER_USER {
            self.keep_conflicts(id, now, effects);
        }
        let head = self.lanes.get(&id).and_then(|lane| lane.items.front());
        let user =
            head.and_then(|head| head.who.external_id.clone().or_else(|| head.who.end_user_id.clone()));
        self.drop_head(id, effects, |machine, member, effects| {
            machine.bury(member, &refusal, user.clone(), now, effects);
        });
    }

    /// Identifies that were to become one call go one after another. False where there is only one.
    pub(super) fn take_apart(&mut self, id: u64) -> bool {
        let Some(lane) = self.lanes.get_mut(&id) else { return false };
        if lane.items.front().is_none_or(|head| head.len() < 2) {
            return false;
        }
        let Some(Item { who, work: Work::Upsert(parts), .. }) = lane.items.pop_front() else { return false };
        for part in parts.into_iter().rev() {
            let item = Item {
                who: who.clone(),
                work: Work::Upsert(vec![part]),
                alone: true,
                wait_until: None,
                settling: None,
                perhaps_sent: None,
            };
            lane.items.push_front(item);
        }
        lane.new_head();
        true
    }

    /// The wait after this many failures in a row, this long at most.
    fn back_off(&mut self, attempts: u32, longest: u64) -> u64 {
        let retry = self.settings.retry;
        let doubled = millis(retry.first).saturating_mul(1_u64 << attempts.saturating_sub(1).min(32));
        let full = doubled.min(millis(retry.max)).min(longest).max(1);
        let quarter = full / 4;
        full - quarter + self.random_below(quarter + 1)
    }

    /// splitmix64: good enough for jitter, and the same for the same seed.
    fn random_below(&mut self, bound: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound.max(1)
    }
}
