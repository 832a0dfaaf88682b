//! Decides which call a lane's head needs next, if any. No other module decides that.
//!
//! 1. **The end user**: the end-user id that the event names; if InMoment does not know it, the one linked to the
//!    external id; if there is no link, the one that InMoment finds by the external id
//!    (docs/facts/mapping.md#identify).
//! 2. **No end user**: an identify creates the end user (it must have an external id and an e-mail or phone); an
//!    answer waits, and lets an identify behind it go first; at the end of its wait the look-up is made once more.
//! 3. **An end user**: an identify that changes nothing is done without a call. Properties are laid over the stored
//!    ones, which are read first unless they are known freshly. An answer that may be at InMoment already is looked
//!    for.

use super::in_flight::read_back_call;
use super::intents::Lane;
use super::item::{Item, Work};
use super::knowledge::Knowledge;
use super::merge::{changes_something, lay, merged, text};
use super::settling::{adopting_call, is_void};
use super::taken::{hides_an_earlier_value, holder_look_up, sendable};
use crate::clock::Now;
use crate::settings::DestinationSettings;
use inmoment::{Call, EndUserWrite, FeedbackWrite, Lookup, ResponseWrite};
use mapping::{Action, DeadReason, DeclineFields, EndUserFields, FormValue, Properties, ResponseFields};
use serde_json::{Map, Value};
use std::time::Duration;

/// How long the reply that InMoment does not know an external id is trusted, in ms.
const ABSENCE_TRUST_MS: u64 = 60_000;
/// How long data that were read for this intent are trusted, in ms, even if `known_user_max_age` is shorter: the
/// intent's call may have to wait for the next window of calls, and would otherwise need the same read again and again.
const READ_TRUST_MS: u64 = 150_000;

/// The rule for data that count as known freshly.
#[derive(Clone, Copy)]
struct Freshness {
    now: Now,
    max_age: Duration,
}

impl Freshness {
    fn of(lane: &Lane, settings: &DestinationSettings, now: Now) -> Freshness {
        let max_age = settings.known_user_max_age;
        match lane.intents.progress.read_at {
            Some(at) if now.mono < at + READ_TRUST_MS => {
                Freshness { now, max_age: max_age.max(Duration::from_millis(READ_TRUST_MS)) }
            }
            _ => Freshness { now, max_age },
        }
    }
}

pub(crate) enum Next {
    /// A call, and the properties that will be stored if it sends any.
    Call(Box<Call>, Option<Map<String, Value>>),
    /// No call is needed: InMoment already has the event's values, or the conflict of a settling item is settled.
    Unchanged,
    /// The event can never be delivered as it is.
    Dead(DeadReason),
    /// The merged identifies have to be sent separately: the last one has a value that another end user has, and an
    /// earlier one has a different value.
    TakeApart,
    /// The end user is unknown, and a later identify may create it.
    LetIdentifyGoFirst,
    /// The end user is unknown: wait until then (monotonic).
    Await(u64),
}

impl Next {
    fn look_up(lookup: Lookup) -> Self {
        Next::Call(Box::new(Call::GetEndUser(lookup)), None)
    }
}

enum Target {
    Known(String),
    Ask(Lookup),
    Nobody,
}

pub(crate) fn next(
    lane: &Lane,
    head: &Item,
    known: &Knowledge,
    settings: &DestinationSettings,
    now: Now,
) -> Next {
    let trust = Freshness::of(lane, settings, now);
    if is_void(lane, head, known) {
        return Next::Unchanged;
    }
    match target(lane, head, known, now) {
        Target::Ask(lookup) => Next::look_up(lookup),
        Target::Nobody => nobody(lane, head, known, settings, now),
        Target::Known(id) => match &head.work {
            Work::Upsert(parts) => {
                match head.settling.as_ref().and_then(|settling| adopting_call(lane, settling)) {
                    Some(call) => Next::Call(Box::new(call), None),
                    None if hides_an_earlier_value(lane, head, known, known.user(&id)) => Next::TakeApart,
                    None => {
                        let fields = sendable(lane, head, merged(parts), known, known.user(&id));
                        update(lane, head, &id, fields, known, settings, trust)
                    }
                }
            }
            _ if lane.intents.progress.ambiguous_since.is_some() => {
                Next::Call(Box::new(read_back_call(lane, head, id)), None)
            }
            Work::Response(_, fields) => respond(id, fields, known, settings, trust),
            Work::Decline(_, fields) => decline(id, fields, known, settings, trust),
        },
    }
}

