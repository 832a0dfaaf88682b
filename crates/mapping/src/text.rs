//! Values as text in the profile `native` (docs/facts/mapping.md#identify, #track, #properties).

use event::identity::without_nul;
use event::number::decimal;
use serde_json::{Map, Number, Value};
use std::str::FromStr;

/// A field's text: a string that says something, as it is; a number in plain decimal. Anything else is no text.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !event::identity::is_blank(text) => Some(without_nul(text).into_owned()),
        Value::Number(number) => Some(decimal(number)),
        _ => None,
    }
}

/// A text in which a boolean may stand too.
pub(crate) fn words(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(value.to_string()),
        other => scalar(other),
    }
}

/// A value without NUL in any of its texts, which InMoment's store does not take.
pub(crate) fn storable(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_nul(text).into_owned()),
        Value::Array(items) => Value::Array(items.iter().map(storable).collect()),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (without_nul(key).into_owned(), storable(value)))
            .collect::<Map<String, Value>>()
            .into(),
        other => other.clone(),
    }
}

/// A single property value as text; `None` for null, lists and objects.
pub(crate) fn property(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(without_nul(text).into_owned()),
        Value::Number(number) => Some(decimal(number)),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// How a value that InMoment gave is written into a form when it is sent back (docs/facts/mapping.md#overlay).
pub fn stored_text(stored: &Value) -> String {
    match stored {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => other.to_string(),
    }
}

/// Whether sending a property's text would leave what InMoment has as it is. InMoment returns what was sent as text under
/// keys ending `_amount` and `_date` as integers (docs/facts/inmoment-api.md#property-types), so numbers are compared by value.
pub fn same_as_stored(stored: &Value, text: &str) -> bool {
    match stored {
        Value::String(stored) => stored == text,
        Value::Bool(stored) => text == if *stored { "true" } else { "false" },
        Value::Number(stored) => {
            Number::from_str(text).is_ok_and(|number| decimal(&number) == decimal(stored))
        }
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Whether two texts are the same but for letter case, in any script. Lower case alone would not do: of a sigma it depends on what
/// stands behind it.
pub(crate) fn is_same_in_any_case(one: &str, other: &str) -> bool {
    fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
        text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c })
    }
    if one.is_ascii() && other.is_ascii() {
        one.eq_ignore_ascii_case(other)
    } else {
        folded(one).eq(folded(other))
    }
}

#[cfg(test)]
mod tests;
