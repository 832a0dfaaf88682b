//! Whom an event is about (mapping.md 2, transformer.md 2.4). `anonymousId` is never an InMoment identity.

use crate::explain::Reader;
use crate::plan::{Refusal, Who};
use crate::profile::Switches;
use crate::settings::Settings;
use crate::{js, text};
use event::Event;
use event::number::decimal;
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
    let external_id = external_id(reader)?;
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
        None => None,
        // InMoment's ids are integers.
        Some(id @ Value::Number(_)) => id_text(id, reader.switches)?.filter(|id| is_integer(id)),
        Some(id) => id_text(id, reader.switches)?,
    };
    let value = id.clone().map(Value::String);
    let rule = if id.is_some() { rule.to_owned() } else { format!("{rule}, but its id says nothing") };
    reader.record(FIELD, Some(&source), value.as_ref(), rule);
    Ok(id)
}

fn is_integer(text: &str) -> bool {
    text.strip_prefix('-').unwrap_or(text).bytes().all(|digit| digit.is_ascii_digit())
}

/// A value as an id; `None` when it is none.
fn id_text(id: &Value, switches: &Switches) -> Result<Option<String>, Refusal> {
    Ok(match id {
        Value::Number(_) if !switches.numeric_ids => None,
        Value::Number(number) => Some(decimal(number)),
        // As rudder-transformer puts it into a URL.
        id if switches.javascript => {
            if js::is_empty(id) {
                None
            } else {
                Some(js::text(id)?)
            }
        }
        id => text::scalar(id),
    })
}

fn external_id(reader: &mut Reader<'_>) -> Result<Option<String>, Refusal> {
    const FIELD: &str = "external_id";
    let switches = reader.switches;
    for source in EXTERNAL_ID_SOURCES {
        let Some(value) = reader.at(source) else { continue };
        let id = id_text(value, switches)?;
        match &id {
            Some(id) => {
                // In JavaScript a create sends the value as it is, whatever its type.
                let sent = if switches.javascript { js::json(value) } else { Value::String(id.clone()) };
                reader.record(FIELD, Some(source), Some(&sent), "the first source that has an id");
            }
            // The first source that has anything decides.
            None if switches.javascript && js::is_usable(value) => {
                reader.record(FIELD, Some(source), None, "the first source, which counts as empty");
            }
            None => continue,
        }
        return Ok(id);
    }
    reader.record(FIELD, None, None, format!("no id in {}", EXTERNAL_ID_SOURCES.join(", ")));
    Ok(None)
}
