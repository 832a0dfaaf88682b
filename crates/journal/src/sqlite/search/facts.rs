//! The parts of an event that can be searched for, or that a list shows.

use crate::text;
use event::{Envelope, Event, Share};
use serde_json::Value;

/// The places where an event may have its user's e-mail (docs/facts/mapping.md#email).
const EMAILS: [&[&str]; 3] = [&["traits"], &["context", "traits"], &["properties"]];

/// A field is empty if the event does not have it.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// its type in lower case
    pub(super) kind: String,
    pub(super) message_id: String,
    pub(super) user_id: String,
    pub(super) anonymous_id: String,
    /// each once
    pub(super) emails: Vec<String>,
    /// of a track
    pub(super) name: Option<String>,
}

impl Facts {
    /// Reads the facts from an event's text; if it cannot be read, only the type that its route forced is known.
    pub(super) fn read(text: &str, envelope: &Envelope) -> Facts {
        let Ok(event) = Event::read_part(text, envelope, looks_at) else {
            let kind = envelope.forced.map_or(String::new(), |kind| kind.as_str().to_owned());
            return Facts { kind, ..Facts::default() };
        };
        let mut emails: Vec<String> = Vec::new();
        for path in EMAILS {
            let email = email_at(&event, path).map(|email| email.trim()).filter(|email| !email.is_empty());
            if let Some(email) = email.filter(|email| !emails.iter().any(|known| known == email)) {
                emails.push(email.to_owned());
            }
        }
        let name = event.body.get("event").and_then(Value::as_str);
        Facts {
            kind: event.kind.as_str().to_owned(),
            name: name.filter(|_| event.kind.as_str() == "track").map(|name| text::start(name).to_owned()),
            message_id: event.message_id,
            user_id: event.user_id,
            anonymous_id: event.anonymous_id,
            emails,
        }
    }

    /// All names of its end user.
    pub(super) fn users(&self) -> impl Iterator<Item = &str> {
        let ids = [self.user_id.as_str(), self.anonymous_id.as_str()];
        ids.into_iter().filter(|id| !id.is_empty()).chain(self.emails.iter().map(String::as_str))
    }
}

fn email_at<'a>(event: &'a Event, path: &[&str]) -> Option<&'a str> {
    let (first, rest) = path.split_first()?;
    let within = rest.iter().try_fold(event.body.get(*first)?, |value, key| value.get(key))?;
    within.get("email")?.as_str()
}

fn looks_at(parent: Option<&str>, key: &str) -> Share {
    match (parent, key) {
        (None, "type" | "messageId" | "userId" | "anonymousId" | "event") => Share::Whole,
        (None, "context" | "traits" | "properties") | (Some("context"), "traits") => Share::Part,
        (Some("traits" | "properties"), "email") => Share::Whole,
        _ => Share::Nothing,
    }
}

#[cfg(test)]
mod tests;
