//! The conflicts that a machine knows: the end users who go without an e-mail or a phone number, and the holders whose
//! release of it they wait for.
//!
//! A conflict is here from the moment InMoment refuses the field, and in the journal from the commit in which the event
//! that carried it meets its fate. A settlement that becomes due in between begins after that commit.

mod turn;
mod turns;

use super::fields::{compared, same};
use crate::code;
use journal::{Change, ConflictRecord, Party, RestoredDelivery, Settlement, UniqueField};
use std::collections::{BTreeSet, HashMap};
use turn::Turns;

/// The key of a conflict: the lane's key, and the field.
pub(crate) type Key = (String, UniqueField);

/// The largest number of end users who exchange their values in one circle.
const LONGEST_CIRCLE: usize = 16;

#[derive(Default)]
pub(crate) struct Conflicts {
    known: HashMap<Key, ConflictRecord>,
    /// For a conflict that is not committed yet: the record that the journal has in its place.
    committed: HashMap<Key, ConflictRecord>,
    /// The lanes that want a value, by the end user who holds it.
    wanted: HashMap<Key, BTreeSet<String>>,
    /// The lanes that want a value, by the value.
    by_value: HashMap<(UniqueField, String), BTreeSet<String>>,
    /// The lane of a conflict, by the end user who goes without the field.
    without: HashMap<Key, String>,
    /// Conflicts whose settlement is due.
    due: BTreeSet<Key>,
    /// Conflicts whose person has given its value up, or is about to.
    let_go: BTreeSet<Key>,
    /// The lanes that try to get a value that its holder no longer has.
    turns: Turns,
}

impl Conflicts {
    pub(crate) fn restore(records: Vec<ConflictRecord>) -> Conflicts {
        let mut all = Conflicts::default();
        for record in records {
            if record.settlement.is_some() {
                all.due.insert((record.lane.clone(), record.field));
            }
            all.turns.restore(&record);
            all.insert(record);
        }
        all
    }

    pub(crate) fn get(&self, lane: &str, field: UniqueField) -> Option<&ConflictRecord> {
        self.known.get(&(lane.to_owned(), field))
    }

    /// Replaces the record of this person and field. The journal keeps more conflicts than are in memory; the others
    /// are found again when the person's next event comes.
    pub(crate) fn insert(&mut self, record: ConflictRecord) {
        let key = (record.lane.clone(), record.field);
        let before = self.remove(&key).filter(|before| before.times > 0);
        if record.times > 0 {
            self.committed.remove(&key);
        } else if let Some(before) = before {
            self.committed.insert(key.clone(), before);
        }
        if self.known.len() >= RestoredDelivery::CONFLICTS {
            return;
        }
        if let Some(holder) = &record.holder.end_user_id {
            self.wanted.entry((holder.clone(), record.field)).or_default().insert(key.0.clone());
        }
        if let Some(person) = &record.person.end_user_id {
            self.without.insert((person.clone(), record.field), key.0.clone());
        }
        if record.let_go.is_some() {
            self.let_go.insert(key.clone());
        }
        let value = (record.field, compared(record.field, &record.value));
        self.by_value.entry(value).or_default().insert(key.0.clone());
        self.known.insert(key, record);
    }

    fn remove(&mut self, key: &Key) -> Option<ConflictRecord> {
        let record = self.known.remove(key)?;
        self.let_go.remove(key);
        let value = (record.field, compared(record.field, &record.value));
        self.turns.changed(&value, &key.0);
        if let Some(lanes) = self.by_value.get_mut(&value) {
            lanes.remove(&key.0);
            if lanes.is_empty() {
                self.by_value.remove(&value);
            }
        }
        if let Some(person) = &record.person.end_user_id {
            self.without.remove(&(person.clone(), record.field));
        }
        if let Some(holder) = &record.holder.end_user_id {
            let held = (holder.clone(), record.field);
            if let Some(lanes) = self.wanted.get_mut(&held) {
                lanes.remove(&key.0);
                if lanes.is_empty() {
                    self.wanted.remove(&held);
                }
            }
        }
        Some(record)
    }

