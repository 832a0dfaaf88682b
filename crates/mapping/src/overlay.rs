//! Properties as they are sent for an end user who exists: InMoment replaces them all on every write, so the stored ones
//! are sent again with the event's laid over them (docs/facts/mapping.md#overlay).

use crate::js;
use crate::plan::Properties;
use crate::room::Room;
use crate::settings::Profile;
use crate::text::stored_text;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

/// Where a property of the write comes from.
#[derive(Clone, PartialEq, Serialize)]
pub enum Laid {
    /// The event, as text.
    Event(String),
    /// InMoment, and it goes back as it came.
    Stored(Value),
}

/// The stored properties, each in its place, with the event's laid over them; new ones behind, and without those for which the event
/// has null, and without new ones for which the form has no room. In the profile
/// `rudderstack` there are none at all when either side is empty, and stored values become JavaScript's texts, `null` and
/// `[object Object]` included (docs/facts/transformer.md#property-text).
pub fn overlay(profile: Profile, stored: &Map<String, Value>, event: &Properties) -> Vec<(String, Laid)> {
    let switches = profile.switches();
    if !switches.properties_over_nothing && (stored.is_empty() || event.is_empty()) {
        return Vec::new();
    }
    let mut laid: IndexMap<&str, Laid> = IndexMap::with_capacity(stored.len() + event.len());
    for (key, value) in stored {
        let value = if switches.flatten {
            value.clone()
        } else {
            // Where JavaScript would throw, the text it gives any other object.
            Value::String(js::text(value).unwrap_or_else(|_| "[object Object]".to_owned()))
        };
        laid.insert(key, Laid::Stored(value));
    }
    let mut room = Room::default();
    // What is stored has its place, however much it is.
    for (key, value) in stored {
        room.takes(key, &stored_text(value));
    }
    // A null clears (`null_traits = "clear"`); only `native` has any here. Its place is free for others, wherever they stand.
    let (clears, sets): (Vec<_>, Vec<_>) =
        event.iter().partition(|(_, value)| value.is_null() && switches.flatten);
    for (key, _) in clears {
        laid.shift_remove(key.as_str());
        if let Some(before) = stored.get(key) {
            room.frees(key, &stored_text(before));
        }
    }
    for (key, value) in sets {
        let text = stored_text(value);
        let before = stored.get(key).map(stored_text);
        if let Some(before) = &before {
            room.frees(key, before);
        }
        if room.takes(key, &text) {
            laid.insert(key, Laid::Event(text));
        } else if let Some(before) = &before {
            room.takes(key, before);
        }
    }
    let mut laid: Vec<(String, Laid)> = laid.into_iter().map(|(key, laid)| (key.to_owned(), laid)).collect();
    if switches.javascript {
        laid.sort_by_key(|(key, _)| js::order(key));
    }
    laid
}

#[cfg(test)]
mod tests;
