//! Advances lanes: asks the protocol which call a lane's head needs, announces calls and releases them.

use super::{Effects, Machine, READ};
use crate::clock::Now;
use crate::engine::{LaneId, Stand};
use crate::protocol::{Flight, Item, Lane, Next, Sent, next};
use inmoment::Call;
use serde_json::{Map, Value};

/// A call, and the properties that InMoment will hold after it, if it sends any.
type Needed = (Box<Call>, Option<Map<String, Value>>);

impl Machine {
    /// Advances a lane until its head needs a call or a wait, or the lane is empty. Returns the call; the lane is ready
    /// to make it.
    ///
    /// This is the only function that asks the protocol what is next. Many heads may end without a call; while the
    /// changes that follow from the input must not be divided, these are left for later.
    fn advance(&mut self, lane: &mut Lane, now: Now, effects: &mut Effects) -> Option<Needed> {
        loop {
            let head = lane.intents.head()?;
            let ready = Stand::Ready(head.first().position);
            let next = next(lane, head, &self.known, &self.engine.settings, now);
            if let (Next::Call(..), Some(until)) = (&next, self.former_call_ends(lane)) {
                self.engine.lanes.stand(lane, Stand::Asleep(until));
                return None;
            }
            let stand = if matches!(next, Next::Call(..)) { ready } else { Stand::Fresh };
            self.engine.lanes.stand(lane, stand);
            match next {
                Next::Call(call, properties) => return Some((call, properties)),
                Next::Unchanged | Next::Dead(_) if !effects.is_divisible() => {
                    self.looked_at_later.push(lane.id());
                    return None;
                }
                Next::Unchanged => {
                    self.engine.accounts.saved.unchanged += lane.intents.head().map_or(0, Item::len);
                    self.deliver_head(lane, now, effects);
                    effects.seam(0);
                }
                Next::Dead(refusal) => {
                    let bytes = lane.intents.head().map_or(0, Item::bytes);
                    self.kill_head(lane, refusal, now, effects);
                    effects.seam(bytes);
                }
                Next::TakeApart => {
                    lane.take_apart();
                }
                Next::LetIdentifyGoFirst => lane.bring_identify_forward(),
                Next::Await(until) => {
                    lane.intents.wait_until(until);
                    self.sleep(lane, until, now, effects);
                    return None;
                }
            }
        }
    }

    /// Until when the process that delivered before may still make a call for this lane's head (monotonic). A call made
    /// before that could overtake it, and a look at InMoment could come before what it changes.
    pub(super) fn former_call_ends(&self, lane: &Lane) -> Option<u64> {
        let settles = || lane.intents.head().is_some_and(|head| head.settling.is_some());
        self.former_calls_until.filter(|_| lane.intents.in_flight_recorded.is_some() || settles())
    }

    /// Examines a lane's head, if something has changed since it was last examined.
    pub(super) fn look_at(&mut self, lane: &mut Lane, now: Now, effects: &mut Effects) {
        if lane.is_fresh() {
            self.advance(lane, now, effects);
        }
    }

    /// Puts a lane to sleep, and records it in the journal.
    pub(super) fn sleep(&mut self, lane: &mut Lane, until: u64, now: Now, effects: &mut Effects) {
        let head = lane.intents.sleeping_head();
        self.engine.sleep(lane, until, head, now, &mut effects.changes);
    }

    /// Examines the lanes that were left for later.
    pub(super) fn look_later(&mut self, now: Now, effects: &mut Effects) {
        for id in std::mem::take(&mut self.looked_at_later) {
            self.on_lane(id, |machine, lane| machine.look_at(lane, now, effects));
        }
    }

    /// Examines the lanes whose time has come.
    pub(super) fn wake(&mut self, now: Now, effects: &mut Effects) {
        while let Some(id) = self.engine.lanes.due(now) {
            self.on_lane(id, |machine, lane| {
                lane.intents.end_wait(now);
                machine.look_again_at(lane, now, effects);
            });
        }
    }

