//! Calls and reads that wait for a commit. A call is *announced* together with the changes that must be durable before
//! it may be sent (the record that it is in flight, the rest of the budget). It is *sent* once they are durable and one
//! of the destination's places for calls is free. A read waits in the same way, because it has to see the decisions
//! before it.
//!
//! While one commit is being made, the machine is stepped on: the changes of meanwhile become the next commit, and
//! calls that were announced before are sent as replies free their places. So the fsync overlaps with calls instead of
//! delaying them, and one commit covers many calls.
//!
//! Calls are announced ahead of their places only if InMoment sets no limit. If calls are scarce, a call that is
//! announced and not made would cost a look-up after a crash, and would hold a part of the budget that others could
//! use.

use super::calls::CallId;
use std::collections::VecDeque;

/// How many calls are announced beyond the destination's places: about as many as are sent while a commit is being made.
pub(super) const AHEAD: usize = 64;

/// Stands for the commit of a call that was announced in this step, whose changes are not complete yet.
const FRESH: u64 = u64::MAX;

#[derive(Default)]
pub(super) struct Gate {
    /// The number of the last sealed commit; later changes belong to the next one.
    sealed: u64,
    /// Whether there are such changes.
    unsealed: bool,
    /// All commits up to this one are durable.
    durable: u64,
    /// The announced calls with the commits that they wait for, in order.
    calls: VecDeque<(CallId, u64)>,
    /// The request to read on from, and the commit that the read waits for.
    read: Option<(u64, u64)>,
}

impl Gate {
    /// Seals all changes since the last call into one commit and returns its number; `None` if there are no changes.
    pub(super) fn seal(&mut self) -> Option<u64> {
        std::mem::take(&mut self.unsealed).then(|| {
            self.sealed += 1;
            self.sealed
        })
    }

    pub(super) fn is_durable(&mut self, commit: u64) {
        self.durable = self.durable.max(commit);
    }

    /// Announces a call, which is sent when the changes of this step are durable.
    pub(super) fn announce(&mut self, call: CallId) {
        self.calls.push_back((call, FRESH));
    }

    /// The number of calls that are announced and not sent.
    pub(super) fn announced(&self) -> usize {
        self.calls.len()
    }

    /// Whether calls were announced in this step.
    pub(super) fn has_fresh(&self) -> bool {
        self.calls.back().is_some_and(|(_, commit)| *commit == FRESH)
    }

    /// Takes back the call that was announced last.
    pub(super) fn take_back(&mut self) -> Option<CallId> {
        self.calls.pop_back().map(|(id, _)| id)
    }

    /// Ends a step. `decided` says whether it made changes, which belong to one commit.
    pub(super) fn end_step(&mut self, decided: bool) {
        self.unsealed |= decided;
        let commit = self.commit();
        for (_, waits_for) in self.calls.iter_mut().rev().take_while(|(_, commit)| *commit == FRESH) {
            *waits_for = commit;
        }
    }

    /// Requests a read from this number, which begins once all changes so far are durable.
    pub(super) fn wait_to_read(&mut self, from: u64) {
        self.read = Some((from, self.commit()));
    }

    /// The number to read on from, if the read may begin now.
    pub(super) fn next_read(&mut self) -> Option<u64> {
        self.read.take_if(|(_, commit)| *commit <= self.durable).map(|(from, _)| from)
    }

    /// The next call to be sent, if the commit that it waits for is durable.
    pub(super) fn next_call(&mut self) -> Option<CallId> {
        self.calls.pop_front_if(|(_, commit)| *commit <= self.durable).map(|(id, _)| id)
    }

    /// The commit that holds all changes so far.
    fn commit(&self) -> u64 {
        self.sealed + u64::from(self.unsealed)
    }
}
