//! Cuts the jobs out of a request body, byte for byte (docs/facts/transformer.md#router-request, #processor).
//!
//! There are two shapes: plain, in which each element has its destination, and compacted (header `X-Content-Format:
//! json+compactedv1`), in which the destinations are listed once beside the elements, by id. A fault of one element
//! does not affect the others: a missing part becomes that element's failure.

use crate::failure::JobFailure;
use event::raw::{self, JsonCursor, NotJson};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

/// One element of a request.
pub(crate) struct Element<'a> {
    /// The event's text; `{}` if it is not an event.
    pub(crate) message: &'a str,
    /// The text as it came; `None` if it is missing.
    pub(crate) metadata: Option<Cow<'a, str>>,
    /// The destination's text, or why it is missing.
    pub(crate) destination: Result<&'a str, JobFailure>,
}

/// The parts of an element, as in the body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    message: Option<&'a str>,
    metadata: Option<&'a str>,
    destination: Option<&'a str>,
}

/// The body of a request.
pub(crate) struct Payload<'a> {
    /// The destination's name, unchanged.
    pub(crate) dest_type: DestType,
    /// `None` if there is none, or it is not a list with elements.
    pub(crate) input: Option<Vec<Parts<'a>>>,
    destinations: Option<HashMap<Cow<'a, str>, &'a str>>,
}

/// `destType` of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DestType {
    Missing,
    /// A text, or the text that a template string makes of another value.
    Named(String),
}

/// The expected shape of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Router,
    Processor,
}

/// The body does not have that shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BadPayload {
    NotJson,
    NotAnObjectOrList,
    /// The body has words such as `NaN`, for which JSON has no number, so its parts cannot be passed on unchanged.
    HoldsWords,
}

impl From<NotJson> for BadPayload {
    fn from(_: NotJson) -> Self {
        BadPayload::NotJson
    }
}

impl Element<'_> {
    /// `metadata` for an answer that must have one (docs/facts/transformer.md#missing-metadata: an element without it gets `{}`).
    pub(crate) fn metadata(&self) -> &str {
        self.metadata.as_deref().unwrap_or("{}")
    }
}

