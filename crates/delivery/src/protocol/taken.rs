//! E-mails and phone numbers that InMoment refuses because another end user has them
//! (docs/facts/mapping.md#taken-fields).
//!
//! # Policy
//! * After each refusal the holder of the value is looked up, unless it is a phone number that InMoment would take for an
//!   id. If no holder is found, the write is tried again, a few times at most. If the holder of an e-mail has no external
//!   id, and InMoment has no record of our person yet, then the two are the same: the record gets our external id.
//! * Otherwise the field is left out of this intent, and the rest of it is carried out. The event becomes a dead letter
//!   only if no field is left to create the end user with. Answers are not affected.
//! * If InMoment refuses the look-up of the holder, or the look-up is given up, the field is left out as well. An event
//!   never becomes a dead letter because of a look-up of another end user.
//! * A conflict between the two end users is recorded in the commit that gives the event its fate. While it lasts, the
//!   same value is not sent again: each try would cost calls.
//! * The value is tried again automatically as soon as any reply shows the holder without it. If two or more end users
//!   want each other's values, one of them gives its value up first: an e-mail is replaced by an address that cannot
//!   exist (RFC 2606), a phone number is removed. The journal records each step, so that the exchange survives a
//!   restart. If the others cannot get the value in the end, it is given back, and the exchange does not begin again
//!   automatically. A value that another end user has taken over already cannot be given back: then the conflict shows
//!   it, and an operator settles the conflict.
//! * An operator can order another try, have the holder's record treated as this person's (*adopt*), or dismiss the
//!   conflict.
//! * A conflict ends when the person has a wanted value in the field, or has the holder's record.
//!
//! [`super::settling`] carries settlements out.

use super::fields::{same, strip, value_of, wanted};
use super::intents::{Lane, SURPRISES};
use super::item::{Item, Work};
use super::knowledge::Knowledge;
use super::meaning::Meaning;
use super::merge::merged;
use crate::clock::Now;
use crate::engine::Member;
use inmoment::{EndUser, Lookup};
use journal::{Change, ConflictRecord, KnownUser, Party, Settlement, UniqueField};
use mapping::EndUserFields;

/// The identify at the head without the values that other end users are known to have. `held` has InMoment's data of
/// the person, if they are known.
pub(crate) fn sendable(
    lane: &Lane,
    head: &Item,
    mut fields: EndUserFields,
    known: &Knowledge,
    held: Option<&KnownUser>,
) -> EndUserFields {
    for field in UniqueField::ALL {
        if is_left_out(lane, head, &fields, field, known, held) {
            strip(&mut fields, field);
        }
    }
    fields
}

/// Whether the merged identifies at the head would leave out a field because of the last one's value although an
/// earlier one has a different value for it.
pub(crate) fn hides_an_earlier_value(
    lane: &Lane,
    head: &Item,
    known: &Knowledge,
    held: Option<&KnownUser>,
) -> bool {
    let Work::Upsert(parts) = &head.work else { return false };
    if parts.len() < 2 {
        return false;
    }
    let fields = merged(parts);
    UniqueField::ALL.into_iter().any(|field| {
        let Some(last) = wanted(&fields, field) else { return false };
        let mut values = parts.iter().filter_map(|(_, fields)| wanted(fields, field));
        values.any(|value| !same(field, &value, &last))
            && is_left_out(lane, head, &fields, field, known, held)
    })
}

/// Whether the head leaves this field out.
pub(crate) fn is_left_out(
    lane: &Lane,
    head: &Item,
    fields: &EndUserFields,
    field: UniqueField,
    known: &Knowledge,
    held: Option<&KnownUser>,
) -> bool {
    let Some(value) = wanted(fields, field) else { return false };
    if lane.intents.progress.left_out.contains(&field) {
        return true;
    }
    let has_it = held.and_then(|user| value_of(user, field)).is_some_and(|held| same(field, held, &value));
    !has_it && head.settling.is_none() && known.conflicts.forbid(lane.key(), field, &value)
}

/// The look-up of the holder of a refused value; `None` if InMoment offers none.
pub(crate) fn holder_look_up(head: &Item, field: UniqueField) -> Option<Lookup> {
    let Work::Upsert(parts) = &head.work else { return None };
    let value = wanted(&merged(parts), field)?;
    match field {
        UniqueField::Email => Some(Lookup::Email(value)),
        // InMoment would take digits alone for an id (docs/facts/inmoment-api.md#digits-are-ids).
        UniqueField::PhoneNumber => value.starts_with('+').then_some(Lookup::Phone(value)),
    }
}

