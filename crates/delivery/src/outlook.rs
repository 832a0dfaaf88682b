//! The calls that the delivery of an intent would take, for `explain`.
//!
//! This module decides nothing itself. It runs the intent through the [protocol](crate::protocol), call by call,
//! against a fake InMoment that has the end user, and one that does not. So the calls are those that the machine would
//! make.

use crate::clock::Now;
use crate::engine::{Lane as EngineLane, Member};
use crate::protocol::{
    Beside, Flight, Intents, Item, Knowledge, Known, Lane, Meaning, Next, TheirClock, known_user, next,
};
use crate::settings::DestinationSettings;
use event::Millis;
use inmoment::{
    Call, CallError, CallOutcome, CallReply, CallReplyBody, EndUser, EndUserWrite, Executed, FailureClass,
    Lookup, RateHeaders,
};
use journal::{DestinationId, Position};
use mapping::{DeadReason, Intent, PlanOutcome as Planned, Who};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::time::Duration;

/// The time of all steps; nothing takes time here.
const NOW: Now = Now { wall: Millis(0), mono: 0 };

/// The kind of call that looks an end user up.
const LOOK_UP: &str = "get_end_user";

/// Kinds of calls in the order in which they are made.
const ORDER: [&str; 7] = [
    LOOK_UP,
    "create_end_user",
    "update_end_user",
    "list_responses",
    "list_declines",
    "create_response",
    "create_decline",
];

/// A bound that is larger than the number of calls of any intent.
const MOST_CALLS: usize = 16;

/// The id of the fake end user that is found by the external id.
const FOUND: &str = "1";
/// The id of the fake end user that the external id is linked to, if the event does not name an id.
const LINKED: &str = "2";

/// The calls that an intent may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// their kinds, in the order in which they are made
    pub kinds: Vec<&'static str>,
    /// the number of calls when the end user is known
    pub known: usize,
    /// the largest number of calls when the end user is not known; a call whose reply is lost is not counted
    pub unknown: usize,
    /// the largest number of look-ups among them
    pub look_ups: usize,
    /// whether the intent waits while InMoment does not know the end user
    pub waits: bool,
    /// whether no call is made when InMoment already has all values
    pub none_if_same: bool,
}

/// The calls that the delivery of this intent would take; or the reason why it can never be delivered, whatever
/// InMoment has.
fn outlook(intent: &Intent, settings: &mapping::Settings) -> Result<Outlook, DeadReason> {
    let settings =
        DestinationSettings { mapping: settings.clone(), ..DestinationSettings::new("", DestinationId(0)) };
    let tell = |known: Knowledge, theirs: &MadeUp| Story::of(intent, known, theirs, &settings);
    let mut unknown: Vec<Story> =
        MadeUp::ALL.iter().map(|theirs| tell(Knowledge::default(), theirs)).collect();
    if let Some(refusal) = refused_by_all(&unknown) {
        return Err(refusal);
    }
    unknown.extend(MadeUp::ALL.iter().map(|theirs| tell(knowledge_of(&intent.who, None), theirs)));
    let fresh = || knowledge_of(&intent.who, Some(Duration::ZERO));
    let known = tell(fresh(), &MadeUp::WITH_ALL);
    let lost = tell(fresh(), &MadeUp { loses: true, ..MadeUp::WITH_ALL });
    let calls = unknown.iter().chain([&known, &lost]).flat_map(|story| &story.calls);
    let made: HashSet<&str> = calls.copied().collect();
    let delivered: Vec<&Story> = unknown.iter().filter(|story| story.is_delivered()).collect();
    let look_ups = |story: &&Story| story.calls.iter().filter(|kind| **kind == LOOK_UP).count();
    Ok(Outlook {
        kinds: ORDER.into_iter().filter(|kind| made.contains(kind)).collect(),
        known: known.calls.len(),
        unknown: delivered.iter().map(|story| story.calls.len()).max().unwrap_or(0),
        look_ups: delivered.iter().map(look_ups).max().unwrap_or(0),
        waits: unknown.iter().any(|story| matches!(story.end, End::Waits)),
        none_if_same: tell(known.knowledge, &MadeUp::WITH_ALL).calls.is_empty(),
    })
}

