//! The request to InMoment that answers a job: what rudder-server then sends (docs/facts/transformer.md#router-reply, #identify, #track, #properties).

use crate::failure::JobFailure;
use crate::look_up::User;
use event::Event;
use inmoment::end_user_path;
use mapping::{
    Action, DeadReason, EndUserFields, FormValue, Intent, Laid, Profile, Properties, Settings, Who,
    create_refusal, overlay, plan_unfiltered, stored_text,
};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A request that rudder-server, or the delivery proxy, is to send.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    /// Path of InMoment's API, the id in it percent-encoded.
    pub(crate) path: String,
    /// In the order of docs/facts/transformer.md#identify-form, #response-form.
    pub(crate) form: Form,
}

const PROPERTIES: &str = "properties";
const END_USER_PROPERTIES: &str = "end_user[properties]";

/// The request for an end user who exists, and the properties that InMoment has of it afterwards: only `native` asks.
pub(crate) fn for_user(
    profile: Profile,
    action: Action,
    user: &User,
) -> (Request, Option<Map<String, Value>>) {
    let mut form = Form::with_room();
    let (method, rest, prefix, event) = match action {
        Action::UpsertEndUser(fields) => {
            let properties = form.end_user(fields);
            ("PUT", "", PROPERTIES, properties)
        }
        Action::CreateResponse(fields) => {
            form.put("score", Some(fields.score));
            form.put("ip_address", Some(fields.ip_address));
            form.put("origin_url", Some(fields.origin_url));
            form.put("text", fields.text);
            form.put("created_at", fields.created_at);
            ("POST", "/responses", END_USER_PROPERTIES, fields.properties)
        }
        Action::CreateDecline(fields) => {
            form.put("origin_url", fields.origin_url);
            form.put("created_at", fields.created_at);
            ("POST", "/declines", END_USER_PROPERTIES, fields.properties)
        }
    };
    let laid = match profile {
        // Nothing of the event changes the stored properties, so they are left alone.
        Profile::Native if event.is_empty() => Vec::new(),
        _ => overlay(profile, &user.properties, &event),
    };
    let mut after = (profile == Profile::Native).then(|| user.properties.clone());
    // Where no properties are written, InMoment keeps what it has.
    if let Some(after) = after.as_mut().filter(|_| !laid.is_empty()) {
        event.iter().filter(|(_, value)| value.is_null()).for_each(|(key, _)| drop(after.remove(key)));
    }
    for (key, value) in laid {
        let value = match value {
            Laid::Event(text) => Value::String(text),
            Laid::Stored(stored) => stored,
        };
        if let Some(after) = &mut after {
            after.insert(key.clone(), value.clone());
        }
        form.property(profile, [prefix, "[", &key, "]"].concat(), value);
    }
    (Request { method, path: end_user_path(&user.id, rest), form }, after)
}

/// The request for an end user whom InMoment does not know: only an identify makes one. `external_id` is as it is to be
/// sent.
pub(crate) fn for_nobody(
    profile: Profile,
    intent: Intent,
    external_id: Option<FormValue>,
) -> Result<Request, JobFailure> {
    let Action::UpsertEndUser(fields) = intent.action else {
        return Err(JobFailure::validation(DeadReason::end_user_unknown(&intent.who).reason));
    };
    if let Some(refusal) = create_refusal(profile, &intent.who, &fields) {
        return Err(JobFailure::refused(&refusal));
    }
    let mut form = Form::with_room();
    let properties = form.end_user(fields);
    form.put("external_id", external_id);
    // There is nothing to clear.
    for (key, value) in properties.into_iter().filter(|(_, value)| !value.is_null()) {
        form.0.push((Cow::Owned([PROPERTIES, "[", &key, "]"].concat()), value));
    }
    Ok(Request { method: "POST", path: "/v1/end_users".to_owned(), form })
}

/// The external id as a create sends it: in the profile `rudderstack` with its JSON type (docs/facts/transformer.md#case-23), which
/// only the reasons of a plan hold.
pub(crate) fn external_id(profile: Profile, event: &Event, who: &Who) -> Option<FormValue> {
    let text = who.external_id.as_ref()?;
    if event.body.get("userId").and_then(Value::as_str) == Some(text) {
        return Some(Value::from(text.as_str()));
    }
    let plan = plan_unfiltered(event, &Settings { profile, ..Settings::default() });
    plan.fields.into_iter().find(|field| field.field == "external_id")?.value
}

/// A form's fields in their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Form(Vec<(Cow<'static, str>, Value)>);

impl Serialize for Form {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<K: Into<Cow<'static, str>>> FromIterator<(K, Value)> for Form {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(fields: I) -> Form {
        Form(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl Form {
    /// For as many fields as there usually are.
    fn with_room() -> Form {
        Form(Vec::with_capacity(16))
    }

    fn put(&mut self, key: &'static str, value: Option<FormValue>) {
        if let Some(value) = value {
            self.0.push((Cow::Borrowed(key), value));
        }
    }

    /// Gives the properties back: what is sent of them depends on the stored ones.
    fn end_user(&mut self, fields: EndUserFields) -> Properties {
        self.put("email", fields.email);
        self.put("phone_number", fields.phone_number);
        self.put("last_surveyed", fields.last_surveyed);
        self.put("external_created_at", fields.external_created_at);
        fields.properties
    }

    /// A property that goes back. `rudderstack` has made texts of them all; in `native` they go as InMoment gave them, as
    /// far as a form can say it that is handed on as JSON: objects key by key, numbers as their digits (rudder-server would
    /// write 12345678 as 1.2345678e+07), a list of several joined by commas, since no key can stand in it twice.
    fn property(&mut self, profile: Profile, key: String, value: Value) {
        match value {
            value if profile == Profile::Rudderstack => self.0.push((Cow::Owned(key), value)),
            Value::Null => {}
            Value::Object(members) => {
                for (sub, member) in members {
                    self.property(profile, format!("{key}[{sub}]"), member);
                }
            }
            Value::Array(mut items) if items.len() == 1 => {
                self.property(profile, format!("{key}[]"), items.remove(0));
            }
            Value::Array(items) => {
                let texts: Vec<String> = items.iter().map(stored_text).collect();
                self.0.push((Cow::Owned(key), Value::String(texts.join(","))));
            }
            scalar => self.0.push((Cow::Owned(key), Value::String(stored_text(&scalar)))),
        }
    }
}
