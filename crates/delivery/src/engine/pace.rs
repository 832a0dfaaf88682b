//! Decides how many calls may be under way, which lane is next, and when.

use super::Engine;
use super::calls::{CallId, UnderWay};
use super::gate::AHEAD;
use super::lane::LaneId;
use crate::clock::Now;

impl<I> Engine<I> {
    /// How many calls may be under way at InMoment now.
    fn concurrency(&self, now: Now) -> usize {
        if self.standing.may_try(now) {
            // One call at a time finds out whether calls are still turned away.
            1
        } else if !self.standing.may_call() {
            0
        } else if self.outage.breaks() {
            usize::from(self.outage.opens(now).is_none())
        } else {
            self.settings.concurrency
        }
    }

    /// How many calls may be announced or under way now.
    fn reach(&self, now: Now) -> usize {
        if !(self.standing.may_call() || self.standing.may_try(now)) || self.budget.is_closed(now) {
            return 0;
        }
        match self.concurrency(now) {
            places if places == self.settings.concurrency && self.budget.is_unlimited() => places + AHEAD,
            places => places,
        }
    }

    /// Whether another call may be announced now.
    pub(crate) fn has_room(&self, now: Now) -> bool {
        self.in_flight.len() < self.reach(now)
    }

    /// The number of calls that were sent and are not answered yet.
    pub(crate) fn out(&self) -> usize {
        self.in_flight.len() - self.gate.announced()
    }

    /// Announces a call, which is sent when the changes of this step are durable and a place is free.
    pub(crate) fn announce(&mut self, lane: LaneId, now: Now) -> CallId {
        let id = self.begin_call(Some(lane), now);
        self.accounts.announced();
        self.gate.announce(id);
        id
    }

    /// Begins a call that proves the credentials, if one is due. It waits for no commit.
    pub(crate) fn begin_probe(&mut self, now: Now) -> Option<CallId> {
        self.standing.begin_probe(now).then(|| self.begin_call(None, now))
    }

    fn begin_call(&mut self, lane: Option<LaneId>, now: Now) -> CallId {
        self.last_call += 1;
        let id = CallId(self.last_call);
        self.in_flight.insert(id, UnderWay { lane, sent_at: now.mono });
        id
    }

    /// Takes back an announced call that must not be sent any more, if there is one; its lane is as before the
    /// announcement.
    pub(crate) fn take_back(&mut self, now: Now) -> Option<UnderWay> {
        if self.in_flight.len() <= self.reach(now) {
            return None;
        }
        let call = self.in_flight.remove(&self.gate.take_back()?)?;
        self.budget.give_back();
        self.accounts.taken_back();
        Some(call)
    }

    /// Removes a call that was answered or lost; `None` if it is not under way.
    pub(crate) fn end_call(&mut self, id: CallId) -> Option<UnderWay> {
        self.in_flight.remove(&id)
    }

    /// When the oldest call under way was sent (monotonic).
    pub(crate) fn oldest_call(&self) -> Option<u64> {
        let mut of_lanes = self.in_flight.values().filter(|call| call.lane.is_some());
        of_lanes.next().map(|call| call.sent_at)
    }

    /// The lane that a call under way is for.
    pub(crate) fn lane_of(&self, id: CallId) -> Option<LaneId> {
        self.in_flight.get(&id)?.lane
    }

    /// The lanes with a call under way.
    pub(crate) fn calling(&self) -> impl Iterator<Item = LaneId> {
        self.in_flight.values().filter_map(|call| call.lane)
    }

    /// The lane that makes the trial call now, if one end user's call is to find out whether calls are still turned
    /// away and no lane is ready: the one with the shortest wait for its next try.
    pub(crate) fn lane_for_trial(&self, now: Now) -> Option<LaneId> {
        if !self.standing.may_try(now) || self.lanes.any_ready() || !self.in_flight.is_empty() {
            return None;
        }
        self.lanes.in_trouble().next()
    }

    /// When the trial call is due, if there is a lane to make it.
    fn next_trial(&self, now: Now) -> Option<u64> {
        self.standing.trial_at().filter(|at| *at > now.mono && !self.lanes.is_empty())
    }

    /// When a ready lane can make its call, if that depends on time alone; at once if the breaker or the budget opened
    /// while the last commit was being made.
    pub(super) fn next_launch(&self, now: Now) -> Option<u64> {
        if !self.lanes.any_ready() || !(self.standing.may_call() || self.standing.may_try(now)) {
            return None;
        }
        if !self.has_room(now) {
            return [self.outage.opens(now), self.budget.next_at(now)].into_iter().flatten().max();
        }
        if self.budget.clone().take(now) { Some(now.mono) } else { self.budget.next_at(now) }
    }

    /// When the machine has to be stepped, unless something else happens before.
    pub(crate) fn wake_at(&self, now: Now) -> Option<u64> {
        let timers = [
            self.lanes.next_timer(),
            self.standing.wake_at(now),
            self.next_trial(now),
            self.next_launch(now),
            self.next_look(now),
        ];
        timers.into_iter().flatten().min()
    }

    /// Begins a step. `moves`: whether its input may let events go on.
    pub(crate) fn begin_step(&mut self, moves: bool, now: Now) {
        self.steps.stepped_at = now.mono;
        if moves || self.rests(now) {
            self.moved(now);
        }
    }

    /// Notes progress, for the liveness rule.
    pub(crate) fn moved(&mut self, now: Now) {
        self.steps.moved_at = now.mono;
    }

    /// Ends a step. `decided` says whether it made changes, which belong to one commit. Returns the number to read on
    /// from, if a read may begin now.
    pub(crate) fn end_step(&mut self, decided: bool) -> Option<u64> {
        self.gate.end_step(decided);
        if !self.standing.leaves_unread()
            && let Some(from) = self.window.begin_read(self.settings.window)
        {
            self.gate.wait_to_read(from);
        }
        self.gate.next_read()
    }

    /// The next call to be sent, with its lane.
    pub(crate) fn next_out(&mut self, now: Now) -> Option<(CallId, LaneId)> {
        if self.out() >= self.concurrency(now) {
            return None;
        }
        let id = self.gate.next_call()?;
        let call = self.in_flight.get_mut(&id)?;
        call.sent_at = now.mono;
        Some((id, call.lane?))
    }
}
