//! Values as text in the profile `native` (docs/facts/mapping.md#identify, #track, #properties).

use event::identity::without_nul;
use event::number::decimal;
use serde_json::{Map, Number, Value};
use std::str::FromStr;

/// A field's text: a string that is not blank is unchanged; a number is written in plain decimal. Any other value has
/// no text.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !event::identity::is_blank(text) => Some(without_nul(text).into_owned()),
        Value::Number(number) => Some(decimal(number)),
        _ => None,
    }
}

/// A field's text, which may come from a boolean, too.
pub(crate) fn words(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(value.to_string()),
        other => scalar(other),
    }
}

/// A value without NUL in its texts, which InMoment's store does not accept.
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

/// A value of InMoment as it is written into a form when it is sent back (docs/facts/mapping.md#overlay).
pub fn stored_text(stored: &Value) -> String {
    match stored {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => other.to_string(),
    }
}

/// Whether sending a property's text would leave InMoment's value unchanged. Under keys that end with `_amount` and
/// `_date`, InMoment returns texts as integers (docs/facts/inmoment-api.md#property-types), so numbers are compared by
/// value.
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

/// Whether two texts differ only in letter case, in any script. Comparing lower-case texts would not suffice: the lower
/// case of a sigma depends on the character behind it.
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
