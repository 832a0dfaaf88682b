//! The parameters of a request in every encoding: query, urlencoded form, multipart form or JSON
//! (docs/facts/inmoment-api.md#parameters, #q25).
//!
//! Forms are read as Rack reads them (`form.rs`): `properties[plan]` is a hash, `tags[]` a list, `a[b][]` a list in a
//! hash. Query and body are kept apart, for the log and because `account_token` is read only from the query; for other
//! parameters the body's value has precedence. Size and depth are bounded.

mod form;
mod limits;
mod multipart;
mod reader;
mod unreadable;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

pub(crate) use reader::ParamReader;
pub(crate) use unreadable::Unreadable;

/// The decoded parameters of one request.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Params {
    pub(crate) query: Map<String, Value>,
    pub(crate) body: Map<String, Value>,
}

impl Params {
    /// Decodes the query and, for a method that has one, the body.
    pub(crate) fn read(query: &str, content_type: Option<&str>, body: &[u8]) -> Result<Params, Unreadable> {
        Ok(Params { query: form::read(query.as_bytes())?, body: read_body(content_type, body)? })
    }

    /// A parameter from the body, else from the query.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.body.get(name).or_else(|| self.query.get(name))
    }

    /// A parameter as text; numbers become their digits, and hashes and lists have no text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(scalar)
    }
}

/// A scalar as text.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a text has the only character that PostgreSQL cannot store, at any depth, keys included. Rails notices that
/// when it queries the database, and answers 500.
pub(crate) fn is_unstorable(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(is_unstorable),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || is_unstorable(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Decodes one path segment; a plus sign is unchanged (docs/facts/inmoment-api.md#path-encoding).
pub(crate) fn decode_segment(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

fn read_body(content_type: Option<&str>, body: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    let content_type = content_type.unwrap_or_default();
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media.as_str() {
        "application/json" => match serde_json::from_slice(body) {
            Ok(Value::Object(map)) => Ok(map),
            Ok(_) | Err(_) => Err(Unreadable::Json),
        },
        "multipart/form-data" | "multipart/related" | "multipart/mixed" => {
            form::nest(multipart::fields(content_type, body)?)
        }
        // Without a type it counts as a form, as in Rack for POST.
        "" | "application/x-www-form-urlencoded" => form::read(body),
        _ => Err(Unreadable::MediaType(media)),
    }
}

#[cfg(test)]
mod tests;
