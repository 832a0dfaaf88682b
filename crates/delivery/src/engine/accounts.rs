//! The counts of calls that a destination's delivery has taken, and the part of them that is not committed yet.
//!
//! A count goes into the same commit as the change that moved it.

use journal::{BudgetRecord, Change, SavedCalls, StandingRecord};

/// The ends of two different windows of calls differ by more than this, two readings of the same end by less.
const ANOTHER_END_MS: u64 = 2_000;

/// All calls that were made and saved.
pub(crate) struct CallAccounts {
    calls: u64,
    /// Calls that were counted and then not made.
    counted_ahead: u64,
    pub(crate) saved: SavedCalls,
    committed: Committed,
}

/// The values that were last handed out to be committed.
struct Committed {
    calls: u64,
    saved: SavedCalls,
    budget: Option<BudgetRecord>,
}

impl CallAccounts {
    pub(super) fn restore(destination: &StandingRecord) -> Self {
        let (calls, saved) = (destination.calls, destination.calls_saved);
        let committed = Committed { calls, saved, budget: destination.budget };
        CallAccounts { calls, counted_ahead: 0, saved, committed }
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls
    }

    /// Counts an announced call.
    pub(super) fn announced(&mut self) {
        match self.counted_ahead {
            0 => self.calls += 1,
            _ => self.counted_ahead -= 1,
        }
    }

    /// Counts an announced call as not made.
    pub(super) fn taken_back(&mut self) {
        self.counted_ahead += 1;
    }

    /// Adds the counts to a commit, if they have moved and there are other changes.
    pub(super) fn add_counts(&mut self, changes: &mut Vec<Change>) {
        let Committed { calls, saved, .. } = self.committed;
        if (self.calls, self.saved) != (calls, saved) && !changes.is_empty() {
            let (made, saved) = (self.calls - calls, self.saved.since(saved));
            changes.push(Change::Calls { made, saved });
            self.committed.calls = self.calls;
            self.committed.saved = self.saved;
        }
    }

    /// Adds the budget to a commit, if it has changed and there are other changes or announced calls.
    pub(super) fn add_budget(
        &mut self,
        budget: Option<BudgetRecord>,
        announced: bool,
        changes: &mut Vec<Change>,
    ) {
        let Some(record) = budget.filter(|_| budget != self.committed.budget) else { return };
        // The end of the window, as a reply gave it, must survive a crash, so it is committed even without other
        // changes.
        let moved = self.committed.budget.is_none_or(|known| {
            known.limit != record.limit || known.resets_at.0.abs_diff(record.resets_at.0) > ANOTHER_END_MS
        });
        if moved || announced || !changes.is_empty() {
            changes.push(Change::Budget(record));
            self.committed.budget = Some(record);
        }
    }
}