/// The field of an error code that says that a value is taken.
pub(crate) fn taken_field(code: &str) -> Option<UniqueField> {
    match code {
        "email_taken" => Some(UniqueField::Email),
        "phone_taken" => Some(UniqueField::PhoneNumber),
        _ => None,
    }
}

/// The value that a person can get who gave one up and is now refused another: the one that it gave up; or the one for
/// which it gave that up, if it is free, because the others have completed their part then.
fn to_be_had(before: &ConflictRecord, refused: &str, known: &Knowledge) -> Option<String> {
    let let_go = before.let_go.clone()?;
    let holder = before.holder.end_user_id.as_ref().and_then(|holder| known.user(holder));
    let holds = holder.and_then(|holder| value_of(holder, before.field));
    let is = |value: &str| same(before.field, value, &before.value);
    let is_held = is(refused) || holds.is_some_and(is);
    let is_free = before.settlement == Some(Settlement::TryAgain) && !is_held;
    Some(if is_free { before.value.clone() } else { let_go })
}

impl Knowledge {
    /// Handles that InMoment refused this field of the head's identify. Returns false if the refusal is not
    /// a new conflict: the field is left out already, or the refused value was to be given back.
    pub(crate) fn field_taken(&mut self, lane: &mut Lane, field: UniqueField, now: Now) -> bool {
        let Some(head) = lane.intents.head() else { return false };
        let Work::Upsert(parts) = &head.work else { return false };
        if lane.intents.progress.left_out.contains(&field) || wanted(&merged(parts), field).is_none() {
            return false;
        }
        // A value that is given back may have gone to another end user; that is not a new conflict.
        if head.settling.as_ref().is_some_and(|settling| settling.way == Settlement::GiveBack) {
            return false;
        }
        match holder_look_up(head, field) {
            Some(_) => lane.intents.progress.asking = Some(field),
            None => self.leave_out(lane, field, Party::default(), now),
        }
        true
    }

    /// Handles that InMoment finds no holder of the value any more: the write is tried again, a limited number of
    /// times.
    pub(crate) fn holder_not_found(&mut self, lane: &mut Lane, now: Now) {
        let Some(head) = lane.intents.head() else { return };
        if self.own_record(&head.who, lane.intents.progress.named_id_dead).is_none() {
            lane.intents.progress.absent_at = Some(now.mono);
        }
        lane.intents.progress.surprises += 1;
        let Some(field) = lane.intents.progress.asking.take() else { return };
        if lane.intents.progress.surprises > SURPRISES {
            self.leave_out(lane, field, Party::default(), now);
        }
    }

