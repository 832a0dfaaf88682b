//! One event that was read completely.
//!
//! Reading is tolerant: an event that the gateway accepted can almost always be read, and the mapping judges missing or
//! strange values. Nothing is lost in reading: [`Event::body`] is the event as it came, and the data that RudderStack
//! would add or change (docs/facts/gateway.md#enrichment, #times) are kept beside it and joined only in
//! [`Event::enriched`].

use crate::identity::{self, clean, id_text};
use crate::json::{self, Share, ValueError};
use crate::time::Moment;
use crate::{Envelope, EventKind, Millis, SourceKind};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The deepest nesting of an event that is read. Real events have five levels; the limit keeps recursion harmless.
pub(crate) const MAX_DEPTH: u32 = 128;

/// Why an event's text cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ReadError {
    /// It is not a JSON object.
    #[error("the event is not a JSON object")]
    NotAnObject,
    /// Its values nest deeper than `MAX_DEPTH`.
    #[error("the event nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// It is not JSON. The gateway stores no such event, so it was damaged later.
    #[error("the event is not valid JSON")]
    Unreadable,
}

impl ReadError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            ReadError::NotAnObject => "event_not_an_object",
            ReadError::TooDeep => "event_too_deep",
            ReadError::Unreadable => "event_unreadable",
        }
    }
}

impl From<ValueError> for ReadError {
    fn from(error: ValueError) -> Self {
        match error {
            ValueError::NotAnObject => ReadError::NotAnObject,
            ValueError::TooDeep => ReadError::TooDeep,
            ValueError::Invalid => ReadError::Unreadable,
        }
    }
}

/// The type that an event names, or its route (docs/facts/gateway.md#single-event).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventType {
    /// The event has no `type`, or a `type` that is blank or not a string.
    Missing,
    /// One of the types with their own route, in any letter case and with spaces around it
    /// (docs/facts/gateway.md#odd-inputs).
    Known(EventKind),
    /// Any other type, trimmed and in lower case.
    Other(String),
}

impl EventType {
    /// The type in lower case, `""` if it is missing.
    pub fn as_str(&self) -> &str {
        match self {
            EventType::Missing => "",
            EventType::Known(kind) => kind.as_str(),
            EventType::Other(text) => text,
        }
    }

    fn read(value: Option<&Value>) -> EventType {
        let Some(Value::String(text)) = value else { return EventType::Missing };
        let text = text.trim().to_lowercase();
        match EventKind::ALL.into_iter().find(|kind| kind.as_str() == text) {
            Some(kind) => EventType::Known(kind),
            None if text.is_empty() => EventType::Missing,
            None => EventType::Other(text),
        }
    }
}

/// An event's times after the correction of docs/facts/gateway.md#times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When the gateway received it.
    pub received: Moment,
    /// `originalTimestamp`, or the time of arrival.
    pub original: Moment,
    /// `sentAt`, or the time of arrival.
    pub sent: Moment,
    /// `timestamp`, or the time of the event by the gateway's clock: received − (sent − original).
    pub timestamp: Moment,
    /// Whether the event itself has the `timestamp`.
    pub has_own_timestamp: bool,
    /// Whether the event itself has the `original`.
    pub has_own_original: bool,
}

impl Times {
    /// When the event happened, UNIX seconds: `timestamp`, but never later than the arrival; the arrival, if the
    /// sender's clock was never set.
    pub fn happened_at(&self) -> i64 {
        let (happened, arrival) = (self.timestamp.unix_seconds(), self.received.unix_seconds());
        if happened > 0 { happened.min(arrival) } else { arrival }
    }
}

/// One RudderStack event.
#[derive(Clone, PartialEq)]
pub struct Event {
    /// The event as it came; the last member counts if keys are equal.
    pub body: Map<String, Value>,
    /// The name of its source, where it has one.
    pub source: Option<Arc<str>>,
    /// Where the source runs.
    pub source_kind: SourceKind,
    /// Its type.
    pub kind: EventType,
    /// The type that its route forces.
    pub forced: Option<EventKind>,
    /// Its own message id, cleaned, or the generated one.
    pub message_id: String,
    /// Whether it came without a usable message id.
    pub message_id_generated: bool,
    /// `userId`, cleaned; `""` if there is none.
    pub user_id: String,
    /// `anonymousId`, cleaned; `""` if there is none.
    pub anonymous_id: String,
    /// The address of the sender: its own `request_ip`, else the caller's address.
    pub request_ip: Option<String>,
    /// When the gateway received it.
    pub received_at: Millis,
    /// When it happened.
    pub times: Times,
}

