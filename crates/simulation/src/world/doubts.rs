//! What became of the writes of which nobody heard, as the next process finds it.

use super::handed_in::{AsOf, HandedIn, Write};
use super::happening::Handed;
use super::state::World;
use crate::report::Broken;
use crate::store::Store;
use journal::{Change, Position};
use std::collections::BTreeSet;

impl World {
    /// Looks which of the writes have become true of which nobody heard. Each has whole, or not at all.
    pub(super) fn settle_doubts(&mut self) -> Result<(), Broken> {
        if matches!(self.journal, Store::Memory(_)) {
            return Ok(());
        }
        for HandedIn { write, as_of } in std::mem::take(&mut self.in_doubt) {
            let found = match write {
                Write::Append { request_id, from, messages, destinations, .. } => {
                    self.find_request(request_id, from, &messages, &destinations, as_of)?
                }
                Write::Commit { d, changes, handed, .. } => self.find_commit(d, &changes, handed, as_of)?,
                Write::Letters { ids, requeued_from } => self.find_letters(ids, requeued_from, as_of)?,
            };
            self.counts.add(if found { "in doubt, and done" } else { "in doubt, and not done" });
        }
        self.ask(|oracle, _, journal, facts| {
            oracle.check_letters(journal, facts)?;
            oracle.check_journal(journal, facts)
        })
    }

    fn find_request(
        &mut self,
        request_id: [u8; 16],
        from: u64,
        messages: &[usize],
        destinations: &[usize],
        as_of: AsOf,
    ) -> Result<bool, Broken> {
        let Some(first) = destinations.first() else { return Ok(false) };
        let number = self.journal.find_request(self.settings[*first].id, from, request_id)?;
        if let Some(number) = number {
            self.note(format_args!("request {number} is found"));
            self.ask_as_of(as_of, |oracle, _, _, facts| {
                oracle.accepted(number, messages, destinations, facts)
            });
        }
        Ok(number.is_some())
    }

    fn find_commit(
        &mut self,
        d: usize,
        changes: &[Change],
        handed: Option<Handed>,
        as_of: AsOf,
    ) -> Result<bool, Broken> {
        if let Some(handed) = handed {
            // Whether its successor knows of that limit cannot be known.
            self.handed[d] = Some(Handed { skew: None, ..handed });
        }
        let position: Option<Position> = changes.iter().find_map(|change| match change {
            Change::Fate(position, _) => Some(*position),
            _ => None,
        });
        let Some(position) = position else {
            self.oracle.may_have_committed(d, changes);
            return Ok(false);
        };
        // The same commit may have been handed in twice.
        let done =
            !self.oracle.has_fate(d, position) && self.journal.is_decided(self.settings[d].id, position)?;
        if done {
            self.note(format_args!("{}: a commit is found", d + 1));
            self.ask_as_of(as_of, |oracle, _, _, facts| oracle.committed(d, changes, facts))?;
        }
        Ok(done)
    }

    fn find_letters(
        &mut self,
        ids: Vec<u64>,
        requeued_from: Option<u64>,
        as_of: AsOf,
    ) -> Result<bool, Broken> {
        let left: BTreeSet<u64> = self.journal.dead_letters()?.items.iter().map(|letter| letter.id).collect();
        let taken: Vec<u64> = ids.into_iter().filter(|id| !left.contains(id)).collect();
        if taken.is_empty() {
            return Ok(false);
        }
        self.ask_as_of(as_of, |oracle, _, _, facts| oracle.letters_taken(&taken, requeued_from, facts))?;
        Ok(true)
    }
}
