//! An e-mail or a phone number that InMoment refuses because another end user has it (docs/facts/mapping.md#taken-fields).
//!
//! # Policy
//! * Its holder is looked up, once. Has the holder of an e-mail no external id, and InMoment no record of our person yet, then
//!   the two are the same: the record gets our external id.
//! * Otherwise the field is left out of this intent, and the rest of it is carried out. Only where nothing is left to create an
//!   end user with, its event becomes a dead letter. Answers are never concerned.
//! * A look-up of the holder that InMoment refuses, or that is given up, tells nothing: the field is left out all the same. An event
//!   is never lost over a question about somebody else.
//! * A conflict is kept, with both people, in the commit that gives the event its fate. While it lasts, the same value is not
//!   sent again: each try would cost calls.
//! * It is tried again by itself as soon as the holder is seen without the value, in a reply to whatever call. Do two or more
//!   people want what the others hold, one of them lets go first: of an e-mail for an address that cannot exist
//!   (RFC 2606), of a phone number for none. If the process ends meanwhile, the journal knows how far this has come. Can the others
//!   not have it in the end, it is given back, and the exchange is not begun again by itself. What the others have taken over already
//!   cannot be given back: then the conflict says what was let go of, and an operator settles it.
//! * An operator can have it tried again, have the holder's record taken for this person's (*adopt*), or dismiss it.
//! * It ends when the person's field has been written, whatever the value.
//!
//! How a conflict is settled is [`super::settling`]'s.

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

/// The identify at the head as it can be sent: without what somebody else is known to have. `held` is what InMoment holds of the
/// person, where that is known.
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

/// Whether the identifies at the head, sent as one, would go without a field for the sake of the last one's value, where an
/// earlier one has another value for it.
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

/// Whether the head goes without this field.
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

/// How the holder of the value that was refused is looked up; none where InMoment offers no way.
pub(crate) fn holder_look_up(head: &Item, field: UniqueField) -> Option<Lookup> {
    let Work::Upsert(parts) = &head.work else { return None };
    let value = wanted(&merged(parts), field)?;
    match field {
        UniqueField::Email => Some(Lookup::Email(value)),
        // Digits alone would be taken for an id (docs/facts/inmoment-api.md#digits-are-ids).
        UniqueField::PhoneNumber => value.starts_with('+').then_some(Lookup::Phone(value)),
    }
}

/// The field that InMoment says is taken.
pub(crate) fn taken_field(code: &str) -> Option<UniqueField> {
    match code {
        "email_taken" => Some(UniqueField::Email),
        "phone_taken" => Some(UniqueField::PhoneNumber),
        _ => None,
    }
}

/// What a person who let go of a value, and now is refused another, can have: what it let go of; or what it let go of that for, where
/// that is free, for then the others have taken over already.
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
    /// InMoment refused this field of the head's identify. False if that is no news.
    pub(crate) fn field_taken(&mut self, lane: &mut Lane, field: UniqueField, now: Now) -> bool {
        let Some(head) = lane.intents.head() else { return false };
        let Work::Upsert(parts) = &head.work else { return false };
        if lane.intents.progress.left_out.contains(&field) || wanted(&merged(parts), field).is_none() {
            return false;
        }
        // What is given back may have gone to somebody else: that is no conflict of its own.
        if head.settling.as_ref().is_some_and(|settling| settling.way == Settlement::GiveBack) {
            return false;
        }
        match holder_look_up(head, field) {
            Some(_) => lane.intents.progress.asking = Some(field),
            None => self.leave_out(lane, field, Party::default(), now),
        }
        true
    }

    /// Nobody has the value any more, InMoment says. So the write is tried again, but not for ever.
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

    /// Whose the value is that was refused. `claimant` says who else is about to become an end user that has no external id yet.
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
        // Two lanes may want the same nameless end user: the first one to see it has it, and what was seen of it before
        // is out of date.
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

    /// Whoever holds the value that was refused cannot be asked for: InMoment refuses the look-up, or it failed for too long. The
    /// head goes on without the field. False if nobody was asked for.
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

    /// The head goes on without this field.
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
        // Whatever it wants now, it may still be without what it let go of.
        let let_go = before.as_ref().and_then(|before| to_be_had(before, &value, self));
        let wants_the_same = before.as_ref().is_some_and(|before| same(field, &before.value, &value));
        let settlement = match before.as_ref().and_then(|before| before.settlement) {
            // It is still to come, in this very lane: whether anybody waits for that is seen then.
            Some(Settlement::LetGo) => Some(Settlement::LetGo),
            // What an operator ordered is still to come, too.
            Some(Settlement::Adopt) if head.settling.is_none() && wants_the_same => Some(Settlement::Adopt),
            // This was the try, or it makes the one that was due needless. What was let go of for it is given back.
            Some(Settlement::TryAgain | Settlement::GiveBack) if head.settling.is_none() => {
                let_go.is_some().then_some(Settlement::GiveBack)
            }
            _ => None,
        };
        let same_as_before = before.filter(|_| wants_the_same);
        // What came to nothing once is not begun again by itself.
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

    /// The head is about to leave its lane, delivered or dead of this very thing: the fields that it was left without are kept
    /// as conflicts.
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