impl<'a> Payload<'a> {
    /// Reads a body to the router stage, or to the `processor` stage. One value that is not JSON costs no job: if there
    /// is one, `plain` gets the body with `null` in its place.
    pub(crate) fn of(
        body: &'a str,
        plain: &'a OnceCell<String>,
        stage: Stage,
        compacted: bool,
    ) -> Result<Payload<'a>, BadPayload> {
        let read = |body| match stage {
            Stage::Router => Payload::read(body, compacted),
            Stage::Processor => Payload::read_processor(body, compacted),
        };
        match read(body) {
            Err(BadPayload::HoldsWords) => read(plain.get_or_init(|| raw::plain(body).into_owned())),
            done => done,
        }
    }

    /// Reads the body of a request to the router stage. A list counts as an object without members.
    fn read(body: &'a str, compacted: bool) -> Result<Payload<'a>, BadPayload> {
        let mut payload =
            Payload { dest_type: DestType::Missing, input: None, destinations: compacted.then(HashMap::new) };
        let mut cursor = JsonCursor::new(body);
        match cursor.kind()? {
            raw::JsonKind::Object => cursor.members(|cursor, key| payload.take(cursor, &key))?,
            raw::JsonKind::List => drop(cursor.value()?),
            raw::JsonKind::Text | raw::JsonKind::Scalar => {
                raw::kind(body)?;
                return Err(BadPayload::NotAnObjectOrList);
            }
        }
        end(&mut cursor)?;
        Ok(payload)
    }

    /// Reads the body of a request to the processor stage: the elements themselves, unless compacted.
    fn read_processor(body: &'a str, compacted: bool) -> Result<Payload<'a>, BadPayload> {
        let mut cursor = JsonCursor::new(body);
        if compacted || cursor.kind()? != raw::JsonKind::List {
            let payload = Payload::read(body, compacted)?;
            return Ok(Payload { input: payload.input.filter(|_| compacted), ..payload });
        }
        let input = parts(&mut cursor)?;
        end(&mut cursor)?;
        Ok(Payload { dest_type: DestType::Missing, input, destinations: None })
    }

    /// One member of the body; if keys are equal, the last one counts.
    fn take(&mut self, cursor: &mut JsonCursor<'a>, key: &str) -> Result<(), NotJson> {
        match (key, cursor.kind()?) {
            ("input", raw::JsonKind::List) => self.input = parts(cursor)?,
            ("input", _) => {
                cursor.value()?;
                self.input = None;
            }
            ("destType", _) => self.dest_type = DestType::read(cursor.value()?),
            ("destinations", _) if self.destinations.is_some() => {
                let found = raw::members(cursor.value()?).unwrap_or_default();
                self.destinations = Some(found.into_iter().collect());
            }
            _ => drop(cursor.value()?),
        }
        Ok(())
    }

    /// One of its elements. `secret` is the text of a JSON value for `metadata.secret`.
    pub(crate) fn element(&self, parts: &Parts<'a>, secret: Option<&str>) -> Element<'a> {
        let metadata = parts.metadata.unwrap_or("{}");
        let came = parts.metadata.map(Cow::Borrowed);
        let is_object = |text: &&str| text.starts_with('{');
        let destination = match &self.destinations {
            None => parts
                .destination
                .filter(is_object)
                .ok_or_else(|| JobFailure::native("the job has no destination: its account cannot be told")),
            Some(destinations) => {
                let id = id_in(metadata, "destinationId").unwrap_or(Cow::Borrowed("undefined"));
                let found = destinations.get(&id).copied().filter(is_object);
                found.ok_or_else(|| JobFailure::native(format!("no destination found for id {id}")))
            }
        };
        Element {
            message: parts.message.filter(is_object).unwrap_or("{}"),
            destination,
            metadata: match secret {
                Some(secret) => Some(with_secret(metadata, secret)),
                None => came,
            },
        }
    }
}

/// No text may follow, and no part before may need to be rewritten.
fn end(cursor: &mut JsonCursor<'_>) -> Result<(), BadPayload> {
    cursor.end()?;
    if cursor.is_plain() { Ok(()) } else { Err(BadPayload::HoldsWords) }
}

/// The parts of each element of the list that starts here; `None` if it is empty.
fn parts<'a>(cursor: &mut JsonCursor<'a>) -> Result<Option<Vec<Parts<'a>>>, NotJson> {
    let mut all = Vec::new();
    cursor.elements(|cursor| {
        let mut parts = Parts::default();
        if cursor.kind()? == raw::JsonKind::Object {
            cursor.members(|cursor, key| {
                let value = Some(cursor.value()?);
                match key.as_ref() {
                    "message" => parts.message = value,
                    "metadata" => parts.metadata = value,
                    "destination" => parts.destination = value,
                    _ => {}
                }
                Ok(())
            })?;
        } else {
            cursor.value()?;
        }
        all.push(parts);
        Ok(())
    })?;
    Ok(Some(all).filter(|all| !all.is_empty()))
}

/// An id in a job's metadata, if it is a text.
pub(crate) fn id_in<'a>(metadata: &'a str, key: &str) -> Option<Cow<'a, str>> {
    let mut found = None;
    let mut cursor = JsonCursor::new(metadata);
    let walked = cursor.members(|cursor, name| {
        let value = cursor.value()?;
        if name == key {
            found = Some(value);
        }
        Ok(())
    });
    walked.ok().and(found).and_then(text_of)
}

impl DestType {
    fn read(text: &str) -> DestType {
        // Anything but a text counts as the text a template string makes of it (docs/facts/transformer.md#destination-name).
        DestType::Named(text_of(text).map_or_else(|| text.to_owned(), Cow::into_owned))
    }
}

/// The value of a string's text; `None` if it is not a string.
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

/// `metadata` with its `secret` replaced, or put in (docs/facts/transformer.md#oauth-secret).
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
