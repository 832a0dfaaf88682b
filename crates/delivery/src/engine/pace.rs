//! How many calls may be under way, which lane is next, and when.

use super::Engine;
use super::calls::{CallId, UnderWay};
use super::gate::AHEAD;
use super::lane::LaneId;
use crate::clock::Now;

impl<I> Engine<I> {
    /// How many calls may be out now.
    fn concurrency(&self, now: Now) -> usize {
        if self.standing.may_try(now) {
            // Whether calls are still turned away is tried with one of them.
            1
        } else if !self.standing.may_call() {
            0
        } else if self.outage.breaks() {
            usize::from(self.outage.opens(now).is_none())
        } else {
            self.settings.concurrency
        }
    }

    /// How many calls may be announced or out now.
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

    /// Calls that have gone out and are not answered yet.
    pub(crate) fn out(&self) -> usize {
        self.in_flight.len() - self.gate.announced()
    }

    /// Announces a call: it goes out when the changes of this step are durable and a place is free.
    pub(crate) fn announce(&mut self, lane: LaneId, now: Now) -> CallId {
        let id = self.begin_call(Some(lane), now);
        self.accounts.announced();
        self.gate.announce(id);
        id
    }

    /// A call shall prove the credentials now; it waits for nothing.
    pub(crate) fn begin_probe(&mut self, now: Now) -> Option<CallId> {
        self.standing.begin_probe(now).then(|| self.begin_call(None, now))
    }

    fn begin_call(&mut self, lane: Option<LaneId>, now: Now) -> CallId {
        self.last_call += 1;
        let id = CallId(self.last_call);
        self.in_flight.insert(id, UnderWay { lane, sent_at: now.mono });
        id
    }

    /// A call that was announced and must not go out any more; its lane is as before the announcement.
    pub(crate) fn take_back(&mut self, now: Now) -> Option<UnderWay> {
        if self.in_flight.len() <= self.reach(now) {
            return None;
        }
        let call = self.in_flight.remove(&self.gate.take_back()?)?;
        self.budget.give_back();
        self.accounts.taken_back();
        Some(call)
    }

    /// A call was answered, or lost; none if it is not under way.
    pub(crate) fn end_call(&mut self, id: CallId) -> Option<UnderWay> {
        self.in_flight.remove(&id)
    }

    /// When the oldest call still under way was sent (monotonic).
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

    /// Where one end user's call shall show whether calls are still turned away, and nobody is ready to make one: whoever waits
    /// for the next try the least long makes it now.
    pub(crate) fn lane_for_trial(&self, now: Now) -> Option<LaneId> {
        if !self.standing.may_try(now) || self.lanes.any_ready() || !self.in_flight.is_empty() {
            return None;
        }
        self.lanes.in_trouble().next()
    }

    /// When that is due, if there is somebody to make the call.
    fn next_trial(&self, now: Now) -> Option<u64> {
        self.standing.trial_at().filter(|at| *at > now.mono && !self.lanes.is_empty())
    }

    /// When a lane that needs a call can have it, if time alone decides: at once where breaker or budget have opened while
    /// the last commit was being made.
    pub(super) fn next_launch(&self, now: Now) -> Option<u64> {
        if !self.lanes.any_ready() || !(self.standing.may_call() || self.standing.may_try(now)) {
            return None;
        }
        if !self.has_room(now) {
            return [self.outage.opens(now), self.budget.next_at(now)].into_iter().flatten().max();
        }
        if self.budget.clone().take(now) { Some(now.mono) } else { self.budget.next_at(now) }
    }

    /// When the machine is to be stepped, unless something else happens before.
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

    /// A step begins. `moves`: something happened that may let events go on.
    pub(crate) fn begin_step(&mut self, moves: bool, now: Now) {
        self.steps.stepped_at = now.mono;
        if moves || self.rests(now) {
            self.moved(now);
        }
    }

    /// Something has moved.
    pub(crate) fn moved(&mut self, now: Now) {
        self.steps.moved_at = now.mono;
    }

    /// Ends a step, in which something was decided or nothing: that belongs to one commit. Returns where to read on now.
    pub(crate) fn end_step(&mut self, decided: bool) -> Option<u64> {
        self.gate.end_step(decided);
        if !self.standing.leaves_unread()
            && let Some(from) = self.window.begin_read(self.settings.window)
        {
            self.gate.wait_to_read(from);
        }
        self.gate.next_read()
    }

    /// The call that goes out next, with the lane that it is for.
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
