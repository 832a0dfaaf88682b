//! What a destination is doing, as it is shown to people: one word, and what is wrong if nothing goes out.
//!
//! [`Machine::condition`] is the only place that derives it. Whatever else tells of a destination (status, metrics,
//! alerts, log) repeats what it says.

use super::Machine;
use super::trouble::FAILING_AFTER;
use crate::clock::Now;
use crate::code;
use event::Millis;

/// The state shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// calls go out, or would if there were events
    Running,
    /// events wait because InMoment's limit of calls is used up
    WaitingForLimit,
    /// InMoment, or the way to it, fails; it is tried again until it works
    Failing,
    /// InMoment refuses the credentials, or the address is wrong
    Halted,
    /// an operator paused it
    Paused,
    /// nothing is sent, on purpose; events are counted
    Shadow,
    /// events wait, nothing forbids a call, and none goes out: a fault of this program
    Stuck,
    /// the delivery's own task failed, or the journal that it needs; it is tried again until it works
    Broken,
}

impl State {
    /// Every state, in the order of the documents.
    pub const ALL: [State; 8] = [
        State::Running,
        State::WaitingForLimit,
        State::Failing,
        State::Halted,
        State::Paused,
        State::Shadow,
        State::Stuck,
        State::Broken,
    ];

    /// The word for it in status, API and metrics.
    pub fn word(self) -> &'static str {
        match self {
            State::Running => "running",
            State::WaitingForLimit => "waiting_for_limit",
            State::Failing => "failing",
            State::Halted => "halted",
            State::Paused => "paused",
            State::Shadow => "shadow",
            State::Stuck => "stuck",
            State::Broken => "broken",
        }
    }
}

/// Why nothing goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// A stable word for the cause (docs/errors.md).
    pub code: &'static str,
    /// When it began, by the wall clock. Of what began before the last start, the time of that start.
    pub since: Millis,
    /// How often a call was tried since then.
    pub tries: u32,
    /// What was last said about it, in a sentence for people. Holds no secret and no personal data.
    pub last_words: String,
    /// When a call is tried next; none where nothing is tried until somebody acts.
    pub next_try: Option<Millis>,
}

/// Events wait for the limit of calls.
pub(super) struct Limited {
    since: Millis,
    /// Calls that InMoment refused for it.
    pub(super) refusals: u32,
    /// InMoment has answered a call since the limit last left none.
    pub(super) answered: bool,
}

impl Machine {
    /// What the destination is doing, and what is wrong if nothing goes out. The first of these that is so:
    ///
    /// | State | when |
    /// |---|---|
    /// | `paused`, `shadow`, `halted` | [`super::standing`] says so |
    /// | `running` | no event in memory waits for its fate |
    /// | `failing` | [`FAILING_AFTER`] calls in a row failed; or there is nobody but lanes that failed, and the last one so often |
    /// | `waiting_for_limit` | a lane wanted a call and the limit left none; until none wants one any more |
    /// | `stuck` | [`super::liveness`] says so |
    /// | `running` | none of them |
    pub(super) fn condition(&self, now: Now) -> (State, Option<Trouble>) {
        if let Some(condition) = self.standing.condition(now) {
            return condition;
        }
        let waiting = self.window.unfinished() > 0;
        if let Some(failing) = self.failing(now).filter(|_| waiting) {
            return (State::Failing, Some(failing));
        }
        if let Some(limited) = self.limited.as_ref().filter(|_| waiting) {
            return (State::WaitingForLimit, Some(self.waits_for_limit(limited, now)));
        }
        if self.is_stuck(now) {
            return (State::Stuck, Some(self.stuck(now)));
        }
        (State::Running, None)
    }

    fn failing(&self, now: Now) -> Option<Trouble> {
        let (failures, episode) = self.outage.failures();
        let episode = episode?;
        let nobody_else = self.in_flight.is_empty()
            && !self.schedule.any_ready()
            && self.schedule.asleep() == self.lanes.len()
            && episode.lane_attempts >= FAILING_AFTER;
        let next = self.breaker_opens(now).into_iter().chain(self.schedule.next_timer()).max();
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
            last_words: "events wait, and no call goes out for a reason that is not known".to_owned(),
            next_try: None,
        }
    }

    /// Notes whether lanes wait for the limit: once they do, until none wants a call any more and those that had one were
    /// not refused again.
    pub(super) fn note_limit(&mut self, now: Now) {
        if self.schedule.any_ready() && self.standing.may_call() && self.budget.is_spent(now) {
            let limited = Limited { since: now.wall, refusals: 0, answered: false };
            self.limited.get_or_insert(limited).answered = false;
        } else if !self.schedule.any_ready() {
            self.limited.take_if(|limited| limited.answered || self.in_flight.is_empty());
        }
    }
}
