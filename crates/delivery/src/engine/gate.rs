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

use super::calls::CallId;
use std::collections::VecDeque;

/// So many calls wait announced, at most: as many as go out while a commit is being made.
pub(super) const AHEAD: usize = 64;

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
    /// All changes handed out since the last time are going to be one commit: its number. None if there are none.
    pub(super) fn seal(&mut self) -> Option<u64> {
        std::mem::take(&mut self.unsealed).then(|| {
            self.sealed += 1;
            self.sealed
        })
    }

    pub(super) fn is_durable(&mut self, commit: u64) {
        self.durable = self.durable.max(commit);
    }

    /// This call goes out when the changes of this step are durable.
    pub(super) fn announce(&mut self, call: CallId) {
        self.calls.push_back((call, FRESH));
    }

    /// How many calls are announced and not out.
    pub(super) fn announced(&self) -> usize {
        self.calls.len()
    }

    /// Calls were announced in this step.
    pub(super) fn has_fresh(&self) -> bool {
        self.calls.back().is_some_and(|(_, commit)| *commit == FRESH)
    }

    /// The call that was announced last goes out no more.
    pub(super) fn take_back(&mut self) -> Option<CallId> {
        self.calls.pop_back().map(|(id, _)| id)
    }

    /// Ends a step, in which something was decided or nothing: that belongs to one commit.
    pub(super) fn end_step(&mut self, decided: bool) {
        self.unsealed |= decided;
        let commit = self.commit();
        for (_, waits_for) in self.calls.iter_mut().rev().take_while(|(_, commit)| *commit == FRESH) {
            *waits_for = commit;
        }
    }

    /// Reads on from here once everything decided so far is durable.
    pub(super) fn wait_to_read(&mut self, from: u64) {
        self.read = Some((from, self.commit()));
    }

    /// Where to read on now.
    pub(super) fn next_read(&mut self) -> Option<u64> {
        self.read.take_if(|(_, commit)| *commit <= self.durable).map(|(from, _)| from)
    }

    /// The call that goes out next, if what it had to wait for is durable.
    pub(super) fn next_call(&mut self) -> Option<CallId> {
        self.calls.pop_front_if(|(_, commit)| *commit <= self.durable).map(|(id, _)| id)
    }

    /// The commit that holds everything decided so far.
    fn commit(&self) -> u64 {
        self.sealed + u64::from(self.unsealed)
    }
}
