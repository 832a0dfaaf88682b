//! The jobs of a request body, cut out byte for byte (transformer.md 1.5, 1.8).
//!
//! Two shapes: plain, where each element has its destination with it, and compacted (header `X-Content-Format:
//! json+compactedv1`), where destinations stand once beside the elements, by id. Nothing that is wrong with one element
//! concerns another: what is missing becomes that element's failure.

use crate::failure::JobFailure;
use event::raw;
use std::borrow::Cow;
use std::collections::HashMap;

/// One element of a request.
pub(crate) struct Element<'a> {
    /// The event's text; `{}` for what is none.
    pub(crate) message: &'a str,
    /// As it came.
    pub(crate) metadata: Cow<'a, str>,
    /// The destination's text, or why there is none.
    pub(crate) destination: Result<&'a str, JobFailure>,
    /// For the tags.
    pub(crate) destination_id: Option<Cow<'a, str>>,
    pub(crate) workspace_id: Option<Cow<'a, str>>,
}

/// The body of a request to the router stage.
pub(crate) struct Payload<'a> {
    /// The destination's name, as it came.
    pub(crate) dest_type: DestType,
    /// `None` when there is none, or none that is a list with something in it.
    pub(crate) input: Option<Vec<&'a str>>,
    destinations: Option<HashMap<Cow<'a, str>, &'a str>>,
}

/// `destType` of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DestType {
    Missing,
    /// Text, or what a template string makes of anything else.
    Named(String),
}

/// The body is nothing of the kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BadPayload {
    NotJson,
    NotAnObjectOrList,
}

impl<'a> Payload<'a> {
    /// Reads the body of a request to the router stage. A list is an object without any of the members looked for.
    pub(crate) fn read(body: &'a str, compacted: bool) -> Result<Payload<'a>, BadPayload> {
        let members = match raw::shape(body) {
            Err(_) => return Err(BadPayload::NotJson),
            Ok(raw::Shape::Object) => raw::members(body).unwrap_or_default(),
            Ok(raw::Shape::List) => Vec::new(),
            Ok(raw::Shape::Text | raw::Shape::Scalar) => return Err(BadPayload::NotAnObjectOrList),
        };
        let input = raw::find(&members, "input").and_then(|text| raw::elements(text).ok());
        let destinations = || {
            let found = raw::find(&members, "destinations").and_then(|text| raw::members(text).ok());
            found.unwrap_or_default().into_iter().collect()
        };
        Ok(Payload {
            dest_type: raw::find(&members, "destType").map_or(DestType::Missing, DestType::read),
            input: input.filter(|input| !input.is_empty()),
            destinations: compacted.then(destinations),
        })
    }

    /// Reads the body of a request to the processor stage: the elements themselves, unless compacted.
    pub(crate) fn read_processor(body: &'a str, compacted: bool) -> Result<Payload<'a>, BadPayload> {
        if compacted {
            return Payload::read(body, true);
        }
        match raw::shape(body) {
            Err(_) => Err(BadPayload::NotJson),
            Ok(raw::Shape::Text | raw::Shape::Scalar) => Err(BadPayload::NotAnObjectOrList),
            Ok(_) => Ok(Payload {
                dest_type: DestType::Missing,
                input: raw::elements(body).ok().filter(|input| !input.is_empty()),
                destinations: None,
            }),
        }
    }

    /// One of its elements, read. `secret` is the text of a JSON value for `metadata.secret`.
    pub(crate) fn element(&self, text: &'a str, secret: Option<&str>) -> Element<'a> {
        let members = raw::members(text).unwrap_or_default();
        let message =
            raw::find(&members, "message").filter(|message| message.starts_with('{')).unwrap_or("{}");
        let metadata = raw::find(&members, "metadata").unwrap_or("{}");
        let ids = raw::members(metadata).unwrap_or_default();
        let id = |key| raw::find(&ids, key).and_then(text_of);
        let destination_id = id("destinationId");
        let destination = match &self.destinations {
            None => raw::find(&members, "destination")
                .filter(|destination| destination.starts_with('{'))
                .ok_or_else(|| JobFailure::native("the job has no destination: its account cannot be told")),
            Some(destinations) => {
                let id = destination_id.as_deref().unwrap_or("undefined");
                let found = destinations.get(id).filter(|destination| destination.starts_with('{'));
                found.copied().ok_or_else(|| JobFailure::native(format!("no destination found for id {id}")))
            }
        };
        Element {
            message,
            destination_id,
            workspace_id: id("workspaceId"),
            destination,
            metadata: match secret {
                Some(secret) => with_secret(metadata, secret),
                None => Cow::Borrowed(metadata),
            },
        }
    }
}

impl DestType {
    fn read(text: &str) -> DestType {
        // Anything but a text counts as the text a template string makes of it (transformer.md 1.2).
        DestType::Named(text_of(text).map_or_else(|| text.to_owned(), Cow::into_owned))
    }
}

/// The meaning of a string's text; `None` when it is no string.
fn text_of(text: &str) -> Option<Cow<'_, str>> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    if !inside.contains('\\') {
        return Some(Cow::Borrowed(inside));
    }
    match raw::value(text) {
        Ok(serde_json::Value::String(text)) => Some(Cow::Owned(text)),
        _ => None,
    }
}

/// `metadata` with its `secret` replaced, or put in (transformer.md 1.5, header `oauth-secret`).
fn with_secret<'a>(metadata: &'a str, secret: &str) -> Cow<'a, str> {
    let Ok(members) = raw::members(metadata) else { return Cow::Borrowed(metadata) };
    if let Some(old) = raw::find(&members, "secret") {
        // The parts are slices of the text.
        let start = old.as_ptr().addr() - metadata.as_ptr().addr();
        return Cow::Owned(format!("{}{secret}{}", &metadata[..start], &metadata[start + old.len()..]));
    }
    let inside = metadata.trim_end().strip_suffix('}').unwrap_or(metadata);
    let comma = if members.is_empty() { "" } else { "," };
    Cow::Owned(format!("{inside}{comma}\"secret\":{secret}}}"))
}

#[cfg(test)]
mod tests;
