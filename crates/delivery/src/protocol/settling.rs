//! Settling conflicts about taken e-mails and phone numbers ([`super::taken`] has the policy).
//!
//! A conflict is settled by an item of its own at the end of the person's lane. The item has no event and so no fate,
//! and its calls in flight are not recorded, because the conflict itself is in the journal.

use super::fields::{same, value_of, wanted};
use super::intents::{Flight, Lane};
use super::item::{Item, Settling, Work};
use super::knowledge::Knowledge;
use super::merge::merged;
use super::taken::is_left_out;
use crate::code;
use crate::engine::Member;
use inmoment::{Call, EndUserWrite};
use journal::{Change, ConflictRecord, Settlement, UniqueField};
use mapping::{DeadReason, EndUserFields, FormValue, Who};

/// An operator's order about a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictOrder {
    /// send the field once more
    TryAgain,
    /// treat the holder's record as this person's: it gets this person's external id
    Adopt,
    /// leave the field out from now on, and no longer count the conflict as open
    Dismiss,
}

/// The next call of an adoption, which gives the holder's record to the person: first the person's own record, if there
/// is one, gives the external id up.
pub(crate) fn adopting_call(lane: &Lane, settling: &Settling) -> Option<Call> {
    let own = settling.gives_up.as_ref().filter(|_| !lane.intents.progress.gave_up)?;
    let write = EndUserWrite { external_id: Some(String::new()), ..EndUserWrite::default() };
    Some(Call::UpdateEndUser { end_user_id: own.clone(), write })
}

/// Whether this item has nothing left to settle: while it waited for its turn, a later event wrote the field or has
/// another value, no lane waits any more for the value that would be given up, or an operator decided otherwise. An
/// adoption that has begun is completed, and a value that was taken is given back.
pub(crate) fn is_void(lane: &Lane, head: &Item, known: &Knowledge) -> bool {
    let Some(settling) = &head.settling else { return false };
    let gives_back = settling.way == Settlement::LetGo && settling.takes.is_some();
    if gives_back || lane.intents.progress.gave_up {
        return false;
    }
    let Some(record) = known.conflicts.get(&settling.lane, settling.field) else { return true };
    let value = match &head.work {
        Work::Upsert(parts) => wanted(&merged(parts), settling.field),
        _ => None,
    };
    let still_wanted = match settling.way {
        Settlement::TryAgain => value.is_some_and(|value| same(settling.field, &value, &record.value)),
        Settlement::LetGo => known.conflicts.taker(&settling.lane, settling.field).is_some(),
        Settlement::GiveBack | Settlement::Adopt => true,
    };
    record.settlement != Some(settling.way) || !still_wanted
}

impl Lane {
    /// Whether the head takes the external id from this record first; notes that it is done.
    pub(crate) fn gives_up(&mut self, end_user_id: &str) -> bool {
        let settling = self.intents.head().and_then(|head| head.settling.as_ref());
        let first = !self.intents.progress.gave_up
            && settling.is_some_and(|settling| settling.gives_up.as_deref() == Some(end_user_id));
        self.intents.progress.gave_up |= first;
        first
    }
}

impl Knowledge {
    /// Ends the conflicts about fields that were written.
    pub(crate) fn fields_written(&mut self, lane: &Lane, flight: &Flight, changes: &mut Vec<Change>) {
        let (Call::CreateEndUser(write) | Call::UpdateEndUser { write, .. }) = &flight.call else { return };
        let settling = lane.intents.head().and_then(|head| head.settling.as_ref());
        if settling.is_some_and(|settling| settling.way != Settlement::TryAgain) {
            return;
        }
        let key = settling.map_or_else(|| lane.key().to_owned(), |settling| settling.lane.clone());
        let own = flight.end_user_id();
        for (field, written) in
            [(UniqueField::Email, &write.email), (UniqueField::PhoneNumber, &write.phone_number)]
        {
            let Some(written) = written else { continue };
            self.field_is_had(&key, own, field, written, changes);
        }
    }