/// The calls that the delivery of a plan would take; `None` if it has no intent to deliver. A plan whose intent can
/// never be delivered becomes a refusal.
pub fn foresee(planned: &mut Planned, settings: &mapping::Settings) -> Option<Outlook> {
    let Planned::Deliver(intent) = planned else { return None };
    match outlook(intent, settings) {
        Ok(outlook) => Some(outlook),
        Err(refusal) => {
            *planned = Planned::Dead(refusal);
            None
        }
    }
}

/// The reason why the intent can never be delivered, if all stories end with a refusal.
fn refused_by_all(stories: &[Story]) -> Option<DeadReason> {
    let mut refusals = stories.iter().map(|story| match &story.end {
        End::Refused(refusal) => Some(refusal),
        End::Delivered | End::Waits => None,
    });
    let first = refusals.next()??;
    refusals.all(|refusal| refusal.is_some()).then(|| first.clone())
}

/// Knowledge in which this person is linked to an end user whose data were returned `age` ago; `None`: the data are not
/// known any more.
fn knowledge_of(who: &Who, age: Option<Duration>) -> Knowledge {
    let id = who.end_user_id.as_deref().unwrap_or(LINKED);
    let user = known_user(end_user(id, who), NOW);
    let mut known = Knowledge::default();
    known.offer(who.external_id.as_deref(), Some(id.to_owned()), Some(Known::read_before(user, age, NOW)));
    known
}

/// A fake InMoment.
struct MadeUp {
    /// Whether it has the end user whose id the event names, or whom the external id is linked to.
    has_named: bool,
    /// Whether it has an end user with the event's external id.
    has_person: bool,
    /// Whether its reply to an answer is lost.
    loses: bool,
}

impl MadeUp {
    const WITH_ALL: MadeUp = MadeUp { has_named: true, has_person: true, loses: false };
    const ALL: [MadeUp; 4] = [
        MadeUp::WITH_ALL,
        MadeUp { has_named: false, ..MadeUp::WITH_ALL },
        MadeUp { has_person: false, ..MadeUp::WITH_ALL },
        MadeUp { has_named: false, has_person: false, loses: false },
    ];

    /// The reply to a call; `properties` are those that are stored after it.
    fn reply(&self, call: &Call, who: &Who, properties: Option<&Map<String, Value>>) -> CallOutcome {
        if let Some(error) = call.unaddressable() {
            return Err(error);
        }
        let body = match call {
            Call::GetEndUser(Lookup::Id(id)) if self.has(id) => CallReplyBody::EndUser(end_user(id, who)),
            Call::GetEndUser(Lookup::ExternalId(_)) if self.has_person => {
                CallReplyBody::EndUser(end_user(FOUND, who))
            }
            Call::GetEndUser(_) => CallReplyBody::NotFound,
            Call::CreateEndUser(write) => CallReplyBody::EndUser(written(FOUND, who, write, properties)),
            Call::UpdateEndUser { end_user_id, .. }
            | Call::CreateResponse { end_user_id, .. }
            | Call::CreateDecline { end_user_id, .. }
                if !self.has(end_user_id) =>
            {
                return Err(failed(FailureClass::Reject, Executed::No, "not_found"));
            }
            Call::UpdateEndUser { end_user_id, write } => {
                CallReplyBody::EndUser(written(end_user_id, who, write, properties))
            }
            Call::ListResponses { .. } | Call::ListDeclines { .. } => CallReplyBody::Feedback(Vec::new()),
            Call::CreateResponse { .. } | Call::CreateDecline { .. } if self.loses => {
                return Err(failed(FailureClass::Wait, Executed::Maybe, "timeout"));
            }
            Call::CreateResponse { .. } | Call::CreateDecline { .. } | Call::Authenticate => {
                CallReplyBody::Done
            }
        };
        Ok(CallReply { body, rate: RateHeaders::default() })
    }

