//! The pixel: an event in the query of an image's address, for places where no script runs
//! (docs/facts/gateway.md#pixel).
//!
//! The event is built as RudderStack does and then handled like every other event. Each parameter's name is a dotted
//! path (`properties.plan=pro`); a part that is a number continues or starts an array, so that
//! `context.externalId.0.id` is possible; a backslash escapes the next character. Its value is always a string. A path
//! has at most [`MAX_DEPTH`] parts and array indexes up to [`MAX_INDEX`]; parameters beyond that are left out, and a
//! query longer than [`MAX_QUERY`] is ignored, because a few short parameters could otherwise take gigabytes.

use event::{EventKind, Millis};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::HashSet;

use crate::source_config::rfc3339;

/// A transparent image of one pixel, GIF89a, 43 bytes (docs/facts/gateway.md#pixel).
pub(crate) const GIF: &[u8; 43] =
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00\x21\xf9\x04\x01\x00\
\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b";

/// The largest number of parts of a path.
const MAX_DEPTH: usize = 32;

/// The largest array index of a path.
const MAX_INDEX: usize = 9;

/// The longest query in bytes. Browsers send at most half of this.
const MAX_QUERY: usize = 16 << 10;

/// The event of a query; `None` for a track event whose name is given as empty.
pub(crate) fn event(query: &str, kind: EventKind, now: Millis) -> Option<Value> {
    if query.len() > MAX_QUERY {
        return None;
    }
    let at = rfc3339(now);
    let mut event = json!({
        "channel": "web",
        "integrations": {"All": true},
        "originalTimestamp": at,
        "sentAt": at,
    });
    let mut seen: HashSet<Cow<'_, str>> = HashSet::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == "writeKey" || seen.contains(&name) {
            continue;
        }
        let value = match (&*name, &*value, kind) {
            ("event", "", EventKind::Track) => return None,
            ("name", "", EventKind::Page) => "Unknown Page",
            ("anonymousId", quoted, _) => unquoted(quoted),
            (_, plain, _) => plain,
        };
        set(&mut event, &path(&name), value);
        seen.insert(name);
    }
    Some(event)
}

/// Removes the double quotes that a cookie's value often has around it.
fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// The parts of a dotted path.
fn path(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = name.chars();
    while let Some(character) = characters.next() {
        match character {
            '.' => parts.push(String::new()),
            other => {
                let meant = if other == '\\' { characters.next().unwrap_or('\\') } else { other };
                if let Some(last) = parts.last_mut() {
                    last.push(meant);
                }
            }
        }
    }
    parts
}

/// Sets the value at a path and makes missing containers; does nothing if the path is out of bounds.
fn set(root: &mut Value, path: &[String], value: &str) {
    let in_bounds = |part: &String| part.parse::<usize>().is_ok_and(|index| index <= MAX_INDEX);
    if path.len() > MAX_DEPTH || path.iter().any(String::is_empty) {
        return;
    }
    let mut place = root;
    for part in path {
        if place.is_null() || !(place.is_object() || place.is_array()) {
            *place = if in_bounds(part) { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
        }
        place = match place {
            Value::Array(items) => {
                let Some(index) = part.parse().ok().filter(|index| *index <= MAX_INDEX) else { return };
                if items.len() <= index {
                    items.resize(index + 1, Value::Null);
                }
                &mut items[index]
            }
            Value::Object(members) => members.entry(part.as_str()).or_insert(Value::Null),
            _ => return,
        };
    }
    *place = Value::String(value.to_owned());
}

#[cfg(test)]
mod tests;
