//! Plans an event in one line, and gives access to the result.

use event::time::Moment;
use event::{Envelope, Event, SourceKind};
use mapping::{
    Action, DeclineFields, EndUserFields, FieldSource, Plan, PlanOutcome, Profile, ResponseFields, Settings,
    Who, plan,
};
use serde_json::Value;

/// When every event here was received.
pub(crate) const RECEIVED: &str = "2022-01-20T15:00:05Z";

pub(crate) fn envelope() -> Envelope {
    Envelope {
        source: None,
        source_kind: SourceKind::Server,
        received_at: Moment::parse(RECEIVED).expect("a date").unix_millis(),
        request_ip: None,
        forced: None,
        request_id: [7; 16],
        index: 0,
    }
}

pub(crate) fn read(body: &Value) -> Event {
    Event::read(&body.to_string(), &envelope()).expect("an object")
}

pub(crate) fn settings(profile: Profile) -> Settings {
    Settings { profile, ..Settings::default() }
}

pub(crate) fn native(body: &Value) -> Plan {
    plan(&read(body), &settings(Profile::Native))
}

pub(crate) fn rudderstack(body: &Value) -> Plan {
    plan(&read(body), &settings(Profile::Rudderstack))
}

/// The parts of a plan; each function panics if the plan has another outcome.
pub(crate) trait Parts {
    fn who(&self) -> &Who;
    fn end_user(&self) -> &EndUserFields;
    fn response(&self) -> &ResponseFields;
    fn decline(&self) -> &DeclineFields;
    fn dead(&self) -> (&str, &str);
    fn field(&self, name: &str) -> &FieldSource;
    fn notes_say(&self, words: &str) -> bool;
}

impl Parts for Plan {
    fn who(&self) -> &Who {
        match &self.outcome {
            PlanOutcome::Deliver(intent) => &intent.who,
            other => panic!("{other:?}"),
        }
    }

    fn end_user(&self) -> &EndUserFields {
        match &self.outcome {
            PlanOutcome::Deliver(intent) => match &intent.action {
                Action::UpsertEndUser(fields) => fields,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn response(&self) -> &ResponseFields {
        match &self.outcome {
            PlanOutcome::Deliver(intent) => match &intent.action {
                Action::CreateResponse(fields) => fields,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn decline(&self) -> &DeclineFields {
        match &self.outcome {
            PlanOutcome::Deliver(intent) => match &intent.action {
                Action::CreateDecline(fields) => fields,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn dead(&self) -> (&str, &str) {
        match &self.outcome {
            PlanOutcome::Dead(refusal) => (refusal.code, &refusal.reason),
            other => panic!("{other:?}"),
        }
    }

    fn field(&self, name: &str) -> &FieldSource {
        self.fields
            .iter()
            .find(|field| field.field == name)
            .unwrap_or_else(|| panic!("no {name}: {:?}", self.fields))
    }

    fn notes_say(&self, words: &str) -> bool {
        self.notes.iter().any(|note| note.contains(words))
    }
}

/// A copy of an object with the members of another laid over it, at any depth; null removes a member.
pub(crate) fn with(base: &Value, changes: Value) -> Value {
    let (Value::Object(base), Value::Object(changes)) = (base, &changes) else { return changes };
    let mut merged = base.clone();
    for (key, change) in changes {
        if change.is_null() {
            merged.remove(key);
        } else {
            let old = merged.get(key).cloned().unwrap_or(Value::Null);
            merged.insert(key.clone(), with(&old, change.clone()));
        }
    }
    Value::Object(merged)
}
