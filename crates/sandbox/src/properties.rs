//! What happens to end-user properties on their way in (docs/facts/inmoment-api.md#properties).
//!
//! A form brings strings only, yet `_amount` and `_date` keys come back as integers: so text of digits under such a
//! key is stored as a number. What is not a whole number stays text, as nobody knows its fate. Hashes and lists are
//! documented as forbidden but have been seen sent as `properties[k][]`; they are kept as they came, so that a
//! client's mistake shows.

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

/// Coerces the values.
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
