//! Properties as they are sent for an end user who exists: InMoment replaces them all on every write, so the stored ones
//! are sent again with the event's laid over them (docs/facts/mapping.md#overlay).

use crate::js;
use crate::plan::Properties;
use crate::room::FormRoom;
use crate::settings::Profile;
use crate::text::stored_text;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// The source of a property of the write.
#[derive(Clone, PartialEq, Serialize)]
pub enum Laid {
    /// It comes from the event, as text.
    Event(String),
    /// It comes from InMoment and is sent back unchanged.
    Stored(Value),
}

/// The stored properties, each in its position, with the event's laid over them, and new properties behind them. A
/// property for which the event has null is left out; if nothing that a form can express would be left, such properties
/// become empty texts. New properties for which the form has no room are left out. An empty result means that no
/// properties are written, so that InMoment keeps the stored ones: that happens if the form has no room for the stored
/// properties, and in the profile `rudderstack` if either side is empty. In that profile stored values become
/// JavaScript's texts, `null` and `[object Object]` included (docs/facts/transformer.md#property-text).
pub fn overlay(profile: Profile, stored: &Map<String, Value>, event: &Properties) -> Vec<(String, Laid)> {
    let switches = profile.switches();
    if !switches.properties_over_nothing && (stored.is_empty() || event.is_empty()) {
        return Vec::new();
    }
    let stored = if switches.flatten { sayable(stored) } else { Cow::Owned(as_javascript(stored)) };
    // A null removes the property (`null_traits = "clear"`); only `native` has nulls here. Its room in the form is free
    // for other properties, whatever their order.
    let (clears, sets): (Vec<_>, Vec<_>) =
        event.iter().partition(|(_, value)| value.is_null() && switches.flatten);
    let clears: HashSet<&str> = clears.into_iter().map(|(key, _)| key.as_str()).collect();
    let mut laid: IndexMap<&str, Laid> = IndexMap::with_capacity(stored.len() + event.len());
    let mut room = FormRoom::default();
    let mut fits = true;
    for (key, value) in stored.iter().filter(|(key, _)| !clears.contains(key.as_str())) {
        fits &= room.takes(key, value);
        laid.insert(key, Laid::Stored(value.clone()));
    }
    if !fits {
        return Vec::new();
    }
    for (key, value) in sets {
        let before = stored.get(key).filter(|_| laid.contains_key(key.as_str()));
        if let Some(before) = before {
            room.frees(key, before);
        }
        let text = Value::String(stored_text(value));
        if room.takes(key, &text) {
            laid.insert(key, Laid::Event(stored_text(value)));
        } else if let Some(before) = before {
            room.takes(key, before);
        }
    }
    if room.is_untouched() {
        // A form cannot express an empty hash of properties: it would name no property, and InMoment would keep all. So
        // the removed properties become empty texts.
        let cleared = stored.keys().filter(|key| clears.contains(key.as_str()));
        laid.extend(cleared.map(|key| (key.as_str(), Laid::Event(String::new()))));
    }
    let mut laid: Vec<(String, Laid)> = laid.into_iter().map(|(key, laid)| (key.to_owned(), laid)).collect();
    if switches.javascript {
        laid.sort_by_key(|(key, _)| js::order(key));
    }
    laid
}

/// Stored values as JavaScript's texts; if JavaScript would throw an error, the text of any other object.
fn as_javascript(stored: &Map<String, Value>) -> Map<String, Value> {
    let text = |value: &Value| js::text(value).unwrap_or_else(|_| "[object Object]".to_owned());
    stored.iter().map(|(key, value)| (key.clone(), Value::String(text(value)))).collect()
}

/// The stored properties, under keys that a form can express, at every level: properties that were written as JSON may
/// have other keys. A closing bracket ends a name in a form, so it becomes `_`; NUL is removed. If several keys become
/// equal, the key that was unchanged wins, then the first. An empty key would turn its siblings into a list, so it is
/// left out.
fn sayable(stored: &Map<String, Value>) -> Cow<'_, Map<String, Value>> {
    if stored.iter().all(|(key, value)| is_sayable(key) && all_sayable(value)) {
        return Cow::Borrowed(stored);
    }
    let mut said = Map::new();
    for (key, value) in stored {
        let name = key.replace('\0', "").replace(']', "_");
        let is_taken = name != *key && (stored.contains_key(&name) || said.contains_key(&name));
        if !name.is_empty() && !is_taken {
            said.insert(name, saying(value));
        }
    }
    Cow::Owned(said)
}

fn is_sayable(key: &str) -> bool {
    !key.is_empty() && !key.contains([']', '\0'])
}

fn all_sayable(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(all_sayable),
        Value::Object(members) => members.iter().all(|(key, value)| is_sayable(key) && all_sayable(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

fn saying(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(saying).collect()),
        Value::Object(members) => Value::Object(sayable(members).into_owned()),
        scalar => scalar.clone(),
    }
}

#[cfg(test)]
mod tests;