fn target(lane: &Lane, head: &Item, known: &Knowledge, now: Now) -> Target {
    let progress = &lane.intents.progress;
    if let Some(id) = head.settling.as_ref().and_then(|settling| settling.takes.as_ref()) {
        return Target::Known(id.clone());
    }
    if let Some(lookup) = progress.asking.and_then(|field| holder_look_up(head, field)) {
        return Target::Ask(lookup);
    }
    // Another external id may have taken this end user over since it was read.
    let ours = head.who.external_id.as_deref();
    if let Some(id) = progress.adopt.as_ref().filter(|id| known.may_be(id, ours)) {
        return Target::Known(id.clone());
    }
    if let Some(id) = head.who.end_user_id.as_ref().filter(|_| !progress.named_id_dead) {
        return match known.user(id) {
            Some(_) => Target::Known(id.clone()),
            None => Target::Ask(Lookup::Id(id.clone())),
        };
    }
    let Some(external_id) = &head.who.external_id else { return Target::Nobody };
    if let Some(id) = known.link(external_id) {
        return Target::Known(id.to_owned());
    }
    match progress.absent_at {
        Some(at) if now.mono < at + ABSENCE_TRUST_MS => Target::Nobody,
        _ => Target::Ask(Lookup::ExternalId(external_id.clone())),
    }
}

fn nobody(lane: &Lane, head: &Item, known: &Knowledge, settings: &DestinationSettings, now: Now) -> Next {
    let Work::Upsert(parts) = &head.work else { return wait_for_user(lane, head, settings, now) };
    let profile = settings.mapping.profile;
    let fields = merged(parts);
    if let Some(refusal) = mapping::create_refusal(profile, &head.who, &fields) {
        return Next::Dead(refusal);
    }
    if hides_an_earlier_value(lane, head, known, None) {
        return Next::TakeApart;
    }
    let fields = sendable(lane, head, fields, known, None);
    if mapping::create_refusal(profile, &head.who, &fields).is_some() {
        // The only value that it could be created with belongs to another end user.
        return Next::Dead(DeadReason::email_belongs_to_another_user());
    }
    let (laid, stored) = lay(profile, None, &fields.properties);
    let write = EndUserWrite {
        external_id: head.who.external_id.clone(),
        last_surveyed: fields.last_surveyed.as_ref().map(text),
        properties: laid,
        ..end_user_write(&fields)
    };
    Next::Call(Box::new(Call::CreateEndUser(write)), stored)
}

fn wait_for_user(lane: &Lane, head: &Item, settings: &DestinationSettings, now: Now) -> Next {
    if lane.intents.items.iter().skip(1).any(Item::is_upsert) {
        return Next::LetIdentifyGoFirst;
    }
    match head.wait_until {
        None => Next::Await(now.mono + crate::clock::millis(settings.unknown_user_wait)),
        Some(until) if now.mono < until => Next::Await(until),
        Some(_) => Next::Dead(DeadReason::end_user_unknown(&head.who)),
    }
}

