//! The jobs of a request body, cut out byte for byte (docs/facts/transformer.md#router-request, #processor).
//!
//! Two shapes: plain, where each element has its destination with it, and compacted (header `X-Content-Format:
//! json+compactedv1`), where destinations stand once beside the elements, by id. Nothing that is wrong with one element
//! concerns another: what is missing becomes that element's failure.

use crate::failure::JobFailure;
use event::raw::{self, JsonCursor, NotJson};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

/// One element of a request.
pub(crate) struct Element<'a> {
    /// The event's text; `{}` for what is none.
    pub(crate) message: &'a str,
    /// As it came; `None` when it did not come.
    pub(crate) metadata: Option<Cow<'a, str>>,
    /// The destination's text, or why there is none.
    pub(crate) destination: Result<&'a str, JobFailure>,
}

/// The parts of an element, as they stand in the body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    message: Option<&'a str>,
    metadata: Option<&'a str>,
    destination: Option<&'a str>,
}

/// The body of a request.
pub(crate) struct Payload<'a> {
    /// The destination's name, as it came.
    pub(crate) dest_type: DestType,
    /// `None` when there is none, or none that is a list with something in it.
    pub(crate) input: Option<Vec<Parts<'a>>>,
    destinations: Option<HashMap<Cow<'a, str>, &'a str>>,
}

/// `destType` of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DestType {
    Missing,
    /// Text, or what a template string makes of anything else.
    Named(String),
}

/// Which shape of body is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Router,
    Processor,
}

/// The body is nothing of the kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BadPayload {
    NotJson,
    NotAnObjectOrList,
    /// It has words such as `NaN`, for which JSON has no number: its parts cannot be handed on as they came.
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
    /// Reads a body to the router stage, or to the `processor` stage. One value that is not JSON costs no job: `plain` gets the
    /// body anew with `null` in its place, if there is one.
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

    /// Reads the body of a request to the router stage. A list is an object without any of the members looked for.
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

    /// One member of the body; of equal keys the last one counts.
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

/// Nothing may follow, and nothing before may need to be written anew.
fn end(cursor: &mut JsonCursor<'_>) -> Result<(), BadPayload> {
    cursor.end()?;
    if cursor.is_plain() { Ok(()) } else { Err(BadPayload::HoldsWords) }
}

/// The parts of each element of the list that starts here; `None` when it is empty.
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
