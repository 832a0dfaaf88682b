//! Whom an event is about (docs/facts/mapping.md#identity, docs/facts/transformer.md#identify). `anonymousId` never
//! identifies an end user at InMoment.

use crate::explain::EventMapper;
use crate::plan::{DeadReason, Who};
use crate::profile::ProfileSwitches;
use crate::settings::Settings;
use crate::{js, text};
use event::Event;
use event::identity::{tidy, without_nul};
use event::number::decimal;
use serde_json::Value;

/// The type of an entry of `context.externalId` that holds InMoment's own id.
const END_USER_ID_TYPE: &str = "wootricEndUserId";

const EXTERNAL_ID_SOURCES: [&str; 5] =
    ["userId", "traits.userId", "traits.id", "context.traits.userId", "context.traits.id"];

const TIDIED: &str = "the first source that has an id, without invisible characters at both ends";

/// Decides whom an event is about, before its fields are read.
pub fn who(event: &Event, settings: &Settings) -> Result<Who, DeadReason> {
    read(&mut EventMapper::new(event, settings))
}

pub(crate) fn read(reader: &mut EventMapper<'_>) -> Result<Who, DeadReason> {
    let mut placeholders = Placeholders::default();
    let end_user_id = end_user_id(reader, &mut placeholders)?;
    let external_id = external_id(reader, &mut placeholders)?;
    if end_user_id.is_none() && external_id.is_none() {
        return Err(if placeholders.found {
            DeadReason::id_placeholder()
        } else {
            DeadReason::identity_missing()
        });
    }
    Ok(Who { end_user_id, external_id })
}

/// Whether a placeholder stood for an id.
#[derive(Default)]
struct Placeholders {
    found: bool,
}

impl Placeholders {
    /// The id, unless it is a placeholder.
    fn pass(&mut self, reader: &mut EventMapper<'_>, source: &str, id: Option<String>) -> Option<String> {
        let id = id?;
        if !reader.is_placeholder(&id) {
            return Some(id);
        }
        self.found = true;
        if reader.explains {
            reader.note(format!(
                "`{source}` counts as missing: it is a placeholder (placeholder_ids), and would make one end user of many people."
            ));
        }
        None
    }
}

fn end_user_id(
    reader: &mut EventMapper<'_>,
    placeholders: &mut Placeholders,
) -> Result<Option<String>, DeadReason> {
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
    let id = placeholders.pass(reader, &source, id);
    let value = id.clone().map(Value::String);
    let rule = if id.is_some() { rule.to_owned() } else { format!("{rule}, but its id is empty") };
    reader.record(FIELD, Some(&source), value.as_ref(), rule);
    Ok(id)
}

fn is_integer(text: &str) -> bool {
    text.strip_prefix('-').unwrap_or(text).bytes().all(|digit| digit.is_ascii_digit())
}

/// A value as an id; `None` if it is not an id.
fn id_text(id: &Value, switches: &ProfileSwitches) -> Result<Option<String>, DeadReason> {
    let text = untidy_id_text(id, switches)?;
    Ok(if switches.tidied_ids {
        text.map(|text| tidy(&text).into_owned()).filter(|text| !text.is_empty())
    } else {
        text.map(|text| without_nul(&text).into_owned())
    })
}

fn untidy_id_text(id: &Value, switches: &ProfileSwitches) -> Result<Option<String>, DeadReason> {
    Ok(match id {
        Value::Number(_) if !switches.numeric_ids => None,
        Value::Number(number) => Some(decimal(number)),
        // The id as rudder-transformer puts it into a URL.
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

fn external_id(
    reader: &mut EventMapper<'_>,
    placeholders: &mut Placeholders,
) -> Result<Option<String>, DeadReason> {
    const FIELD: &str = "external_id";
    let switches = reader.switches;
    for source in EXTERNAL_ID_SOURCES {
        let Some(value) = reader.at(source) else { continue };
        let text = id_text(value, switches)?;
        let was_read = text.is_some();
        let id = placeholders.pass(reader, source, text);
        if was_read && id.is_none() {
            continue;
        }
        match &id {
            Some(id) => {
                // rudder-transformer's create sends the value unchanged, whatever its type.
                let is_text = !switches.javascript || value.is_string();
                let sent = if is_text { Value::String(id.clone()) } else { js::json(value) };
                let is_tidied = value.as_str().is_some_and(|text| text != id);
                let rule = if is_tidied { TIDIED } else { "the first source that has an id" };
                reader.record(FIELD, Some(source), Some(&sent), rule);
            }
            // The first source that has any value decides.
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
