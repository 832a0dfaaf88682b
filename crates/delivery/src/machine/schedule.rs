//! Which lane is served next, and which call goes out: the oldest event first, as many at once as allowed.

use super::Machine;
use super::effects::Effects;
use super::input::CallId;
use super::lane::{Flight, Member, Stand};
use super::next::{Next, next};
use super::their_clock::Sent;
use crate::clock::Now;
use inmoment::Call;
use journal::{Change, Fate, Position};
use std::collections::BTreeSet;

#[derive(Default)]
pub(super) struct Schedule {
    ready: BTreeSet<(Position, u64)>,
    timers: BTreeSet<(u64, u64)>,
}

impl Schedule {
    pub(super) fn any_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    pub(super) fn next_timer(&self) -> Option<u64> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Lanes that wait for a time.
    pub(super) fn asleep(&self) -> usize {
        self.timers.len()
    }

    fn first_ready(&self) -> Option<u64> {
        self.ready.first().map(|(_, lane)| *lane)
    }

    fn due(&self, now: Now) -> Option<u64> {
        self.timers.first().filter(|(at, _)| *at <= now.mono).map(|(_, lane)| *lane)
    }
}

impl Machine {
    /// Moves a lane from where it stands with the scheduler to another place.
    pub(super) fn stand(&mut self, id: u64, stand: Stand) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        match lane.stand {
            Stand::Ready(position) => {
                self.schedule.ready.remove(&(position, id));
            }
            Stand::Asleep(at) => {
                self.schedule.timers.remove(&(at, id));
            }
            Stand::Fresh | Stand::Calling => {}
        }
        lane.stand = stand;
        match stand {
            Stand::Ready(position) => {
                self.schedule.ready.insert((position, id));
            }
            Stand::Asleep(at) => {
                self.schedule.timers.insert((at, id));
            }
            Stand::Fresh | Stand::Calling => {}
        }
    }

    /// Lanes whose time has come.
    pub(super) fn wake(&mut self, now: Now, effects: &mut Effects) {
        while let Some(id) = self.schedule.due(now) {
            self.stand(id, Stand::Fresh);
            if let Some(lane) = self.lanes.get_mut(&id)
                && lane.items.front().and_then(|head| head.wait_until).is_some_and(|until| until <= now.mono)
            {
                // At the end of a wait only a new look-up counts.
                lane.progress.absent_at = None;
                lane.progress.named_id_dead = false;
            }
            self.look_at(id, now, effects);
        }
    }

    /// Where one end user's call shall show whether calls are still turned away, and nobody is ready to make one: whoever waits
    /// for the next try the least long makes it now.
    pub(super) fn wake_for_trial(&mut self, now: Now, effects: &mut Effects) {
        if !self.standing.may_try(now) || self.schedule.any_ready() || !self.in_flight.is_empty() {
            return;
        }
        let in_trouble =
            |(_, id): &&(u64, u64)| self.lanes.get(id).is_some_and(|lane| lane.sleeps_in_trouble());
        if let Some((_, id)) = self.schedule.timers.iter().find(in_trouble).copied() {
            self.stand(id, Stand::Fresh);
            self.look_at(id, now, effects);
        }
    }

    /// When that is due, if there is somebody to make the call.
    pub(super) fn next_trial(&self, now: Now) -> Option<u64> {
        self.standing.trial_at().filter(|at| *at > now.mono && !self.lanes.is_empty())
    }

    /// Looks at the lanes that were left for later.
    pub(super) fn look_later(&mut self, now: Now, effects: &mut Effects) {
        for id in std::mem::take(&mut self.looked_at_later) {
            self.look_at(id, now, effects);
        }
    }

    /// Looks at a lane's head until it needs a call or a wait, or the lane is empty. Heads that come to their end without a call
    /// may be many: while what follows from the input must not be divided, they are left for later.
    pub(super) fn look_at(&mut self, id: u64, now: Now, effects: &mut Effects) {
        loop {
            let Some(lane) = self.lanes.get(&id).filter(|lane| lane.stand == Stand::Fresh) else { return };
            let Some(head) = lane.items.front() else { return self.retire(id) };
            match next(lane, head, &self.known, &self.settings, now) {
                Next::Call(..) => {
                    let position = head.first().position;
                    return self.stand(id, Stand::Ready(position));
                }
                Next::Unchanged | Next::Dead(_) if !effects.is_divisible() => {
                    return self.looked_at_later.push(id);
                }
                Next::Unchanged => {
                    self.saved.unchanged += head.len();
                    self.deliver_head(id, now, effects);
                    effects.seam(0);
                }
                Next::Dead(refusal) => {
                    let bytes = head.bytes();
                    self.kill_head(id, refusal, now, effects);
                    effects.seam(bytes);
                }
                Next::TakeApart => {
                    self.take_apart(id);
                }
                Next::LetIdentifyGoFirst => {
                    self.lanes.get_mut(&id).map(|lane| lane.bring_identify_forward());
                }
                Next::Await(until) => return self.await_user(id, until, now, effects),
            }
        }
    }

    /// The head's call was carried out: its events are delivered.
    pub(super) fn finish_head(&mut self, id: u64, now: Now, effects: &mut Effects) {
        if let Some(lane) = self.lanes.get(&id) {
            self.saved.merged += lane.items.front().map_or(0, |head| head.len() - 1);
            self.saved.known += u64::from(!lane.progress.asked);
        }
        self.lane_finished(now);
        self.deliver_head(id, now, effects);
    }

    /// The head's events are delivered; its lane is as if new.
    fn deliver_head(&mut self, id: u64, now: Now, effects: &mut Effects) {
        self.settled(id, &mut effects.changes);
        self.fields_are_had(id, &mut effects.changes);
        self.keep_conflicts(id, now, effects);
        self.drop_head(id, effects, |machine, member, effects| {
            machine.fate(member, Fate::Delivered, now, &mut effects.changes);
        });
    }

    /// Takes the head off its lane and gives each of its events its fate.
    pub(super) fn drop_head(
        &mut self,
        id: u64,
        effects: &mut Effects,
        mut fate: impl FnMut(&mut Machine, &Member, &mut Effects),
    ) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let Some(head) = lane.items.pop_front() else { return };
        lane.new_head();
        if let Some(key) = lane.recorded.take() {
            effects.changes.push(Change::LaneClear(key));
        }
        effects.changes.extend(lane.in_flight_recorded.take().map(Change::Landed));
        self.known.conflicts.forget_uncommitted(&lane.key);
        if head.settling.is_some() {
            return;
        }
        for member in head.into_members() {
            fate(self, &member, effects);
        }
    }

    /// When a lane that needs a call can have it, if time alone decides: at once where breaker or budget have opened while
    /// the last commit was being made.
    pub(super) fn next_launch(&self, now: Now) -> Option<u64> {
        if !self.schedule.any_ready() || !(self.standing.may_call() || self.standing.may_try(now)) {
            return None;
        }
        if self.in_flight.len() >= self.reach(now) {
            return [self.breaker_opens(now), self.budget.next_at(now)].into_iter().flatten().max();
        }
        if self.budget.clone().take(now) { Some(now.mono) } else { self.budget.next_at(now) }
    }

    /// Announces calls while there are lanes that need one, and room and budget for it.
    pub(super) fn launch(&mut self, now: Now, effects: &mut Effects) {
        if self.standing.begin_probe(now) {
            let id = self.next_call_id();
            self.in_flight.insert(id, super::PROBE);
            effects.calls.push((id, Call::Authenticate));
        }
        while self.in_flight.len() < self.reach(now) {
            let Some(id) = self.schedule.first_ready() else { return };
            if self.unite(id, now, effects) {
                continue;
            }
            let Some(lane) = self.lanes.get(&id) else { return };
            let Some(head) = lane.items.front() else { return };
            // Time has passed and things have been learnt since the lane became ready.
            let Next::Call(call, sent_properties) = next(lane, head, &self.known, &self.settings, now) else {
                self.stand(id, Stand::Fresh);
                self.look_at(id, now, effects);
                continue;
            };
            if !self.budget.take(now) {
                return;
            }
            self.stand(id, Stand::Calling);
            self.call(id, *call, sent_properties, now, effects);
        }
    }

    fn call(
        &mut self,
        id: u64,
        call: Call,
        sent_properties: Option<serde_json::Map<String, serde_json::Value>>,
        now: Now,
        effects: &mut Effects,
    ) {
        let call_id = self.next_call_id();
        self.in_flight.insert(call_id, id);
        match self.counted_ahead {
            0 => self.calls += 1,
            _ => self.counted_ahead -= 1,
        }
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        lane.progress.asked |= matches!(call, Call::GetEndUser(_) | Call::CreateEndUser(_));
        if call.writes() {
            let sent = self.their_clock.tells(Sent::Now(now.mono, now.wall));
            lane.record_call(&call, sent, &mut effects.changes);
        }
        let mut flight =
            Flight { call, sent_at: now.mono, sent_wall: now.wall, sent_properties, known_before: None };
        if let Some(end_user_id) = flight.alters().map(str::to_owned) {
            flight.known_before = self.known.known(&end_user_id).cloned();
            self.known.write_begins(&end_user_id);
            self.known.doubt(&end_user_id, &mut effects.changes);
        }
        lane.flight = Some(Box::new(flight));
        self.announce(call_id);
    }

    fn next_call_id(&mut self) -> CallId {
        self.last_call += 1;
        CallId(self.last_call)
    }
}
