//! Form bodies as rudder-transformer's delivery proxy writes them (docs/facts/transformer.md#proxy-form): in the order
//! given, a space as `+`, numbers, booleans and null as JavaScript's text, objects as JSON, lists as `[` elements
//! joined by commas `]`.

use event::number::decimal;
use form_urlencoded::Serializer;
use serde_json::{Map, Value};

/// Encodes a form.
pub(crate) fn encode(form: &Map<String, Value>) -> String {
    let mut out = Serializer::new(String::new());
    for (key, value) in form {
        out.append_pair(key, &text(value));
    }
    out.finish()
}

/// A value in a form or a query.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => decimal(number),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(",")),
        Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests;
