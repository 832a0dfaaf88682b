//! The order in which lanes try to get a value that its holder no longer has.
//!
//! Many lanes may wait for one value, for example an e-mail that all people of a company give. Each try costs calls,
//! and at most one of them can get it. So a few try at a time ([`AT_ONCE`]), those with the newest events first; when a
//! try fails, the next lane tries. When one of them has the value, the others wait for that end user from then on.

use super::turn::{Turn, Wanted, tries};
use super::{Conflicts, is_exchanging, is_of_exchange};
use crate::protocol::fields::compared;
use journal::{Change, ConflictRecord, Settlement, UniqueField};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The number of lanes that try at once. There is more than one, because a lane's calls may have to wait for long.
const AT_ONCE: usize = 3;

impl Conflicts {
    /// Notes the value that this end user now holds in its field, if any: lanes that want a value that it no longer
    /// holds try again.
    pub(crate) fn released(
        &mut self,
        end_user_id: &str,
        field: UniqueField,
        holds: Option<&str>,
        changes: &mut Vec<Change>,
    ) {
        if self.wanted.is_empty() {
            return;
        }
        let Some(lanes) = self.wanted.get(&(end_user_id.to_owned(), field)) else { return };
        let values = lanes.iter().filter_map(|lane| self.get(lane, field));
        let values: BTreeSet<String> = values.map(|record| compared(field, &record.value)).collect();
        let held = holds.map(|holds| compared(field, holds));
        for value in values {
            if held.as_ref() == Some(&value) {
                // The holder has the value again, so there are no further turns.
                self.turns.of.remove(&(field, value));
                continue;
            }
            let turn = self.turns.of.entry((field, value.clone())).or_default();
            end_user_id.clone_into(&mut turn.holder);
            turn.holds = holds.map(str::to_owned);
            self.take_turns((field, value), changes);
        }
    }

    /// Starts the next lane's try for each try that has ended.
    pub(crate) fn pass_turns_on(&mut self, changes: &mut Vec<Change>) {
        for wanted in std::mem::take(&mut self.turns.changed) {
            self.take_turns(wanted, changes);
        }
    }

    fn take_turns(&mut self, wanted: Wanted, changes: &mut Vec<Change>) {
        let field = wanted.0;
        let Some(mut turn) = self.turns.of.remove(&wanted) else { return };
        let is_it = |record: &ConflictRecord| compared(field, &record.value) == wanted.1;
        turn.trying.retain(|lane| self.get(lane, field).is_some_and(|record| is_it(record) && tries(record)));
        let room = AT_ONCE.saturating_sub(turn.trying.len());
        let mut next = if room > 0 { self.next_in_turn(&turn, field, is_it) } else { Vec::new() };
        next.truncate(room);
        turn.trying.extend(next.iter().cloned());
        turn.had.extend(next.iter().cloned());
        if !turn.trying.is_empty() {
            self.turns.of.insert(wanted, turn);
        }
        for lane in next {
            self.owe(&lane, field, Settlement::TryAgain, changes);
        }
    }

    /// The lanes that try next: those with the newest events first.
    fn next_in_turn(
        &self,
        turn: &Turn,
        field: UniqueField,
        is_it: impl Fn(&ConflictRecord) -> bool,
    ) -> Vec<String> {
        let Some(lanes) = self.wanted.get(&(turn.holder.clone(), field)) else { return Vec::new() };
        let waits = |record: &&ConflictRecord| {
            let listens = !record.dismissed || is_exchanging(record);
            // A lane that is about to give a value up, or to get it back, may try as well, because it can get the
            // wanted value.
            let is_free = record.settlement.is_none_or(is_of_exchange);
            is_it(record) && listens && is_free && !turn.had.contains(&record.lane)
        };
        let mut waiting: Vec<&ConflictRecord> =
            lanes.iter().filter_map(|lane| self.get(lane, field)).filter(waits).collect();
        // In an exchange no other lane gets a turn in between.
        let completes = |lane: &String| self.completes(lane, field);
        match self.in_exchange(&turn.holder, field, turn.holds.as_deref()) {
            Some(taker) => waiting.retain(|record| taker == Some(record.lane.as_str())),
            None if turn.trying.iter().chain(waiting.iter().map(|record| &record.lane)).any(completes) => {
                waiting.retain(|record| completes(&record.lane));
            }
            None => {}
        }
        waiting.sort_by_key(|record| Reverse(record.position));
        waiting.into_iter().map(|record| record.lane.clone()).collect()
    }
}