    /// Ends the conflict about a field in which the person has this value now; an end user who gave up the formerly
    /// wanted value gets it back.
    fn field_is_had(
        &mut self,
        lane: &str,
        own: Option<&str>,
        field: UniqueField,
        has: &str,
        changes: &mut Vec<Change>,
    ) {
        let wanted = self.conflicts.get(lane, field).map(|record| record.value.clone());
        self.conflicts.end_of(lane, own, field, changes);
        if let Some(wanted) = wanted.filter(|wanted| !same(field, wanted, has)) {
            self.conflicts.give_back(lane, field, &wanted, changes);
        }
    }

    /// After the delivery of the head's identify, the person has all values of it that were not left out, whether they
    /// were written or were there already. So the conflicts of earlier events about these fields end.
    pub(crate) fn fields_are_had(&mut self, lane: &Lane, changes: &mut Vec<Change>) {
        let Some(head) = lane.intents.head().filter(|head| head.settling.is_none()) else { return };
        let Work::Upsert(parts) = &head.work else { return };
        let own = self.own_record(&head.who, lane.intents.progress.named_id_dead);
        let held = own.and_then(|own| self.user(own));
        let fields = merged(parts);
        let had = |field: UniqueField| {
            let has = wanted(&fields, field)?;
            let left_out = is_left_out(lane, head, &fields, field, self, held);
            (!left_out).then_some((field, has))
        };
        let had: Vec<(UniqueField, String)> = UniqueField::ALL.into_iter().filter_map(had).collect();
        let (key, own) = (lane.key().to_owned(), own.map(str::to_owned));
        for (field, has) in had {
            self.field_is_had(&key, own.as_deref(), field, &has, changes);
        }
    }

    /// The item that settles a conflict in this way; `None` if one of the two records is not known.
    pub(crate) fn settling_item(&self, record: &ConflictRecord, way: Settlement) -> Option<Item> {
        let own = record.person.end_user_id.clone();
        let (value, gives_up, takes) = match way {
            Settlement::TryAgain => (Some(record.value.clone()), None, None),
            Settlement::LetGo => (Some(let_go_of(record.field, own.as_deref()?)), None, None),
            Settlement::GiveBack => (Some(record.let_go.clone()?), None, None),
            Settlement::Adopt => {
                let takes = record.holder.end_user_id.clone()?;
                record.person.external_id.as_ref()?;
                (None, own.filter(|own| *own != takes), Some(takes))
            }
        };
        let mut fields = EndUserFields::default();
        let value = value.map(FormValue::String);
        match record.field {
            UniqueField::Email => fields.email = value,
            UniqueField::PhoneNumber => fields.phone_number = value,
        }
        let member = Member {
            position: record.position,
            message: None,
            message_id: Box::default(),
            kind: "identify".into(),
            bytes: 0,
            happened_at: None,
            reuses_id: false,
        };
        let who = Who {
            end_user_id: record.person.end_user_id.clone().filter(|_| takes.is_none()),
            external_id: record.person.external_id.clone(),
        };
        let settling = Settling { lane: record.lane.clone(), field: record.field, way, gives_up, takes };
        Some(Item {
            who,
            work: Work::Upsert(vec![(member, fields)]),
            alone: true,
            wait_until: None,
            settling: Some(Box::new(settling)),
            perhaps_sent: None,
        })
    }

    /// Handles that the item of a settlement was carried out.
    pub(crate) fn settled(&mut self, lane: &Lane, changes: &mut Vec<Change>) {
        let Some(settling) = lane.intents.head().and_then(|head| head.settling.clone()) else { return };
        let key = settling.lane.clone();
        let again = lane.intents.progress.left_out.contains(&settling.field);
        let void = lane.intents.head().is_none_or(|head| is_void(lane, head, self));
        match settling.way {
            Settlement::TryAgain if again => {
                // An exchange may begin once more on an operator's order.
                if self.conflicts.begin_exchange(&key, settling.field, changes) {
                    self.conflicts.owe(&key, settling.field, Settlement::LetGo, changes);
                } else {
                    self.settlement_failed(&key, settling.field, code::STILL_TAKEN, changes);
                }
            }
            Settlement::LetGo => self.conflicts.has_let_go(&key, settling.field, changes),
            Settlement::GiveBack if void && !self.has_back(&key, settling.field) => {}
            Settlement::GiveBack => {
                let mut failed = false;
                self.conflicts.change(&key, settling.field, changes, |record| {
                    record.let_go = None;
                    if record.settlement == Some(Settlement::GiveBack) {
                        record.settlement = None;
                        record.failure = Some(code::EXCHANGE_FAILED.to_owned());
                        failed = true;
                    }
                });
                if failed {
                    self.conflicts.cannot_have(&key, settling.field, changes);
                }
            }
            _ if void => {}
            Settlement::Adopt => {
                let external_id = lane.intents.head().and_then(|head| head.who.external_id.clone());
                if let (Some(external_id), Some(takes)) = (external_id, &settling.takes) {
                    self.tie(&external_id, takes, changes);
                }
                self.conflicts.end(&key, settling.field, changes);
            }
            Settlement::TryAgain => self.conflicts.end(&key, settling.field, changes),
        }
    }

