//! The request to InMoment that answers a job, and that rudder-server then sends
//! (docs/facts/transformer.md#router-reply, #identify, #track, #properties).

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
    /// The path of InMoment's API, with the id percent-encoded.
    pub(crate) path: String,
    /// The fields, in the order of docs/facts/transformer.md#identify-form, #response-form.
    pub(crate) form: Form,
}

const PROPERTIES: &str = "properties";
const END_USER_PROPERTIES: &str = "end_user[properties]";

/// The request for an existing end user, and the properties that InMoment has afterwards, which only `native` uses.
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
        // The event does not change the stored properties, so none are sent.
        Profile::Native if event.is_empty() => Vec::new(),
        _ => overlay(profile, &user.properties, &event),
    };
    let mut after = (profile == Profile::Native).then(|| user.properties.clone());
    // If no properties are written, InMoment keeps the stored ones.
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

/// The request for an end user whom InMoment does not know: only an identify creates one. `external_id` is sent
/// unchanged.
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
    // There is no stored property to remove.
    for (key, value) in properties.into_iter().filter(|(_, value)| !value.is_null()) {
        form.0.push((Cow::Owned([PROPERTIES, "[", &key, "]"].concat()), value));
    }
    Ok(Request { method: "POST", path: "/v1/end_users".to_owned(), form })
}

/// The external id as a create sends it: in the profile `rudderstack` with its JSON type
/// (docs/facts/transformer.md#case-23), which only the reasons of a plan have.
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
    /// The capacity for the usual number of fields.
    fn with_room() -> Form {
        Form(Vec::with_capacity(16))
    }

    fn put(&mut self, key: &'static str, value: Option<FormValue>) {
        if let Some(value) = value {
            self.0.push((Cow::Borrowed(key), value));
        }
    }

    /// Returns the properties, because the sent ones depend on the stored ones.
    fn end_user(&mut self, fields: EndUserFields) -> Properties {
        self.put("email", fields.email);
        self.put("phone_number", fields.phone_number);
        self.put("last_surveyed", fields.last_surveyed);
        self.put("external_created_at", fields.external_created_at);
        fields.properties
    }

    /// A stored property that is sent back. In `rudderstack` all are texts already; in `native` they are sent as
    /// InMoment returned them, as far as a form that is passed on as JSON can express them: objects key by key, numbers
    /// as their digits (rudder-server would write 12345678 as 1.2345678e+07), and a list with several elements joined
    /// by commas, because no key can occur twice.
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