fn update(
    lane: &Lane,
    head: &Item,
    id: &str,
    fields: EndUserFields,
    known: &Knowledge,
    settings: &DestinationSettings,
    trust: Freshness,
) -> Next {
    let fresh = known.fresh(id, trust.now, trust.max_age);
    let taking_over = head.settling.as_ref().is_some_and(|settling| settling.takes.is_some());
    let adopting = lane.intents.progress.adopt.as_deref() == Some(id) || taking_over;
    let sets_last_surveyed = fields.last_surveyed.is_some() && !fields.last_surveyed_on_create_only;
    match fresh {
        None if !fields.properties.is_empty() => return Next::look_up(Lookup::Id(id.to_owned())),
        Some(user) if !adopting && !changes_something(settings.mapping.profile, &fields, user) => {
            return Next::Unchanged;
        }
        _ => {}
    }
    let (laid, stored) =
        lay(settings.mapping.profile, fresh.map(|user| &user.properties), &fields.properties);
    let write = EndUserWrite {
        external_id: head.who.external_id.clone().filter(|_| adopting),
        last_surveyed: fields.last_surveyed.as_ref().filter(|_| sets_last_surveyed).map(text),
        properties: laid,
        ..end_user_write(&fields)
    };
    if write == EndUserWrite::default() {
        return Next::Unchanged;
    }
    Next::Call(Box::new(Call::UpdateEndUser { end_user_id: id.to_owned(), write }), stored)
}

/// The fields that a create and an update have in common.
fn end_user_write(fields: &EndUserFields) -> EndUserWrite {
    EndUserWrite {
        email: fields.email.as_ref().map(text),
        phone_number: fields.phone_number.as_ref().map(text),
        external_created_at: fields.external_created_at.as_ref().map(text),
        ..EndUserWrite::default()
    }
}

fn respond(
    id: String,
    fields: &ResponseFields,
    known: &Knowledge,
    settings: &DestinationSettings,
    trust: Freshness,
) -> Next {
    let dating = (fields.created_at.as_ref(), fields.event_time.as_ref());
    match feedback(&id, &fields.properties, None, dating, known, settings, trust) {
        Err(next) => next,
        Ok((feedback, stored)) => {
            let write = ResponseWrite {
                score: text(&fields.score),
                ip_address: Some(text(&fields.ip_address)),
                text: fields.text.as_ref().map(text),
                feedback: FeedbackWrite { origin_url: Some(text(&fields.origin_url)), ..feedback },
            };
            Next::Call(Box::new(Call::CreateResponse { end_user_id: id, write }), stored)
        }
    }
}

fn decline(
    id: String,
    fields: &DeclineFields,
    known: &Knowledge,
    settings: &DestinationSettings,
    trust: Freshness,
) -> Next {
    let url = fields.origin_url.as_ref();
    let dating = (fields.created_at.as_ref(), fields.event_time.as_ref());
    match feedback(&id, &fields.properties, url, dating, known, settings, trust) {
        Err(next) => next,
        Ok((write, stored)) => Next::Call(Box::new(Call::CreateDecline { end_user_id: id, write }), stored),
    }
}

/// The fields that a response and a decline have in common; or the read that must come first. `dating` is the plan's
/// `created_at`, and what dates the answer if that is the end user's sign-up (docs/facts/mapping.md#answer-date).
fn feedback(
    id: &str,
    properties: &Properties,
    origin_url: Option<&FormValue>,
    dating: (Option<&FormValue>, Option<&FormValue>),
    known: &Knowledge,
    settings: &DestinationSettings,
    trust: Freshness,
) -> Result<(FeedbackWrite, Option<Map<String, Value>>), Next> {
    let fresh = known.fresh(id, trust.now, trust.max_age);
    let (created_at, event_time) = dating;
    if fresh.is_none() && (!properties.is_empty() || event_time.is_some()) {
        return Err(Next::look_up(Lookup::Id(id.to_owned())));
    }
    let signed_up = fresh.and_then(|user| user.external_created_at);
    let created_at = Action::date(created_at, event_time, signed_up);
    let (laid, stored) = lay(settings.mapping.profile, fresh.map(|user| &user.properties), properties);
    let write = FeedbackWrite {
        origin_url: origin_url.map(text),
        created_at: created_at.map(text),
        properties: laid,
    };
    Ok((write, stored))
}