    fn has(&self, id: &str) -> bool {
        if id == FOUND { self.has_person } else { self.has_named }
    }
}

fn end_user(id: &str, who: &Who) -> EndUser {
    EndUser {
        id: id.to_owned(),
        external_id: who.external_id.clone(),
        email: None,
        phone_number: None,
        last_surveyed: None,
        external_created_at: None,
        properties: Map::new(),
    }
}

fn written(id: &str, who: &Who, write: &EndUserWrite, properties: Option<&Map<String, Value>>) -> EndUser {
    let seconds = |text: &Option<String>| text.as_ref().and_then(|text| text.parse().ok());
    EndUser {
        email: write.email.clone(),
        phone_number: write.phone_number.clone(),
        last_surveyed: seconds(&write.last_surveyed),
        external_created_at: seconds(&write.external_created_at),
        properties: properties.cloned().unwrap_or_default(),
        ..end_user(id, who)
    }
}

fn failed(class: FailureClass, executed: Executed, code: &'static str) -> CallError {
    CallError { class, executed, status: None, code, message: String::new(), rate: RateHeaders::default() }
}

/// The end of an intent.
enum End {
    Delivered,
    /// Its end user is unknown, so it waits.
    Waits,
    Refused(DeadReason),
}

/// The calls of an intent, from the beginning to the end.
struct Story {
    calls: Vec<&'static str>,
    end: End,
    /// The knowledge afterwards.
    knowledge: Knowledge,
}

impl Story {
    fn of(intent: &Intent, known: Knowledge, theirs: &MadeUp, settings: &DestinationSettings) -> Story {
        let mut lane: Lane = EngineLane::outside(String::new(), Intents::new());
        lane.intents.add(Item::new(nobody(), intent.clone(), None));
        let mut story = Story { calls: Vec::new(), end: End::Delivered, knowledge: known };
        let mut answers_lost = 0;
        while story.calls.len() < MOST_CALLS
            && let Some(head) = lane.intents.head()
        {
            let (call, properties) = match next(&lane, head, &story.knowledge, settings, NOW) {
                Next::Call(call, properties) => (*call, properties),
                Next::Dead(refusal) => return Story { end: End::Refused(refusal), ..story },
                Next::Await(_) => return Story { end: End::Waits, ..story },
                Next::Unchanged | Next::TakeApart | Next::LetIdentifyGoFirst => return story,
            };
            let loses = theirs.loses && answers_lost == 0;
            let outcome = MadeUp { loses, ..*theirs }.reply(&call, &intent.who, properties.as_ref());
            answers_lost += usize::from(outcome.is_err());
            match story.take_outcome(&mut lane, call, properties, outcome) {
                Meaning::CarriedOut(_) => return story,
                Meaning::Refused(refusal) => return Story { end: End::Refused(refusal), ..story },
                _ => {}
            }
        }
        story
    }

    fn take_outcome(
        &mut self,
        lane: &mut Lane,
        call: Call,
        sent_properties: Option<Map<String, Value>>,
        outcome: CallOutcome,
    ) -> Meaning {
        self.calls.push(call.kind());
        let mut flight =
            Flight { call, sent_at: NOW.mono, sent_wall: NOW.wall, sent_properties, known_before: None };
        // The changes are not committed here.
        let changes = &mut Vec::new();
        self.knowledge.call_begins(&mut flight, changes);
        if let Some(end_user_id) = flight.alters() {
            self.knowledge.write_ends(end_user_id);
        }
        let beside = Beside { their_clock: &TheirClock::default(), claimant: &|_| None, now: NOW };
        self.knowledge.take_outcome(lane, &flight, outcome, &beside, changes)
    }

    fn is_delivered(&self) -> bool {
        matches!(self.end, End::Delivered)
    }
}

/// A placeholder event, because the event behind the intent does not matter.
fn nobody() -> Member {
    Member {
        position: Position { request: 0, index: 0 },
        message: None,
        message_id: Box::default(),
        kind: Box::default(),
        bytes: 0,
        happened_at: None,
        reuses_id: false,
    }
}

#[cfg(test)]
mod tests;
