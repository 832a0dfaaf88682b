//! What waits for its commit. A call is *announced* together with the changes that must be durable before it may go (that
//! it is in flight, what it leaves of the budget); it goes *out* once they are, and one of the destination's places for
//! calls is free. The same holds for a read, which would else not see what was decided before it.
//!
//! While one commit is being made the machine is stepped on: the changes of meanwhile become the next commit, and calls
//! announced before go out as replies free their places. So the disk is waited for beside the calls, not between them,
//! and one commit serves many calls.
//!
//! Calls are announced ahead of their places only where InMoment sets no limit. Where calls are scarce, one announced and
//! not made would cost a look after a crash, and hold a part of the budget that others could use.

use super::effects::Effects;
use super::input::CallId;
use super::{Machine, READ};
use crate::clock::Now;
use std::collections::VecDeque;

/// So many calls wait announced, at most: as many as go out while a commit is being made.
const AHEAD: usize = 64;

/// The commit of a call announced in this very step, whose changes are not all made yet.
const FRESH: u64 = u64::MAX;

#[derive(Default)]
pub(super) struct Gate {
    /// Commits handed out; changes since belong to the next one.
    sealed: u64,
    /// There are such changes.
    unsealed: bool,
    /// Everything up to this commit is durable.
    durable: u64,
    /// Announced calls with the commit they wait for, in order.
    calls: VecDeque<(CallId, u64)>,
    /// Where to read on, and the commit before it.
    read: Option<(u64, u64)>,
}

impl Gate {
    /// The commit that holds everything decided so far.
    fn commit(&self) -> u64 {
        self.sealed + u64::from(self.unsealed)
    }

    /// Calls were announced in this step.
    pub(super) fn has_fresh(&self) -> bool {
        self.calls.back().is_some_and(|(_, commit)| *commit == FRESH)
    }

    fn next_call(&mut self) -> Option<CallId> {
        self.calls.pop_front_if(|(_, commit)| *commit <= self.durable).map(|(id, _)| id)
    }
}

impl Machine {
    /// All changes handed out since the last time are going to be one commit: its number, to be given with
    /// [`Input::Durable`](super::Input::Durable). None if there are none.
    pub fn seal(&mut self) -> Option<u64> {
        let gate = &mut self.gate;
        std::mem::take(&mut gate.unsealed).then(|| {
            gate.sealed += 1;
            gate.sealed
        })
    }

    pub(super) fn is_durable(&mut self, commit: u64) {
        self.gate.durable = self.gate.durable.max(commit);
    }

    /// This call goes out when the changes of this step are durable.
    pub(super) fn announce(&mut self, call: CallId) {
        self.gate.calls.push_back((call, FRESH));
    }

    /// Calls that have gone out and are not answered yet.
    pub(super) fn out(&self) -> usize {
        self.in_flight.len() - self.gate.calls.len()
    }

    /// How many calls may be announced or out now.
    pub(super) fn reach(&self, now: Now) -> usize {
        if !(self.standing.may_call() || self.standing.may_try(now)) || self.budget.is_closed(now) {
            return 0;
        }
        match self.concurrency(now) {
            places if places == self.settings.concurrency && self.budget.is_unlimited() => places + AHEAD,
            places => places,
        }
    }

    /// Takes announced calls back that must not go out any more: their lanes are as before.
    pub(super) fn withdraw(&mut self, now: Now, effects: &mut Effects) {
        let reach = self.reach(now);
        let mut lanes = Vec::new();
        while self.in_flight.len() > reach
            && let Some((call, _)) = self.gate.calls.pop_back()
        {
            lanes.extend(self.take_back(call, effects));
        }
        for lane in lanes {
            self.look_at(lane, now, effects);
        }
    }

    /// Ends a step: what was decided in it belongs to one commit, and what waited for an earlier one goes out.
    pub(super) fn let_out(&mut self, now: Now, effects: &mut Effects) {
        self.gate.unsealed |= !effects.changes.is_empty();
        let commit = self.gate.commit();
        for (_, waits_for) in self.gate.calls.iter_mut().rev().take_while(|(_, commit)| *commit == FRESH) {
            *waits_for = commit;
        }
        if !self.standing.leaves_unread()
            && let Some(from) = self.window.begin_read(self.settings.window)
        {
            self.gate.read = Some((from, commit));
        }
        if let Some((from, _)) = self.gate.read.take_if(|(_, commit)| *commit <= self.gate.durable) {
            effects.read = Some((from, READ));
        }
        while self.out() < self.concurrency(now)
            && let Some(id) = self.gate.next_call()
        {
            let lane = self.in_flight.get(&id).and_then(|lane| self.lanes.get_mut(lane));
            if let Some(flight) = lane.and_then(|lane| lane.flight.as_mut()) {
                (flight.sent_at, flight.sent_wall) = (now.mono, now.wall);
                effects.calls.push((id, flight.call.clone()));
            }
        }
    }
}
