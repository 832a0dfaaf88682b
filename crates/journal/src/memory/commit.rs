//! Commits: every reason to refuse a commit is checked before anything is changed, so that a commit is atomic.

use super::letters::Cuts;
use super::state::{Destination, State, place_of_event};
use crate::change::Change;
use crate::error::JournalError;
use crate::records::{DestinationId, Fate, Position};
use std::collections::{BTreeSet, HashMap};

impl State {
    pub(super) fn commit(&mut self, id: DestinationId, changes: &[Change]) -> Result<(), JournalError> {
        self.check(id, changes)?;
        let mut cuts = Cuts::new();
        for change in changes.iter().cloned() {
            match change {
                Change::Fate(position, fate) => self.decide(id, position, fate)?,
                Change::DeadLetter(letter) => self.bury(id, letter, &mut cuts)?,
                Change::Answer(answer) => self.answers.push((id, answer)),
                // The model keeps neither the stories of events nor an audit.
                Change::Attempt(_) | Change::Audit(..) => {}
                other => self.at_mut(id)?.change(other),
            }
        }
        Ok(())
    }

    /// The rules that every journal enforces: an event has one fate, a dead event has its letter, and the cursor does not pass
    /// a pending event.
    fn check(&self, id: DestinationId, changes: &[Change]) -> Result<(), JournalError> {
        let destination = self.at(id)?;
        let mut fates = HashMap::new();
        let mut letters = BTreeSet::new();
        let mut cursor = destination.cursor;
        for change in changes {
            match change {
                Change::Fate(position, fate) => {
                    let logged = self.log.get(&position.request).and_then(|logged| logged.fates.get(&id));
                    let byte = logged.and_then(|fates| fates.get(place_of_event(position.index)));
                    if byte != Some(&Fate::PENDING) || fates.insert(*position, *fate).is_some() {
                        return Err(not_pending(*position));
                    }
                }
                Change::DeadLetter(letter) if !letters.insert(letter.position) => {
                    return Err(unmatched_letter(letter.position));
                }
                Change::Cursor(number) => cursor = cursor.max(*number),
                _ => {}
            }
        }
        let dead = fates.iter().filter(|(_, fate)| **fate == Fate::Dead).map(|(position, _)| *position);
        if let Some(position) = dead.collect::<BTreeSet<_>>().symmetric_difference(&letters).next() {
            return Err(unmatched_letter(*position));
        }
        self.check_cursor(id, destination.cursor, cursor, &fates)
    }

    fn check_cursor(
        &self,
        id: DestinationId,
        from: u64,
        to: u64,
        decided: &HashMap<Position, Fate>,
    ) -> Result<(), JournalError> {
        if to > self.end {
            return Err(cursor_ahead(to));
        }
        for (request, logged) in self.log.range(from..to) {
            let bytes = logged.fates.get(&id).into_iter().flatten();
            for (index, _) in (0..).zip(bytes).filter(|(_, byte)| **byte == Fate::PENDING) {
                if !decided.contains_key(&Position { request: *request, index }) {
                    return Err(cursor_ahead(to));
                }
            }
        }
        Ok(())
    }

    fn decide(&mut self, id: DestinationId, position: Position, fate: Fate) -> Result<(), JournalError> {
        let logged = self.log.get_mut(&position.request).and_then(|logged| logged.fates.get_mut(&id));
        let byte = logged.and_then(|fates| fates.get_mut(place_of_event(position.index)));
        *byte.ok_or_else(|| not_pending(position))? = fate.byte();
        *self.at_mut(id)?.totals.of(fate) += 1;
        Ok(())
    }
}

impl Destination {
    fn change(&mut self, change: Change) {
        match change {
            Change::Cursor(number) => self.cursor = self.cursor.max(number),
            Change::Seen(key, at) => {
                let known = self.seen.entry(key).or_insert(at);
                *known = at.max(*known);
            }
            Change::KnowUser(user) => {
                if let Some(external_id) = &user.external_id {
                    self.links.insert(external_id.clone(), user.end_user_id.clone());
                }
                self.users.insert(user.end_user_id.clone(), user);
            }
            Change::DoubtUser(end_user_id) => drop(self.users.remove(&end_user_id)),
            Change::Link(external_id, end_user_id) => drop(self.links.insert(external_id, end_user_id)),
            Change::Unlink(external_id) => drop(self.links.remove(&external_id)),
            Change::InFlight(record) => drop(self.in_flight.insert(record.lane.clone(), record)),
            Change::Landed(lane) => drop(self.in_flight.remove(&lane)),
            Change::LaneTrouble(lane, record) => drop(self.lanes.insert(lane, record)),
            Change::LaneClear(lane) => drop(self.lanes.remove(&lane)),
            Change::Conflict(conflict) => {
                drop(self.conflicts.insert((conflict.lane.clone(), conflict.field), conflict));
            }
            Change::ConflictEnds(lane, field) => drop(self.conflicts.remove(&(lane, field))),
            Change::Paused(paused) => self.record.paused = paused,
            Change::Halted(reason) => self.record.halted = reason,
            Change::Budget(budget) => self.record.budget = Some(budget),
            Change::Calls { made, saved } => {
                self.record.calls += made;
                self.record.calls_saved += saved;
            }
            Change::MessageIdReused => self.totals.message_ids_reused += 1,
            Change::Fate(..)
            | Change::DeadLetter(_)
            | Change::Answer(_)
            | Change::Attempt(_)
            | Change::Audit(..) => {
                unreachable!("these concern the log, not the destination")
            }
        }
    }
}

fn not_pending(position: Position) -> JournalError {
    let Position { request, index } = position;
    JournalError::Refused(format!("event {index} of request {request} is not pending at this destination"))
}

fn unmatched_letter(position: Position) -> JournalError {
    let Position { request, index } = position;
    JournalError::Refused(format!(
        "event {index} of request {request} must become dead and a dead letter in one commit"
    ))
}

fn cursor_ahead(number: u64) -> JournalError {
    JournalError::Refused(format!("an event below request {number} is pending, or there is no such request"))
}
