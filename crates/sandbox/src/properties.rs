//! How properties of end users are stored (docs/facts/inmoment-api.md#properties).
//!
//! A form has only strings, but InMoment returns values under `_amount` and `_date` keys as integers, so digits under
//! such a key are stored as a number. Any other value stays text, because InMoment's behaviour is not known. Hashes and
//! lists are forbidden by the documentation but were seen in requests as `properties[k][]`; they are stored unchanged,
//! so that a client's mistake is visible.

use serde_json::{Map, Value};

use crate::params::is_unstorable;

/// Why properties cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PropertyRefusal {
    /// A key holds a character that InMoment forbids (`$`, `.`).
    Key,
    /// A key or a value holds NUL, which PostgreSQL refuses.
    Unstorable,
}

/// Converts the values.
pub(crate) fn accept(properties: Map<String, Value>) -> Result<Map<String, Value>, PropertyRefusal> {
    let mut stored = Map::new();
    let mut unstorable = false;
    for (key, value) in properties {
        if key.contains(['$', '.']) {
            return Err(PropertyRefusal::Key);
        }
        unstorable |= key.contains('\0') || is_unstorable(&value);
        let value = if is_integer_key(&key) { coerce(value) } else { value };
        stored.insert(key, value);
    }
    if unstorable { Err(PropertyRefusal::Unstorable) } else { Ok(stored) }
}

/// The type word of `/v1/segments`, derived from the key's suffix.
pub(crate) fn data_type(key: &str) -> &'static str {
    match key {
        key if key.ends_with("_amount") => "integer",
        key if key.ends_with("_date") => "date",
        _ => "string",
    }
}

fn is_integer_key(key: &str) -> bool {
    key.ends_with("_amount") || key.ends_with("_date")
}

fn coerce(value: Value) -> Value {
    let number = match &value {
        Value::String(text) => text.parse::<i64>().ok(),
        _ => None,
    };
    number.map_or(value, Value::from)
}

#[cfg(test)]
mod tests;
