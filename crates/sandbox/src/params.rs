//! The parameters of a request, whatever encoding brought them: query, urlencoded form, multipart form or JSON
//! (docs/facts/inmoment-api.md#parameters, #q25).
//!
//! Forms are read as Rack reads them (`form.rs`): `properties[plan]` is a hash, `tags[]` a list, `a[b][]` a list in a
//! hash. Both halves are kept apart, for the log and because `account_token` counts in the query only; reading a
//! parameter takes the body's value before the query's. Size and depth are bounded.

mod form;
mod multipart;
mod reader;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

pub(crate) use reader::Reader;

/// The decoded parameters of one request.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Params {
    pub(crate) query: Map<String, Value>,
    pub(crate) body: Map<String, Value>,
}

/// Why parameters could not be decoded at all, in Rack's, Rails' and Grape's words. A conflict names the parameter,
/// which only its sender gets to see; nothing else of what was sent is in here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// Rack: `QueryLimitError`; the words are Grape's.
    #[error("query params are recursively nested over the specified limit ({})", form::MAX_DEPTH)]
    TooDeep,
    /// Rack: `QueryLimitError`.
    #[error("total number of query parameters ({0}) exceeds limit ({most})", most = form::MAX_PAIRS)]
    TooMany(usize),
    /// Rack: `ParameterTypeError`.
    #[error("expected {expected} (got {got}) for param `{param}'")]
    Conflict { expected: &'static str, got: &'static str, param: String },
    /// Rack: `InvalidParameterError`.
    #[error("invalid %-encoding")]
    Percent,
    /// Rails: `ActionDispatch::Request::Utils.check_param_encoding`.
    #[error("Invalid encoding for parameter")]
    Encoding,
    #[error("the body is not a JSON object")]
    Json,
    #[error("the multipart body cannot be read")]
    Multipart,
    /// Grape's middleware; the only one that is not answered with 400.
    #[error("The provided content-type '{0}' is not supported.")]
    MediaType(String),
}

impl Unreadable {
    /// The HTTP status with which such a request is answered.
    pub(crate) fn status(&self) -> u16 {
        if matches!(self, Unreadable::MediaType(_)) { 415 } else { 400 }
    }
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

    /// A parameter as text; numbers become their digits, hashes and lists are none.
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

/// Whether a text holds the one character that PostgreSQL cannot store, at any depth, keys included. Rails finds out
/// when it asks the database, and answers 500.
pub(crate) fn is_unstorable(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(is_unstorable),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || is_unstorable(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Decodes one path segment; a plus sign stays one (docs/facts/inmoment-api.md#path-encoding).
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
        // Without a type it counts as a form, as Rack has it for POST.
        "" | "application/x-www-form-urlencoded" => form::read(body),
        _ => Err(Unreadable::MediaType(media)),
    }
}

#[cfg(test)]
mod tests;