    /// Wakes the lanes that wait because of a failure.
    pub(super) fn wake_troubled(&mut self, now: Now, effects: &mut Effects) {
        let mut asleep: Vec<LaneId> = self.engine.lanes.in_trouble().collect();
        asleep.sort_unstable();
        for id in asleep {
            self.on_lane(id, |machine, lane| machine.look_again_at(lane, now, effects));
        }
    }

    /// Wakes the lane whose trial call finds out whether calls are still turned away.
    pub(super) fn wake_for_trial(&mut self, now: Now, effects: &mut Effects) {
        if let Some(id) = self.engine.lane_for_trial(now) {
            self.on_lane(id, |machine, lane| machine.look_again_at(lane, now, effects));
        }
    }

    /// Examines a lane in any state.
    fn look_again_at(&mut self, lane: &mut Lane, now: Now, effects: &mut Effects) {
        self.engine.lanes.stand(lane, Stand::Fresh);
        self.look_at(lane, now, effects);
    }

    /// Takes back announced calls that must not be sent any more; their lanes are as before.
    pub(super) fn withdraw(&mut self, now: Now, effects: &mut Effects) {
        while let Some(call) = self.engine.take_back(now) {
            let Some(id) = call.lane else { continue };
            self.on_lane(id, |machine, lane| {
                machine.known.call_not_made(lane, &mut effects.changes);
                machine.engine.lanes.stand(lane, Stand::Fresh);
            });
            self.looked_at_later.push(id);
        }
        self.look_later(now, effects);
    }

    /// Announces calls while lanes need one and there are room and budget.
    pub(super) fn launch(&mut self, now: Now, effects: &mut Effects) {
        if let Some(id) = self.engine.begin_probe(now) {
            effects.calls.push((id, Call::Authenticate));
        }
        while self.engine.has_room(now)
            && let Some(id) = self.engine.lanes.first_ready()
        {
            let went_on = self.on_lane(id, |machine, lane| machine.launch_from(lane, now, effects));
            self.look_later(now, effects);
            if went_on == Some(false) {
                return;
            }
        }
    }

    /// Announces the call that this lane's head needs. Returns false if the budget is used up.
    fn launch_from(&mut self, lane: &mut Lane, now: Now, effects: &mut Effects) -> bool {
        if self.unite(lane, effects) {
            return true;
        }
        // The lane may have become ready long ago, so its head is examined again.
        let Some((call, properties)) = self.advance(lane, now, effects) else { return true };
        if !self.engine.budget.take(now) {
            return false;
        }
        self.engine.lanes.stand(lane, Stand::Calling);
        self.call(lane, *call, properties, now, effects);
        true
    }

    fn call(
        &mut self,
        lane: &mut Lane,
        call: Call,
        sent_properties: Option<Map<String, Value>>,
        now: Now,
        effects: &mut Effects,
    ) {
        lane.intents.progress.asked |= matches!(call, Call::GetEndUser(_) | Call::CreateEndUser(_));
        if call.writes() {
            let sent = self.their_clock.tells(Sent::Now(now.mono, now.wall));
            lane.record_call(&call, sent, &mut effects.changes);
        }
        let mut flight =
            Flight { call, sent_at: now.mono, sent_wall: now.wall, sent_properties, known_before: None };
        self.known.call_begins(&mut flight, &mut effects.changes);
        lane.intents.flight = Some(Box::new(flight));
        self.engine.announce(lane.id(), now);
    }

    /// Ends a step: releases the calls and the read whose commit is durable.
    pub(super) fn let_out(&mut self, now: Now, effects: &mut Effects) {
        let read = self.engine.end_step(!effects.changes.is_empty());
        if let Some(from) = read {
            effects.read = Some((from, READ));
        }
        while let Some((id, lane)) = self.engine.next_out(now) {
            let lane = self.engine.lanes.get_mut(lane);
            if let Some(flight) = lane.and_then(|lane| lane.intents.flight.as_mut()) {
                (flight.sent_at, flight.sent_wall) = (now.mono, now.wall);
                effects.calls.push((id, flight.call.clone()));
            }
        }
    }
}