    /// Handles the holder of the refused value. `claimant` returns the external id of another lane that is about to
    /// take over an end user without one.
    pub(crate) fn holder_found(
        &mut self,
        lane: &mut Lane,
        holder: EndUser,
        sent_at: u64,
        claimant: &dyn Fn(&str) -> Option<String>,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> Meaning {
        let Some(field) = lane.intents.progress.asking else { return Meaning::Learned };
        if !self.believes(&holder.id, sent_at) {
            return Meaning::Outdated;
        }
        // Two lanes may want the same end user without an external id: the first one that sees it gets it, and data
        // that were read of it before are out of date.
        let claimed = self.owner(&holder.id).map(str::to_owned).or_else(|| claimant(&holder.id));
        let progress = &mut lane.intents.progress;
        progress.asking = None;
        progress.surprises += 1;
        let contradicted = progress.surprises > SURPRISES;
        let Some(head) = lane.intents.items.front() else { return Meaning::Learned };
        let ours = head.who.external_id.clone();
        let own = self.own_record(&head.who, progress.named_id_dead);
        let theirs = holder.external_id.clone().or(claimed);
        let party = Party { end_user_id: Some(holder.id.clone()), external_id: theirs.clone() };
        match (own, theirs) {
            _ if contradicted => self.leave_out(lane, field, party, now),
            (Some(own), _) if own == holder.id => {}
            (None, None) if field == UniqueField::Email => progress.adopt = Some(holder.id.clone()),
            (None, theirs) if theirs.is_some() && theirs == ours => {
                progress.adopt = Some(holder.id.clone()).filter(|_| holder.external_id.is_none());
            }
            _ => self.leave_out(lane, field, party, now),
        }
        self.know(lane, holder, sent_at, now, changes);
        Meaning::Learned
    }

    /// Handles a look-up of the holder that InMoment refuses or that failed for too long: the head goes on without the
    /// field. Returns false if no holder was being looked up.
    pub(crate) fn holder_stays_unknown(
        &mut self,
        lane: &mut Lane,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> bool {
        let Some(field) = lane.intents.progress.asking.take() else { return false };
        lane.forgive();
        changes.extend(lane.recorded.take().map(Change::LaneClear));
        self.leave_out(lane, field, Party::default(), now);
        true
    }

    /// Leaves this field out of the head.
    fn leave_out(&mut self, lane: &mut Lane, field: UniqueField, holder: Party, now: Now) {
        lane.intents.progress.left_out.push(field);
        let Some(head) = lane.intents.head() else { return };
        let Work::Upsert(parts) = &head.work else { return };
        let Some(value) = wanted(&merged(parts), field) else { return };
        let person = Party {
            end_user_id: self.own_record(&head.who, lane.intents.progress.named_id_dead).map(str::to_owned),
            external_id: head.who.external_id.clone(),
        };
        let of = |(member, fields): &(Member, EndUserFields)| wanted(fields, field).map(|_| member.position);
        let position = parts.iter().rev().find_map(of).unwrap_or(head.first().position);
        let before = self.conflicts.get(lane.key(), field).cloned();
        // Even with another wanted value, it may still be without the value that it gave up.
        let let_go = before.as_ref().and_then(|before| to_be_had(before, &value, self));
        let wants_the_same = before.as_ref().is_some_and(|before| same(field, &before.value, &value));
        let settlement = match before.as_ref().and_then(|before| before.settlement) {
            // The step is still to come in this lane; whether another lane waits for the value is checked then.
            Some(Settlement::LetGo) => Some(Settlement::LetGo),
            // An operator's order is still to come as well.
            Some(Settlement::Adopt) if head.settling.is_none() && wants_the_same => Some(Settlement::Adopt),
            // This was the try, or it replaces the one that was due. A value that was given up for it is given back.
            Some(Settlement::TryAgain | Settlement::GiveBack) if head.settling.is_none() => {
                let_go.is_some().then_some(Settlement::GiveBack)
            }
            _ => None,
        };
        let same_as_before = before.filter(|_| wants_the_same);
        // A settlement that failed once is not begun again automatically.
        let failure = same_as_before.as_ref().and_then(|before| before.failure.clone());
        let (since, times, dismissed, first) = match &same_as_before {
            Some(before) => (before.since, before.times, before.dismissed, before.first),
            None => (now.wall, 0, false, parts.iter().find_map(of).or(Some(position))),
        };
        self.conflicts.insert(ConflictRecord {
            lane: lane.key().to_owned(),
            field,
            value,
            person,
            holder,
            first,
            position,
            since,
            last: now.wall,
            times,
            let_go,
            settlement,
            failure,
            dismissed,
        });
    }

    /// Records the left-out fields of a head as conflicts, when it leaves its lane because it was delivered or became a
    /// dead letter for this reason.
    pub(crate) fn keep_conflicts(&mut self, lane: &Lane, now: Now, changes: &mut Vec<Change>) {
        let Some(head) = lane.intents.head() else { return };
        let Work::Upsert(parts) = &head.work else { return };
        let fields = merged(parts);
        let own = self.own_record(&head.who, lane.intents.progress.named_id_dead).map(str::to_owned);
        let held = own.as_deref().and_then(|own| self.user(own));
        let left_out = |field: &UniqueField| is_left_out(lane, head, &fields, *field, self, held);
        let left_out: Vec<UniqueField> = UniqueField::ALL.into_iter().filter(left_out).collect();
        let (key, settling) = (lane.key().to_owned(), head.settling.is_some());
        let last_of = |field| {
            let of =
                |(member, fields): &(Member, EndUserFields)| wanted(fields, field).map(|_| member.position);
            parts.iter().rev().find_map(of).unwrap_or(head.first().position)
        };
        let left_out: Vec<_> = left_out.into_iter().map(|field| (field, last_of(field))).collect();
        let events = u64::from(!settling) * head.len();
        for (field, position) in left_out {
            self.conflicts.change(&key, field, changes, |record| {
                record.times += events;
                record.last = now.wall;
                if !settling {
                    record.position = record.position.max(position);
                }
                if record.person.end_user_id.is_none() {
                    record.person.end_user_id.clone_from(&own);
                }
            });
            if self.conflicts.begin_exchange(&key, field, changes) {
                self.conflicts.owe(&key, field, Settlement::LetGo, changes);
            } else if let Some(due) = self.conflicts.get(&key, field).and_then(|one| one.settlement) {
                self.conflicts.owe(&key, field, due, changes);
            }
        }
    }
}