    /// Ends a conflict, because the person has the field now or no longer wants it.
    pub(crate) fn end(&mut self, lane: &str, field: UniqueField, changes: &mut Vec<Change>) {
        let key = (lane.to_owned(), field);
        let known = self.remove(&key).is_some_and(|record| record.times > 0);
        if self.committed.remove(&key).is_some() || known {
            changes.push(Change::ConflictEnds(lane.to_owned(), field));
        }
    }

    /// Ends a conflict whose person may have had another lane: a lane that was named by the end-user id gets the name
    /// of the external id once that is known.
    pub(crate) fn end_of(
        &mut self,
        lane: &str,
        end_user_id: Option<&str>,
        field: UniqueField,
        changes: &mut Vec<Change>,
    ) {
        self.end(lane, field, changes);
        let other = end_user_id.and_then(|id| self.without.get(&(id.to_owned(), field)).cloned());
        if let Some(other) = other {
            self.end(&other, field, changes);
        }
    }

    /// Drops conflicts that were not committed, because their events got another fate: the records that they replaced
    /// apply again, and so do settlements that are due for those.
    pub(crate) fn forget_uncommitted(&mut self, lane: &str) {
        for field in UniqueField::ALL {
            if self.get(lane, field).is_none_or(|record| record.times > 0) {
                continue;
            }
            let key = (lane.to_owned(), field);
            self.remove(&key);
            if let Some(before) = self.committed.remove(&key) {
                if before.settlement.is_some() {
                    self.due.insert(key);
                }
                self.insert(before);
            }
        }
    }

    /// Changes a conflict, also in the journal if it is there already.
    pub(crate) fn change(
        &mut self,
        lane: &str,
        field: UniqueField,
        changes: &mut Vec<Change>,
        change: impl FnOnce(&mut ConflictRecord),
    ) {
        let Some(mut record) = self.remove(&(lane.to_owned(), field)) else { return };
        change(&mut record);
        if record.times > 0 {
            changes.push(Change::Conflict(record.clone()));
        }
        self.insert(record);
    }

    /// Makes a settlement of this kind due as soon as possible.
    pub(crate) fn owe(
        &mut self,
        lane: &str,
        field: UniqueField,
        settlement: Settlement,
        changes: &mut Vec<Change>,
    ) {
        self.change(lane, field, changes, |record| record.settlement = Some(settlement));
        if self.get(lane, field).is_some_and(|record| record.times > 0) {
            self.due.insert((lane.to_owned(), field));
        }
    }

    /// Takes the conflicts whose settlement is due.
    pub(crate) fn take_due(&mut self) -> Vec<ConflictRecord> {
        let due = std::mem::take(&mut self.due);
        due.iter().filter_map(|key| self.known.get(key)).cloned().collect()
    }

    pub(crate) fn any_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// Notes that this end user holds this value now. It becomes the holder in every conflict about the value that
    /// names another end user as the holder, except in a conflict whose person is this end user.
    pub(crate) fn held_by(
        &mut self,
        holder: &Party,
        field: UniqueField,
        value: &str,
        changes: &mut Vec<Change>,
    ) {
        let Some(lanes) = self.by_value.get(&(field, compared(field, value))) else { return };
        let other = |one: &Option<String>, own: &Option<String>| one.is_some() && one != own;
        let is_same = |one: &Option<String>, own: &Option<String>| one.is_some() && one == own;
        let moves = |lane: &&String| {
            self.get(lane, field).is_some_and(|record| {
                other(&record.holder.end_user_id, &holder.end_user_id)
                    && !is_same(&record.person.end_user_id, &holder.end_user_id)
                    && !is_same(&record.person.external_id, &holder.external_id)
            })
        };
        let moving: Vec<String> = lanes.iter().filter(moves).cloned().collect();
        for lane in moving {
            self.change(&lane, field, changes, |record| record.holder = holder.clone());
        }
    }

