//! The conflicts a machine knows: who goes without an e-mail or a phone number, and whose release of it they wait for.
//!
//! A conflict is here from the moment InMoment refuses the field, and in the journal from the commit in which the event
//! that carried it meets its fate. What becomes due in between is done after that commit.

use journal::{Change, ConflictRecord, Restored, Settlement, UniqueField};
use mapping::EndUserFields;
use std::collections::{BTreeSet, HashMap};

/// A conflict: the key of the lane, and the field.
pub(super) type Key = (String, UniqueField);

/// More people than this do not exchange their values in one circle.
const LONGEST_CIRCLE: usize = 16;

#[derive(Default)]
pub(super) struct Conflicts {
    known: HashMap<Key, ConflictRecord>,
    /// For the end user who holds a value: the lanes that want it.
    wanted: HashMap<Key, BTreeSet<String>>,
    /// For the end user who goes without: the lane.
    without: HashMap<Key, String>,
    /// To be settled, now that nothing stands against it.
    due: BTreeSet<Key>,
}

impl Conflicts {
    pub(super) fn restore(records: Vec<ConflictRecord>) -> Conflicts {
        let mut all = Conflicts::default();
        for record in records {
            if record.settlement.is_some() {
                all.due.insert((record.lane.clone(), record.field));
            }
            all.insert(record);
        }
        all
    }

    pub(super) fn get(&self, lane: &str, field: UniqueField) -> Option<&ConflictRecord> {
        self.known.get(&(lane.to_owned(), field))
    }

    /// Replaces what was known of this person and field. The journal keeps more than is remembered here: what is not
    /// remembered is found out again when the person comes again.
    pub(super) fn insert(&mut self, record: ConflictRecord) {
        let key = (record.lane.clone(), record.field);
        self.remove(&key);
        if self.known.len() >= Restored::CONFLICTS {
            return;
        }
        if let Some(holder) = &record.holder.end_user_id {
            self.wanted.entry((holder.clone(), record.field)).or_default().insert(key.0.clone());
        }
        if let Some(person) = &record.person.end_user_id {
            self.without.insert((person.clone(), record.field), key.0.clone());
        }
        self.known.insert(key, record);
    }

    fn remove(&mut self, key: &Key) -> Option<ConflictRecord> {
        let record = self.known.remove(key)?;
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

    /// The person has the field now, or has given up wanting it.
    pub(super) fn end(&mut self, lane: &str, field: UniqueField, changes: &mut Vec<Change>) {
        if self.remove(&(lane.to_owned(), field)).is_some_and(|record| record.times > 0) {
            changes.push(Change::ConflictEnds(lane.to_owned(), field));
        }
    }

    /// Conflicts of events that met another end before anything was committed of them.
    pub(super) fn forget_uncommitted(&mut self, lane: &str) {
        for field in UniqueField::ALL {
            if self.get(lane, field).is_some_and(|record| record.times == 0) {
                self.remove(&(lane.to_owned(), field));
            }
        }
    }

    /// Changes a conflict, and says so to the journal if it is there already.
    pub(super) fn change(
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

    /// To be settled in this way as soon as possible.
    pub(super) fn owe(
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

    /// What is due, once.
    pub(super) fn take_due(&mut self) -> Vec<ConflictRecord> {
        let due = std::mem::take(&mut self.due);
        due.iter().filter_map(|key| self.known.get(key)).cloned().collect()
    }

    pub(super) fn any_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// This end user now holds this in its field, or nothing: who wanted what it no longer holds tries again.
    pub(super) fn released(
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
        for lane in lanes.clone() {
            let waits = self.get(&lane, field).is_some_and(|record| {
                let still_held = holds.is_some_and(|holds| same(field, holds, &record.value));
                !still_held && !record.dismissed && record.settlement.is_none()
            });
            if waits {
                self.owe(&lane, field, Settlement::TryAgain, changes);
            }
        }
    }

    /// Whether this person's field is left out, for the same value was refused before and nothing has changed since.
    pub(super) fn forbid(&self, lane: &str, field: UniqueField, value: &str) -> bool {
        self.get(lane, field)
            .is_some_and(|record| record.settlement.is_none() && same(field, &record.value, value))
    }

    /// Whether the person, whose conflict this is, wants what somebody holds who wants, over however many others, what this
    /// person holds. Nobody of them can begin unless one lets go.
    pub(super) fn in_circle(&self, lane: &str, field: UniqueField) -> bool {
        let Some(begun) = self.get(lane, field) else { return false };
        let Some(own) = &begun.person.end_user_id else { return false };
        let mut holder = begun.holder.end_user_id.as_ref();
        for _ in 0..LONGEST_CIRCLE {
            let Some(end_user_id) = holder else { return false };
            if end_user_id == own {
                return true;
            }
            let lane_of_holder = self.wants(end_user_id, field);
            holder = lane_of_holder.and_then(|record| record.holder.end_user_id.as_ref());
        }
        false
    }

    /// What this end user wants and does not have.
    fn wants(&self, end_user_id: &str, field: UniqueField) -> Option<&ConflictRecord> {
        let lane = self.without.get(&(end_user_id.to_owned(), field))?;
        self.get(lane, field).filter(|record| record.times > 0 && !record.dismissed)
    }
}

/// InMoment compares e-mails without regard to case (docs/facts/inmoment-api.md#q16).
pub(super) fn same(field: UniqueField, one: &str, other: &str) -> bool {
    match field {
        UniqueField::Email => one.trim().to_lowercase() == other.trim().to_lowercase(),
        UniqueField::PhoneNumber => one == other,
    }
}

/// What an identify wants in this field.
pub(super) fn wanted(fields: &EndUserFields, field: UniqueField) -> Option<String> {
    let value = match field {
        UniqueField::Email => &fields.email,
        UniqueField::PhoneNumber => &fields.phone_number,
    };
    value.as_ref().map(super::merge::text)
}

/// An identify without this field.
pub(super) fn strip(fields: &mut EndUserFields, field: UniqueField) {
    match field {
        UniqueField::Email => fields.email = None,
        UniqueField::PhoneNumber => fields.phone_number = None,
    }
}
