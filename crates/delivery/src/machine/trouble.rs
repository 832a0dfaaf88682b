//! Failures that pass: back-off, the circuit breaker, and when a lane is given up.
//!
//! # Policy
//! * A failed call puts its lane to sleep: `first`, doubled with every further failure, at most `max`, each time
//!   between 75 % and 100 % of that, so that lanes do not come back in step.
//! * When [`BREAKS_AFTER`] calls in a row fail, whoever they were for, InMoment as a whole is taken to be in trouble:
//!   one call at a time goes out, at back-off distance, until one succeeds. Then everybody wakes.
//! * A lane is given up when it has failed for longer than its limit *while others succeeded*: the time between two of its
//!   failures counts if somebody else's intent was carried out in between, and no more of it than the longest back-off,
//!   for in a longer time it was not even tried. So an outage, a halt or a pause gives up nobody, however long it lasts,
//!   and neither does the time the process was down, nor the wall clock.

use super::Machine;
use super::input::Effects;
use super::lane::{Item, Stand, Trouble, Work};
use crate::clock::{Now, millis};
use inmoment::CallError;
use journal::{Change, LaneRecord};
use mapping::Refusal;

/// Failures in a row, of all lanes together, after which one call at a time goes out.
const BREAKS_AFTER: u32 = 5;

/// Failures of all lanes together.
#[derive(Default)]
pub(super) struct Outage {
    failures: u32,
    not_before: u64,
    /// When a call last finished somebody's intent.
    last_finish: Option<u64>,
}

impl Machine {
    /// How many calls may be under way now.
    pub(super) fn concurrency(&self, now: Now) -> usize {
        if self.outage.failures < BREAKS_AFTER {
            self.settings.concurrency
        } else {
            usize::from(now.mono >= self.outage.not_before)
        }
    }

    /// When the breaker lets the next call out.
    pub(super) fn breaker_opens(&self, now: Now) -> Option<u64> {
        let broken = self.outage.failures >= BREAKS_AFTER;
        (broken && self.outage.not_before > now.mono).then_some(self.outage.not_before)
    }

    /// A call succeeded: InMoment is there.
    pub(super) fn succeeded(&mut self, now: Now, effects: &mut Effects) {
        let was_out = self.outage.failures >= BREAKS_AFTER;
        self.outage.failures = 0;
        self.standing.proved();
        if !was_out {
            return;
        }
        let in_trouble =
            |lane: &super::Lane| lane.trouble.is_some() && matches!(lane.stand, Stand::Asleep(_));
        let mut asleep: Vec<u64> =
            self.lanes.iter().filter(|(_, lane)| in_trouble(lane)).map(|(id, _)| *id).collect();
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
        self.outage.failures = self.outage.failures.saturating_add(1);
        if self.outage.failures >= BREAKS_AFTER {
            let wait = self.back_off(self.outage.failures - BREAKS_AFTER + 1);
            self.outage.not_before = now.mono + wait;
        }
        let longest_wait = millis(self.settings.retry.max);
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let trouble = lane.trouble.get_or_insert_with(|| {
            Box::new(Trouble {
                attempts: 0,
                failing_ms: 0,
                last_failure: now.mono,
                last_message: String::new(),
            })
        });
        if self.outage.last_finish.is_some_and(|at| at > trouble.last_failure) {
            trouble.failing_ms += (now.mono - trouble.last_failure).min(longest_wait);
        }
        trouble.last_failure = now.mono;
        trouble.attempts = trouble.attempts.saturating_add(1);
        trouble.last_message.clone_from(&error.message);
        let attempts = trouble.attempts;
        let limit = millis(self.settings.retry.give_up_lane_after);
        if trouble.failing_ms >= limit {
            let reason = format!("gave up after {attempts} attempts; the last one: {}", trouble.last_message);
            self.kill_head(id, Refusal { code: "gave_up", reason }, now, effects);
            self.look_at(id, now, effects);
            return;
        }
        let until = now.mono + self.back_off(attempts);
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
        let Some(head) = lane.items.front() else { return };
        let wall = |mono: u64| now.wall_at(mono);
        let record = LaneRecord {
            head: head.first().position,
            attempts: lane.trouble.as_ref().map_or(0, |t| t.attempts),
            failing_ms: lane.trouble.as_ref().map_or(0, |t| t.failing_ms),
            retry_at: wall(until),
            wait_until: head.wait_until.map(wall),
        };
        lane.recorded = Some(lane.key.clone());
        effects.changes.push(Change::LaneTrouble(lane.key.clone(), record));
    }

    /// The head can never be delivered. A merger is taken apart first: only the part InMoment refuses is to blame.
    pub(super) fn kill_head(&mut self, id: u64, refusal: Refusal, now: Now, effects: &mut Effects) {
        if self.take_apart(id) {
            return;
        }
        let head = self.lanes.get(&id).and_then(|lane| lane.items.front());
        let user =
            head.and_then(|head| head.who.external_id.clone().or_else(|| head.who.end_user_id.clone()));
        self.drop_head(id, effects, |machine, member, effects| {
            machine.bury(member, &refusal, user.clone(), now, effects);
        });
    }

    fn take_apart(&mut self, id: u64) -> bool {
        let Some(lane) = self.lanes.get_mut(&id) else { return false };
        if lane.items.front().is_none_or(|head| head.len() < 2) {
            return false;
        }
        let Some(Item { who, work: Work::Upsert(parts), .. }) = lane.items.pop_front() else { return false };
        for part in parts.into_iter().rev() {
            let item =
                Item { who: who.clone(), work: Work::Upsert(vec![part]), alone: true, wait_until: None };
            lane.items.push_front(item);
        }
        lane.new_head();
        true
    }

    /// The wait after this many failures in a row.
    fn back_off(&mut self, attempts: u32) -> u64 {
        let retry = self.settings.retry;
        let doubled = millis(retry.first).saturating_mul(1_u64 << attempts.saturating_sub(1).min(32));
        let full = doubled.min(millis(retry.max)).max(1);
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
