//! Whom an event is about (mapping.md 2, transformer.md 2.4). `anonymousId` is never an InMoment identity.

use crate::explain::Reader;
use crate::plan::{Refusal, Who};
use crate::settings::Settings;
use crate::{js, text};
use event::Event;
use serde_json::Value;

/// The type of an entry of `context.externalId` that holds InMoment's own id.
const END_USER_ID_TYPE: &str = "wootricEndUserId";

const EXTERNAL_ID_SOURCES: [&str; 5] =
    ["userId", "traits.userId", "traits.id", "context.traits.userId", "context.traits.id"];

/// Whom an event is about, judged before anything else of it.
pub fn who(event: &Event, settings: &Settings) -> Result<Who, Refusal> {
    read(&mut Reader::new(event, settings))
}

pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Who, Refusal> {
    let end_user_id = end_user_id(reader)?;
    let external_id = if reader.switches.javascript { javascript_id(reader)? } else { native_id(reader) };
    if end_user_id.is_none() && external_id.is_none() {
        return Err(Refusal::identity_missing());
    }
    Ok(Who { end_user_id, external_id })
}

fn end_user_id(reader: &mut Reader<'_>) -> Result<Option<String>, Refusal> {
    const FIELD: &str = "end_user_id";
    let entries: &[Value] =
        reader.at("context.externalId").and_then(Value::as_array).map_or(&[], Vec::as_slice);
    let is_ours = |entry: &Value| entry.get("type").and_then(Value::as_str) == Some(END_USER_ID_TYPE);
    let is_untyped = |entry: &&Value| entry.get("type").is_none_or(Value::is_null);
    let (at, entry, rule) = if let Some(at) = entries.iter().position(is_ours) {
        (at, &entries[at], "the first entry of the type wootricEndUserId")
    } else if let Some(entry) = entries.first().filter(is_untyped)
        && reader.switches.untyped_external_id
    {
        (0, entry, "the first entry, as it names no type")
    } else {
        reader.record(FIELD, None, None, "context.externalId has no entry of the type wootricEndUserId");
        return Ok(None);
    };
    let source = format!("context.externalId[{at}].id");
    let id = match entry.get("id") {
        Some(id) if reader.switches.javascript => javascript_text(id)?,
        Some(Value::Number(number)) => Some(event::number::decimal(number)).filter(|id| is_integer(id)),
        Some(id @ Value::String(_)) => text::scalar(id),
        _ => None,
    };
    let value = id.clone().map(Value::String);
    let rule = if id.is_some() { rule.to_owned() } else { format!("{rule}, but its id says nothing") };
    reader.record(FIELD, Some(&source), value.as_ref(), rule);
    Ok(id)
}

fn is_integer(text: &str) -> bool {
    text.strip_prefix('-').unwrap_or(text).bytes().all(|digit| digit.is_ascii_digit())
}

/// An id as rudder-transformer puts it into a URL; `None` when it counts as empty, as every number does.
fn javascript_text(id: &Value) -> Result<Option<String>, Refusal> {
    Ok(if js::is_empty(id) { None } else { Some(js::text(id)?) })
}

fn native_id(reader: &mut Reader<'_>) -> Option<String> {
    let found = EXTERNAL_ID_SOURCES
        .iter()
        .find_map(|source| reader.at(source).and_then(text::scalar).map(|id| (*source, id)));
    match found {
        Some((source, id)) => {
            reader.record(
                "external_id",
                Some(source),
                Some(&Value::String(id.clone())),
                "the first text or number",
            );
            Some(id)
        }
        None => {
            reader.record(
                "external_id",
                None,
                None,
                format!("no text or number in {}", EXTERNAL_ID_SOURCES.join(", ")),
            );
            None
        }
    }
}

/// The first source that has anything decides; when that is empty, the event has no external id.
fn javascript_id(reader: &mut Reader<'_>) -> Result<Option<String>, Refusal> {
    let Some((source, value)) = reader.first_usable(&EXTERNAL_ID_SOURCES) else {
        reader.record("external_id", None, None, format!("nothing in {}", EXTERNAL_ID_SOURCES.join(", ")));
        return Ok(None);
    };
    let id = javascript_text(value)?;
    // A create sends the value as it is, whatever its type.
    let sent = id.as_ref().map(|_| js::json(value));
    let rule = if id.is_some() { "the first source" } else { "the first source, which counts as empty" };
    reader.record("external_id", Some(source), sent.as_ref(), rule);
    Ok(id)
}