    /// Whether the person is known to hold the value again that it gave up.
    fn has_back(&self, lane: &str, field: UniqueField) -> bool {
        let Some(record) = self.conflicts.get(lane, field) else { return false };
        let own = record.person.end_user_id.as_ref().and_then(|own| self.user(own));
        let holds = own.and_then(|own| value_of(own, field));
        holds.zip(record.let_go.as_deref()).is_some_and(|(holds, let_go)| same(field, holds, let_go))
    }

    /// Records that a settlement failed for this reason. An end user who gave a value up for it gets the value back. So
    /// does the person itself, unless giving it back is what failed because another end user has the value by now.
    pub(crate) fn settlement_failed(
        &mut self,
        lane: &str,
        field: UniqueField,
        code: &str,
        changes: &mut Vec<Change>,
    ) {
        let mut came_to_nothing = None;
        self.conflicts.change(lane, field, changes, |record| {
            came_to_nothing = record.settlement.take();
            let code =
                if came_to_nothing == Some(Settlement::GiveBack) { code::NOT_GIVEN_BACK } else { code };
            record.failure = Some(code.to_owned());
        });
        if came_to_nothing != Some(Settlement::GiveBack) {
            self.conflicts.get_back(lane, field, changes);
        }
        self.conflicts.cannot_have(lane, field, changes);
    }

    /// Handles a settlement that InMoment refuses. A record that gave its external id up gets it back.
    pub(crate) fn settling_refused(
        &mut self,
        lane: &mut Lane,
        refusal: &DeadReason,
        changes: &mut Vec<Change>,
    ) {
        let gave_up = lane.intents.progress.gave_up;
        let Some(mut head) = lane.pop_head() else { return };
        let Some(settling) = &mut head.settling else { return };
        let (key, field) = (settling.lane.clone(), settling.field);
        if let Some(own) = settling.gives_up.take().filter(|_| gave_up) {
            settling.takes = Some(own);
            settling.way = Settlement::LetGo;
            lane.intents.items.push_front(head);
        }
        self.settlement_failed(&key, field, refusal.code, changes);
    }

    /// Carries out an operator's order about a conflict.
    pub(crate) fn order_settlement(
        &mut self,
        record: ConflictRecord,
        order: ConflictOrder,
        changes: &mut Vec<Change>,
    ) {
        let (lane, field) = (record.lane.clone(), record.field);
        let conflicts = &mut self.conflicts;
        if conflicts.get(&lane, field).is_none() {
            conflicts.insert(record);
        }
        match order {
            ConflictOrder::TryAgain | ConflictOrder::Adopt => {
                let way = match order {
                    ConflictOrder::Adopt => Settlement::Adopt,
                    _ => Settlement::TryAgain,
                };
                conflicts.change(&lane, field, &mut Vec::new(), |record| {
                    record.dismissed = false;
                    record.failure = None;
                });
                conflicts.owe(&lane, field, way, changes);
            }
            ConflictOrder::Dismiss => conflicts.dismiss(&lane, field, changes),
        }
    }
}

/// The value that an end user has while others take its own over: an e-mail address with InMoment's id in the reserved
/// domain `.invalid`, or no phone number.
fn let_go_of(field: UniqueField, end_user_id: &str) -> String {
    match field {
        UniqueField::Email => format!("{end_user_id}@moving.invalid"),
        UniqueField::PhoneNumber => String::new(),
    }
}