/// An event's body is personal data; logs show only its source and type.
impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match &self.kind {
            EventType::Other(_) => "other",
            known => known.as_str(),
        };
        f.debug_struct("Event")
            .field("source_kind", &self.source_kind)
            .field("kind", &kind)
            .field("received_at", &self.received_at)
            .finish_non_exhaustive()
    }
}

impl Event {
    /// Reads the text of one event, as [`crate::split`] cut it out.
    pub fn read(text: &str, envelope: &Envelope) -> Result<Event, ReadError> {
        Ok(Event::from_body(json::object(text, MAX_DEPTH)?, envelope))
    }

    /// Reads only the members that `keep` selects by the key of the containing object (`None` for the event itself) and
    /// their own key. This is for callers that need a few members of very many events.
    pub fn read_part(
        text: &str,
        envelope: &Envelope,
        keep: fn(Option<&str>, &str) -> Share,
    ) -> Result<Event, ReadError> {
        Ok(Event::from_body(json::part_of_object(text, MAX_DEPTH, keep)?, envelope))
    }

    /// Makes an event of its body.
    pub fn from_body(body: Map<String, Value>, envelope: &Envelope) -> Event {
        let user_id = id_text(body.get("userId"));
        let anonymous_id = id_text(body.get("anonymousId"));
        let own_message_id =
            body.get("messageId").and_then(Value::as_str).map(clean).filter(|id| !id.is_empty());
        let message_id_generated = own_message_id.is_none();
        let message_id = match own_message_id {
            Some(id) => id.into_owned(),
            None => identity::message_id(envelope.request_id, envelope.index),
        };
        Event {
            source: envelope.source.clone(),
            source_kind: envelope.source_kind,
            kind: match envelope.forced {
                Some(kind) => EventType::Known(kind),
                None => EventType::read(body.get("type")),
            },
            forced: envelope.forced,
            message_id,
            message_id_generated,
            user_id,
            anonymous_id,
            request_ip: match body.get("request_ip") {
                Some(own) => own.as_str().filter(|own| !own.trim().is_empty()).map(str::to_owned),
                None => envelope.request_ip.clone(),
            },
            received_at: envelope.received_at,
            times: times(&body, envelope.received_at),
            body,
        }
    }

    /// RudderStack's id, which is made of the two ids.
    pub fn rudder_id(&self) -> String {
        identity::rudder_id(&self.user_id, &self.anonymous_id)
    }

    /// `integrations`, as the event has it.
    pub fn integrations(&self) -> Option<&Value> {
        self.body.get("integrations")
    }

    /// `context.consentManagement`, as the event has it.
    pub fn consent(&self) -> Option<&Value> {
        self.body.get("context")?.get("consentManagement")
    }

    /// The event as RudderStack's processor passes it on: ids, type, address and times are added or rewritten
    /// (docs/facts/gateway.md#enrichment, #times), and all other members are unchanged and in their places.
    /// `receivedAt` is the gateway's time, whatever the event says.
    pub fn enriched(&self) -> Map<String, Value> {
        let mut body = self.body.clone();
        self.enrich(&mut body);
        body
    }

    /// The same event with its body [`enriched`](Event::enriched), as rudder-server's transformer sees it.
    pub fn passed_on(mut self) -> Event {
        let mut body = std::mem::take(&mut self.body);
        self.enrich(&mut body);
        self.body = body;
        self
    }

    fn enrich(&self, body: &mut Map<String, Value>) {
        let mut set = |key: &str, text: String| {
            body.insert(key.to_owned(), Value::String(text));
        };
        if let Some(kind) = self.forced {
            set("type", kind.as_str().to_owned());
        }
        set("messageId", self.message_id.clone());
        set("rudderId", self.rudder_id());
        set("receivedAt", self.times.received.rfc3339());
        set("originalTimestamp", self.times.original.rfc3339());
        set("sentAt", self.times.sent.rfc3339());
        set("timestamp", self.times.timestamp.rfc3339());
        if let Some(ip) = &self.request_ip {
            set("request_ip", ip.clone());
        }
    }
}

fn times(body: &Map<String, Value>, received_at: Millis) -> Times {
    // The data plane reads only texts as dates; numbers count as missing.
    let own = |key: &str| body.get(key).and_then(Value::as_str).and_then(Moment::parse);
    let received = Moment::from_millis(received_at).unwrap_or_else(Moment::epoch);
    let (own_original, own_timestamp) = (own("originalTimestamp"), own("timestamp"));
    let original = own_original.unwrap_or(received);
    let sent = own("sentAt").unwrap_or(received);
    Times {
        received,
        original,
        sent,
        timestamp: own_timestamp.unwrap_or_else(|| received.corrected(sent, original)),
        has_own_timestamp: own_timestamp.is_some(),
        has_own_original: own_original.is_some(),
    }
}

#[cfg(test)]
mod tests;