    /// The lane for which this end user, who holds this value now, has given its own value up, if a lane still waits
    /// for it; the outer `None` means that there is no exchange.
    fn in_exchange(
        &self,
        end_user_id: &str,
        field: UniqueField,
        holds: Option<&str>,
    ) -> Option<Option<&str>> {
        let lane = self.without.get(&(end_user_id.to_owned(), field))?;
        let let_go = self.get(lane, field).filter(|record| is_exchanging(record))?.let_go.as_deref()?;
        let is_back = holds.is_some_and(|holds| same(field, holds, let_go));
        (!is_back).then(|| self.waiting(lane, field).map(|taker| taker.lane.as_str()))
    }

    /// Whether an end user who gave its value up waits, directly or through others, for this person to get the wanted
    /// value.
    fn completes(&self, lane: &str, field: UniqueField) -> bool {
        if self.let_go.is_empty() {
            return false;
        }
        let mut next = vec![lane];
        for _ in 0..LONGEST_CIRCLE * 4 {
            let Some(record) = next.pop().and_then(|lane| self.get(lane, field)) else { return false };
            if is_exchanging(record) {
                return true;
            }
            let own = record.person.end_user_id.as_ref();
            let lanes = own.and_then(|own| self.wanted.get(&(own.clone(), field)));
            next.extend(lanes.into_iter().flatten().take(LONGEST_CIRCLE).map(String::as_str));
        }
        false
    }

    /// Whether this person's field is left out, because the same value was refused before and nothing has changed
    /// since.
    pub(crate) fn forbid(&self, lane: &str, field: UniqueField, value: &str) -> bool {
        self.get(lane, field).is_some_and(|record| {
            let changes_nothing =
                matches!(record.settlement, None | Some(Settlement::GiveBack | Settlement::Adopt));
            changes_nothing && same(field, &record.value, value)
        })
    }

    /// Whether this person gives its value up now, because it is in a circle of end users who want each other's values
    /// and none of them could begin otherwise. An exchange that has failed once is not begun again automatically.
    pub(crate) fn begin_exchange(
        &mut self,
        lane: &str,
        field: UniqueField,
        changes: &mut Vec<Change>,
    ) -> bool {
        let is_new = self
            .get(lane, field)
            .is_some_and(|one| one.failure.is_none() && one.settlement != Some(Settlement::GiveBack));
        // A lane that tries again can get the value already, because this person holds another value by now.
        let waits = |taker: &&ConflictRecord| taker.settlement.is_none_or(is_of_exchange);
        let taker = self.taker(lane, field).filter(|_| is_new).filter(waits);
        let Some((taker, held)) = taker.map(|taker| (taker.lane.clone(), taker.value.clone())) else {
            return false;
        };
        // The other conflict's earlier failure does not count any more.
        self.change(&taker, field, changes, |record| record.failure = None);
        self.change(lane, field, changes, |record| record.let_go = Some(held));
        true
    }

    /// The conflict whose person waits for the value that this person gave up.
    fn waiting(&self, lane: &str, field: UniqueField) -> Option<&ConflictRecord> {
        self.taker(lane, field).filter(|taker| taker.settlement.is_some() || taker.failure.is_none())
    }

    /// Notes that this person has given its value up. If no lane waits for it any more, it is given back. A settlement
    /// of another kind that is due by now goes on.
    pub(crate) fn has_let_go(&mut self, lane: &str, field: UniqueField, changes: &mut Vec<Change>) {
        let is_due = |one: &ConflictRecord| one.settlement == Some(Settlement::LetGo);
        if !self.get(lane, field).is_some_and(is_due) {
            return;
        }
        self.change(lane, field, changes, |record| record.settlement = None);
        self.get_back(lane, field, changes);
    }

    /// Gives this person its value back, unless a lane waits for it.
    pub(crate) fn get_back(&mut self, lane: &str, field: UniqueField, changes: &mut Vec<Change>) {
        let let_go = self.get(lane, field).is_some_and(|record| record.let_go.is_some());
        if let_go && self.waiting(lane, field).is_none() {
            self.owe(lane, field, Settlement::GiveBack, changes);
        }
    }

