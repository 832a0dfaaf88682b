//! What a destination's delivery has cost, and what of that is still to be committed.
//!
//! Counts go into the same commit as what moved them.

use journal::{BudgetRecord, Change, SavedCalls, StandingRecord};

/// The ends of two windows of calls differ by more than this, two readings of one by less.
const ANOTHER_END_MS: u64 = 2_000;

/// Calls made and saved, ever.
pub(crate) struct CallAccounts {
    calls: u64,
    /// Calls counted, and then not made after all.
    counted_ahead: u64,
    pub(crate) saved: SavedCalls,
    committed: Committed,
}

/// What has been handed out to be committed.
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

    /// A call was announced.
    pub(super) fn announced(&mut self) {
        match self.counted_ahead {
            0 => self.calls += 1,
            _ => self.counted_ahead -= 1,
        }
    }

    /// A call that was announced is not made after all.
    pub(super) fn taken_back(&mut self) {
        self.counted_ahead += 1;
    }

    /// Adds the counts, if they have moved and there is something to commit.
    pub(super) fn add_counts(&mut self, changes: &mut Vec<Change>) {
        let Committed { calls, saved, .. } = self.committed;
        if (self.calls, self.saved) != (calls, saved) && !changes.is_empty() {
            let (made, saved) = (self.calls - calls, self.saved.since(saved));
            changes.push(Change::Calls { made, saved });
            self.committed.calls = self.calls;
            self.committed.saved = self.saved;
        }
    }

    /// Adds the budget, if it has changed and there is something to commit or calls were announced.
    pub(super) fn add_budget(
        &mut self,
        budget: Option<BudgetRecord>,
        announced: bool,
        changes: &mut Vec<Change>,
    ) {
        let Some(record) = budget.filter(|_| budget != self.committed.budget) else { return };
        // What a reply says of the window's end must outlive a crash, even where it comes with nothing else.
        let moved = self.committed.budget.is_none_or(|known| {
            known.limit != record.limit || known.resets_at.0.abs_diff(record.resets_at.0) > ANOTHER_END_MS
        });
        if moved || announced || !changes.is_empty() {
            changes.push(Change::Budget(record));
            self.committed.budget = Some(record);
        }
    }
}
