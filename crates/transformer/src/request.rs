//! The request to InMoment that answers a job: what rudder-server then sends (transformer.md 1.6, 2.4, 2.5, 2.6).

use crate::failure::JobFailure;
use crate::look_up::User;
use event::Event;
use inmoment::end_user_path;
use mapping::{
    Action, EndUserFields, FormValue, Intent, Laid, Profile, Properties, Settings, create_refusal, overlay,
    plan_unfiltered, stored_text,
};
use serde_json::{Map, Value};

/// A request that rudder-server, or the delivery proxy, is to send.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    /// Path of InMoment's API, the id in it percent-encoded.
    pub(crate) path: String,
    /// In the order of transformer.md 2.4 and 2.5.
    pub(crate) form: Map<String, Value>,
}

const PROPERTIES: &str = "properties";
const END_USER_PROPERTIES: &str = "end_user[properties]";

/// The request for an end user who exists, and the properties that InMoment has of it afterwards.
pub(crate) fn for_user(profile: Profile, intent: &Intent, user: &User) -> (Request, Map<String, Value>) {
    let mut form = Form::default();
    let (method, rest, prefix, event) = match &intent.action {
        Action::UpsertEndUser(fields) => {
            form.end_user(fields);
            ("PUT", "", PROPERTIES, &fields.properties)
        }
        Action::CreateResponse(fields) => {
            form.put("score", Some(&fields.score));
            form.put("ip_address", Some(&fields.ip_address));
            form.put("origin_url", Some(&fields.origin_url));
            form.put("text", fields.text.as_ref());
            form.put("created_at", fields.created_at.as_ref());
            ("POST", "/responses", END_USER_PROPERTIES, &fields.properties)
        }
        Action::CreateDecline(fields) => {
            form.put("origin_url", fields.origin_url.as_ref());
            form.put("created_at", fields.created_at.as_ref());
            ("POST", "/declines", END_USER_PROPERTIES, &fields.properties)
        }
    };
    let laid = match profile {
        // Nothing of the event changes the stored properties, so they are left alone.
        Profile::Native if event.is_empty() => Vec::new(),
        _ => overlay(profile, &user.properties, event),
    };
    let mut after = user.properties.clone();
    for (key, value) in laid {
        let value = match value {
            Laid::Event(text) => Value::String(text),
            Laid::Stored(stored) => stored,
        };
        form.property(profile, &format!("{prefix}[{key}]"), &value);
        after.insert(key, value);
    }
    (Request { method, path: end_user_path(&user.id, rest), form: form.0 }, after)
}

/// The request for an end user whom InMoment does not know: only an identify makes one.
pub(crate) fn for_nobody(profile: Profile, event: &Event, intent: &Intent) -> Result<Request, JobFailure> {
    let Action::UpsertEndUser(fields) = &intent.action else {
        return Err(JobFailure::validation(mapping::Refusal::end_user_unknown(&intent.who).reason));
    };
    if let Some(refusal) = create_refusal(profile, &intent.who, fields) {
        return Err(JobFailure::refused(&refusal));
    }
    let mut form = Form::default();
    form.end_user(fields);
    // In the profile `rudderstack` the id keeps its JSON type (transformer.md 2.9 row 23), which only the reasons hold.
    let plan = plan_unfiltered(event, &Settings { profile, ..Settings::default() });
    let external_id = plan.fields.iter().find(|field| field.field == "external_id");
    form.put("external_id", external_id.and_then(|field| field.value.as_ref()));
    form.properties(PROPERTIES, &fields.properties);
    Ok(Request { method: "POST", path: "/v1/end_users".to_owned(), form: form.0 })
}

#[derive(Default)]
struct Form(Map<String, Value>);

impl Form {
    fn put(&mut self, key: &str, value: Option<&FormValue>) {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), value.clone());
        }
    }

    fn end_user(&mut self, fields: &EndUserFields) {
        self.put("email", fields.email.as_ref());
        self.put("phone_number", fields.phone_number.as_ref());
        self.put("last_surveyed", fields.last_surveyed.as_ref());
        self.put("external_created_at", fields.external_created_at.as_ref());
    }

    fn properties(&mut self, prefix: &str, properties: &Properties) {
        for (key, value) in properties {
            self.0.insert(format!("{prefix}[{key}]"), value.clone());
        }
    }

    /// A property that goes back. `rudderstack` has made texts of them all; in `native` they go as InMoment gave them, as
    /// far as a form can say it that is handed on as JSON: objects key by key, numbers as their digits (rudder-server would
    /// write 12345678 as 1.2345678e+07), a list of several joined by commas, since no key can stand in it twice.
    fn property(&mut self, profile: Profile, key: &str, value: &Value) {
        match value {
            _ if profile == Profile::Rudderstack => drop(self.0.insert(key.to_owned(), value.clone())),
            Value::Null => {}
            Value::Object(members) => {
                for (sub, member) in members {
                    self.property(profile, &format!("{key}[{sub}]"), member);
                }
            }
            Value::Array(items) if items.len() == 1 => self.property(profile, &format!("{key}[]"), &items[0]),
            Value::Array(items) => {
                let texts: Vec<String> = items.iter().map(stored_text).collect();
                self.0.insert(key.to_owned(), Value::String(texts.join(",")));
            }
            scalar => drop(self.0.insert(key.to_owned(), Value::String(stored_text(scalar)))),
        }
    }
}