    /// Notes that the person of this lane cannot get the wanted value: an end user who gave it up for this person gets
    /// it back.
    pub(crate) fn cannot_have(&mut self, lane: &str, field: UniqueField, changes: &mut Vec<Change>) {
        if let Some(wanted) = self.get(lane, field).map(|record| record.value.clone()) {
            self.give_back(lane, field, &wanted, changes);
        }
    }

    /// Notes that the person of this lane cannot get this value: an end user who gave it up for this person gets it
    /// back.
    pub(crate) fn give_back(
        &mut self,
        wanting: &str,
        field: UniqueField,
        value: &str,
        changes: &mut Vec<Change>,
    ) {
        let for_another = |record: &&ConflictRecord| {
            self.waiting(&record.lane, field).is_some_and(|taker| taker.lane != wanting)
        };
        let whose = self.let_go_for(field, value);
        let whose = whose.filter(|record| record.settlement.is_none() && record.lane != wanting);
        let whose = whose.filter(|record| is_exchanging(record));
        let whose = whose.filter(|record| !for_another(record));
        if let Some(lane) = whose.map(|record| record.lane.clone()) {
            self.owe(&lane, field, Settlement::GiveBack, changes);
        }
    }

    /// The conflict whose person gave this value up, or is about to.
    fn let_go_for(&self, field: UniqueField, value: &str) -> Option<&ConflictRecord> {
        let of_field = self.let_go.iter().filter(|key| key.1 == field);
        let is_it = |record: &&ConflictRecord| {
            record.let_go.as_deref().is_some_and(|let_go| same(field, let_go, value))
        };
        of_field.filter_map(|key| self.known.get(key)).find(is_it)
    }

    /// Dismisses a conflict for an operator. An exchange under way is completed, so that no end user is left without a
    /// value.
    pub(crate) fn dismiss(&mut self, lane: &str, field: UniqueField, changes: &mut Vec<Change>) {
        let Some(record) = self.get(lane, field) else { return };
        let in_exchange = is_exchanging(record) || self.let_go_for(field, &record.value).is_some();
        self.change(lane, field, changes, |record| {
            record.dismissed = true;
            record.settlement = record.settlement.filter(|_| in_exchange);
        });
    }

    /// The conflict of the end user who wants the value that this person holds or held, if both are in a circle: each
    /// wants the value of the next, and the last one wants the value of the first. None of them can begin unless one
    /// gives its value up.
    pub(crate) fn taker(&self, lane: &str, field: UniqueField) -> Option<&ConflictRecord> {
        let begun = self.get(lane, field)?;
        let own = begun.person.end_user_id.as_ref()?;
        let mut last = begun;
        for _ in 0..LONGEST_CIRCLE {
            let holder = last.holder.end_user_id.as_ref()?;
            if holder == own {
                return Some(last);
            }
            last = self.wants(holder, field)?;
        }
        None
    }

    /// The conflict of this end user, who goes without the wanted value.
    fn wants(&self, end_user_id: &str, field: UniqueField) -> Option<&ConflictRecord> {
        let lane = self.without.get(&(end_user_id.to_owned(), field))?;
        let is_at_work = |record: &ConflictRecord| record.settlement.is_some() || is_exchanging(record);
        self.get(lane, field).filter(|record| record.times > 0 && (!record.dismissed || is_at_work(record)))
    }
}

/// Whether its person has given a value up, or is about to, and may still get it back.
fn is_exchanging(record: &ConflictRecord) -> bool {
    record.let_go.is_some() && record.failure.as_deref() != Some(code::NOT_GIVEN_BACK)
}

/// Whether this settlement gives a value up for another end user, or gives it back.
fn is_of_exchange(settlement: Settlement) -> bool {
    matches!(settlement, Settlement::LetGo | Settlement::GiveBack)
}
