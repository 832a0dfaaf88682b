//! Dynamic configuration: settings of a destination that each event fills in, `{{ event.traits.key || default }}`
//! (docs/facts/transformer.md#dynamic-config). The value at the path becomes the setting, and is removed from the
//! event.

use crate::js::is_truthy;
use serde_json::{Map, Value};

/// Fills in every template of a configuration; the values that it uses are removed from the message.
pub(crate) fn resolve(config: &mut Value, message: &mut Map<String, Value>) {
    match config {
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, message)),
        Value::Object(members) => members.values_mut().for_each(|member| resolve(member, message)),
        Value::String(text) => {
            if let Some((path, default)) = template(text) {
                *config = take(message, &path).unwrap_or(default);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The path inside the message and the default of a template; `None` for any other text.
fn template(text: &str) -> Option<(Vec<&str>, Value)> {
    let inside = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let (path, default) = inside.split_once("||")?;
    let segments: Vec<&str> = path.trim().split('.').collect();
    let is_name = |segment: &&str| {
        let mut chars = segment.chars();
        chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if segments.len() < 2 || !segments.iter().all(is_name) {
        return None;
    }
    // Only the message is searched: the data beside it belong to rudder-server.
    let path = match segments.split_first() {
        Some((&("event" | "message"), path)) => path.to_vec(),
        _ => Vec::new(),
    };
    Some((path, Value::from(default.replace('"', "").trim())))
}

/// Removes the value at a path from the message and returns it, if it is not empty.
fn take(message: &mut Map<String, Value>, path: &[&str]) -> Option<Value> {
    let (last, parents) = path.split_last()?;
    let mut members = message;
    for segment in parents {
        members = members.get_mut(*segment)?.as_object_mut()?;
    }
    if is_truthy(members.get(*last)?) { members.shift_remove(*last) } else { None }
}

#[cfg(test)]
mod tests;
