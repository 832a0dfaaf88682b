//! A machine with its inputs made by hand and its calls answered by hand.

use crate::engine::CallId;
use crate::machine::{Effects, Input, Machine, PlannedEvent, PlannedPage, PlannedRequest};
use crate::{DestinationSettings, Now};
use event::Millis;
use inmoment::{
    Call, CallError, CallReply, CallReplyBody, EndUser, Executed, FailureClass, Feedback, Lookup, RateHeaders,
};
use journal::{
    Change, DestinationId, Fate, KnownUser, MessageKey, NewAudit, Position, RestoredDelivery, Seen, SkipCode,
    SourceId,
};
use mapping::{Action, EndUserFields, Intent, PlanOutcome, ResponseFields, Who};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

pub(super) const START: i64 = 1_700_000_000_000;

pub(super) struct Rig {
    pub(super) machine: Machine,
    pub(super) mono: u64,
    /// The error of the wall clock.
    pub(super) skew: i64,
    pub(super) calls: VecDeque<(CallId, Call)>,
    pub(super) changes: Vec<Change>,
    /// The request that the last read was to begin from.
    pub(super) reads: Vec<u64>,
    last_request: u64,
}

impl Rig {
    pub(super) fn new() -> Self {
        Rig::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut DestinationSettings)) -> Self {
        Rig::restored(change, RestoredDelivery { cursor: 1, end: 1, ..RestoredDelivery::default() })
    }

    pub(super) fn restored(
        change: impl FnOnce(&mut DestinationSettings),
        restored: RestoredDelivery,
    ) -> Self {
        let mut settings = DestinationSettings::new("inmoment", DestinationId(1));
        change(&mut settings);
        let machine = Machine::new(settings, restored, 7, Now { wall: Millis(START), mono: 0 });
        let (calls, changes, reads) = (VecDeque::new(), Vec::new(), Vec::new());
        let mut rig = Rig { machine, mono: 0, skew: 0, calls, changes, reads, last_request: 0 };
        rig.step(Input::Woke);
        rig
    }

    pub(super) fn now(&self) -> Now {
        Now { wall: Millis(START + self.skew + i64::try_from(self.mono).unwrap()), mono: self.mono }
    }

    /// A step, and the effects after its changes are durable.
    pub(super) fn step(&mut self, input: Input) {
        self.step_only(input);
        self.settle();
    }

    /// Makes all changes durable, and adds the effects of that.
    pub(super) fn settle(&mut self) {
        while let Some(commit) = self.machine.seal() {
            self.step_only(Input::Durable(commit));
        }
    }

    /// A step whose changes are not durable yet.
    pub(super) fn step_only(&mut self, input: Input) {
        let mut effects = Effects::default();
        self.machine.step(self.now(), input, &mut effects);
        self.changes.extend(effects.changes);
        self.calls.extend(effects.calls);
        self.reads.extend(effects.read.map(|(from, _)| from));
    }

    /// Events as one request each; returns the first one's position.
    pub(super) fn take(&mut self, events: Vec<PlannedEvent>) -> Position {
        let position = self.take_only(events);
        self.settle();
        position
    }

    /// Events as one request each, whose changes are not durable yet.
    pub(super) fn take_only(&mut self, events: Vec<PlannedEvent>) -> Position {
        let first = self.last_request + 1;
        let requests: Vec<PlannedRequest> = events
            .into_iter()
            .map(|mut event| {
                self.last_request += 1;
                // The age as the journal gives it, by the time that truly passed.
                let age = |read_at: Millis| START + i64::try_from(self.mono).unwrap() - read_at.0;
                let age = event.user.as_ref().and_then(|user| u64::try_from(age(user.read_at)).ok());
                event.user_age = age.map(Duration::from_millis);
                event.position = Position { request: self.last_request, index: 0 };
                PlannedRequest { number: self.last_request, events: vec![event] }
            })
            .collect();
        let next = self.last_request + 1;
        self.step(Input::Appended(next));
        self.step_only(Input::Read(PlannedPage { requests, next, end: next }));
        Position { request: first, index: 0 }
    }

    /// The next call, which must be of this kind.
    pub(super) fn call(&mut self, kind: &str) -> (CallId, Call) {
        let (id, call) = self.calls.pop_front().unwrap_or_else(|| panic!("no call, expected {kind}"));
        assert_eq!(call.kind(), kind);
        (id, call)
    }

    pub(super) fn reply(&mut self, id: CallId, body: CallReplyBody) {
        self.step(Input::Replied(id, Ok(CallReply { body, rate: RateHeaders::default() })));
    }

    /// Expects a call of this kind and answers it.
    pub(super) fn serve(&mut self, kind: &str, body: CallReplyBody) -> Call {
        let (id, call) = self.call(kind);
        self.reply(id, body);
        call
    }

    pub(super) fn fail(&mut self, kind: &str, error: CallError) -> Call {
        let (id, call) = self.call(kind);
        self.step(Input::Replied(id, Err(error)));
        call
    }

    /// Lets time pass until the machine next wants to be woken, at most this long.
    pub(super) fn sleep(&mut self, at_most_ms: u64) {
        let end = self.mono + at_most_ms;
        while let Some(at) = self.machine.wake_at(self.now()).filter(|at| *at <= end) {
            self.mono = self.mono.max(at);
            let before = self.calls.len();
            self.step(Input::Woke);
            if self.calls.len() > before {
                return;
            }
        }
        self.mono = end;
    }

    /// Makes the first call answered without rate headers, so that calls are not limited to one at a time.
    pub(super) fn warm_up(&mut self) {
        self.take(vec![answer("warm-up").to("0")]);
        self.serve("get_end_user", found(user("0", "warm-up")));
        self.serve("create_response", CallReplyBody::Done);
        self.changes.clear();
    }

    pub(super) fn fates(&self) -> BTreeMap<Position, Fate> {
        self.changes
            .iter()
            .filter_map(|change| match change {
                Change::Fate(position, fate) => Some((*position, *fate)),
                _ => None,
            })
            .collect()
    }

    pub(super) fn delivered(&self) -> usize {
        self.fates().values().filter(|fate| **fate == Fate::Delivered).count()
    }

    pub(super) fn duplicates(&self) -> usize {
        self.fates().values().filter(|fate| **fate == Fate::Skipped(SkipCode::Duplicate)).count()
    }

    /// The count of events with a reused message id.
    pub(super) fn reused(&self) -> usize {
        self.changes.iter().filter(|change| **change == Change::MessageIdReused).count()
    }

    /// Codes of the dead letters.
    pub(super) fn dead(&self) -> Vec<&str> {
        self.changes
            .iter()
            .filter_map(|change| match change {
                Change::DeadLetter(letter) => Some(letter.code.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Calls saved: known, merged, unchanged.
    pub(super) fn saved(&self) -> [u64; 3] {
        let saved = self.machine.glance(self.now()).calls_saved;
        [saved.known, saved.merged, saved.unchanged]
    }

    pub(super) fn quiet(&self) -> bool {
        self.calls.is_empty() && self.machine.glance(self.now()).unfinished == 0
    }
}

fn planned(who: Who, action: Action) -> PlannedEvent {
    PlannedEvent {
        position: Position { request: 0, index: 0 },
        message: None,
        message_id: "m".into(),
        kind: "track".into(),
        bytes: 100,
        happened_at: None,
        about: None,
        requeued: false,
        seen: Seen::Never,
        outcome: PlanOutcome::Deliver(Intent { who, action }),
        link: None,
        user: None,
        user_age: None,
    }
}

fn external(id: &str) -> Who {
    Who { end_user_id: None, external_id: Some(id.into()) }
}

/// An identify with these properties, an e-mail and a phone number.
pub(super) fn identify(external_id: &str, properties: &[(&str, &str)]) -> PlannedEvent {
    let fields = EndUserFields {
        email: Some(json!(format!("{external_id}@example.com"))),
        properties: properties.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect(),
        ..EndUserFields::default()
    };
    planned(external(external_id), Action::UpsertEndUser(fields))
}

/// A response without properties.
pub(super) fn answer(external_id: &str) -> PlannedEvent {
    let fields = ResponseFields {
        score: json!("9"),
        ip_address: json!("192.0.2.1"),
        origin_url: json!("https://shop.example.com/"),
        text: Some(json!("Great")),
        created_at: None,
        event_time: None,
        properties: Vec::new(),
    };
    planned(external(external_id), Action::CreateResponse(fields))
}

pub(super) trait EventEdits: Sized {
    fn event(&mut self) -> &mut PlannedEvent;
    fn intent(&mut self) -> &mut Intent {
        match &mut self.event().outcome {
            PlanOutcome::Deliver(intent) => intent,
            other => panic!("not an intent: {other:?}"),
        }
    }
    /// Names an end-user id.
    fn to(mut self, end_user_id: &str) -> Self {
        self.intent().who.end_user_id = Some(end_user_id.into());
        self
    }
    /// Names only an end-user id.
    fn only_to(mut self, end_user_id: &str) -> Self {
        self.intent().who = Who { end_user_id: Some(end_user_id.into()), external_id: None };
        self
    }
    fn message(mut self, id: u128) -> Self {
        self.event().message = Some(MessageKey { source: SourceId(1), id, content: 0 });
        self
    }
    fn content(mut self, content: u128) -> Self {
        if let Some(key) = &mut self.event().message {
            key.content = content;
        }
        self
    }
    /// The journal knows its end user.
    fn known(mut self, user: KnownUser) -> Self {
        self.event().link = Some(user.end_user_id.clone());
        self.event().user = Some(user);
        self
    }
    fn properties(mut self, properties: &[(&str, &str)]) -> Self {
        let properties = properties.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
        match &mut self.intent().action {
            Action::UpsertEndUser(fields) => fields.properties = properties,
            Action::CreateResponse(fields) => fields.properties = properties,
            Action::CreateDecline(fields) => fields.properties = properties,
        }
        self
    }
    fn upsert(mut self, change: impl FnOnce(&mut EndUserFields)) -> Self {
        match &mut self.intent().action {
            Action::UpsertEndUser(fields) => change(fields),
            other => panic!("not an identify: {other:?}"),
        }
        self
    }
}

impl EventEdits for PlannedEvent {
    fn event(&mut self) -> &mut PlannedEvent {
        self
    }
}

pub(super) fn map(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

pub(super) fn user(id: &str, external_id: &str) -> EndUser {
    EndUser {
        id: id.into(),
        external_id: Some(external_id.into()),
        email: Some(format!("{external_id}@example.com")),
        phone_number: None,
        last_surveyed: None,
        external_created_at: None,
        properties: Map::new(),
    }
}

pub(super) fn stored(id: &str, external_id: &str, properties: Value) -> EndUser {
    EndUser { properties: map(properties), ..user(id, external_id) }
}

pub(super) fn known(id: &str, external_id: &str, properties: Value, read_at: i64) -> KnownUser {
    KnownUser {
        end_user_id: id.into(),
        external_id: Some(external_id.into()),
        email: Some(format!("{external_id}@example.com")),
        phone_number: None,
        last_surveyed: None,
        external_created_at: None,
        properties: map(properties),
        read_at: Millis(read_at),
    }
}

pub(super) fn found(user: EndUser) -> CallReplyBody {
    CallReplyBody::EndUser(user)
}

pub(super) fn there(score: i64, updated_at: i64) -> Feedback {
    Feedback {
        id: "1".into(),
        score: Some(score),
        text: Some("Great".into()),
        origin_url: Some("https://shop.example.com/".into()),
        created_at: Some(updated_at),
        updated_at: Some(updated_at),
    }
}

pub(super) fn error(
    class: FailureClass,
    executed: Executed,
    status: Option<u16>,
    code: &'static str,
) -> CallError {
    CallError {
        class,
        executed,
        status,
        code,
        message: format!("it said {code}"),
        rate: RateHeaders::default(),
    }
}

/// No reply was understood; the call may have been carried out.
pub(super) fn lost() -> CallError {
    error(FailureClass::Wait, Executed::Maybe, None, "timeout")
}

pub(super) fn unreachable() -> CallError {
    error(FailureClass::Wait, Executed::No, None, "connection")
}

pub(super) fn rejected(code: &'static str) -> CallError {
    error(FailureClass::Reject, Executed::No, Some(422), code)
}

/// The properties a call sends, as text.
pub(super) fn sent(call: &Call) -> Vec<(String, String)> {
    let properties = match call {
        Call::CreateEndUser(write) | Call::UpdateEndUser { write, .. } => &write.properties,
        Call::CreateResponse { write, .. } => &write.feedback.properties,
        Call::CreateDecline { write, .. } => &write.properties,
        other => panic!("sends no properties: {other:?}"),
    };
    let as_text = |value: &inmoment::PropertyValue| match value {
        inmoment::PropertyValue::Text(text) => text.clone(),
        inmoment::PropertyValue::Stored(value) => value.to_string(),
    };
    properties.iter().flatten().map(|(key, value)| (key.clone(), as_text(value))).collect()
}

pub(super) fn looked_up(call: &Call) -> &Lookup {
    match call {
        Call::GetEndUser(lookup) => lookup,
        other => panic!("not a look-up: {other:?}"),
    }
}

/// The operator of the tests.
pub(super) fn by() -> NewAudit {
    NewAudit {
        who: "ada".to_owned(),
        action: "test.order".to_owned(),
        subject: "inmoment".to_owned(),
        detail: "{}".to_owned(),
        address: None,
    }
}
