//! The parameters of a request, whatever encoding brought them: query, urlencoded form, multipart form or JSON
//! (inmoment-api.md 3, "Encoding of parameters"; Q25).
//!
//! Names nest the way Rails reads them: `properties[plan]` is a hash, `tags[]` a list, `a[b][]` a list in a hash.
//! Both halves are kept apart, for the log and because `account_token` counts in the query only; reading a
//! parameter takes the body's value before the query's. Size and depth are bounded.

mod multipart;
mod reader;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

pub(crate) use reader::Reader;

/// Deeper nesting than any client sends, shallow enough for recursion.
const MAX_DEPTH: usize = 16;
/// More pairs than any real call carries.
const MAX_PAIRS: usize = 10_000;

/// The decoded parameters of one request.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Params {
    pub(crate) query: Map<String, Value>,
    pub(crate) body: Map<String, Value>,
}

/// Why parameters could not be decoded at all; each is answered with 400. Holds nothing of what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("the parameters nest too deeply")]
    TooDeep,
    #[error("there are too many parameters")]
    TooMany,
    #[error("one parameter is used both as a value and as a hash or list")]
    Conflict,
    #[error("the body is not a JSON object")]
    Json,
    #[error("the multipart body cannot be read")]
    Multipart,
}

impl Params {
    /// Decodes the query and, for a method that has one, the body.
    pub(crate) fn read(query: &str, content_type: Option<&str>, body: &[u8]) -> Result<Params, Unreadable> {
        Ok(Params { query: read_form(query.as_bytes())?, body: read_body(content_type, body)? })
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

/// Decodes one path segment; a plus sign stays one (inmoment-api.md 4.2, "Path encoding").
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
        "multipart/form-data" => nest(multipart::fields(content_type, body)?.into_iter()),
        _ => read_form(body),
    }
}

fn read_form(input: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    nest(form_urlencoded::parse(input).map(|(key, value)| (key.into_owned(), value.into_owned())))
}

fn nest(pairs: impl Iterator<Item = (String, String)>) -> Result<Map<String, Value>, Unreadable> {
    let mut root = Map::new();
    for (count, (key, value)) in pairs.enumerate() {
        if count >= MAX_PAIRS {
            return Err(Unreadable::TooMany);
        }
        if key.is_empty() {
            continue;
        }
        match split_name(&key) {
            None => {
                root.insert(key, Value::String(value));
            }
            Some((head, rest)) if rest.len() < MAX_DEPTH => place(&mut root, head, &rest, value)?,
            Some(_) => return Err(Unreadable::TooDeep),
        }
    }
    Ok(root)
}

/// `a[b][]` -> `a` and `["b", ""]`; a name that is no such form stays whole.
fn split_name(key: &str) -> Option<(&str, Vec<&str>)> {
    let (head, mut rest) = key.split_at(key.find('[').filter(|at| *at > 0)?);
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (part, after) = rest.strip_prefix('[')?.split_once(']')?;
        parts.push(part);
        rest = after;
    }
    Some((head, parts))
}

fn place(map: &mut Map<String, Value>, key: &str, rest: &[&str], value: String) -> Result<(), Unreadable> {
    let Some((next, deeper)) = rest.split_first() else {
        map.insert(key.to_owned(), Value::String(value));
        return Ok(());
    };
    if next.is_empty() {
        match map.entry(key.to_owned()).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(list) => append(list, deeper, value),
            _ => Err(Unreadable::Conflict),
        }
    } else {
        match map.entry(key.to_owned()).or_insert_with(|| Value::Object(Map::new())) {
            Value::Object(inner) => place(inner, next, deeper, value),
            _ => Err(Unreadable::Conflict),
        }
    }
}

/// `a[][b]` goes on with the last hash of the list until it has a `b`, then begins another, as Rails does.
fn append(list: &mut Vec<Value>, rest: &[&str], value: String) -> Result<(), Unreadable> {
    let Some((key, deeper)) = rest.split_first() else {
        list.push(Value::String(value));
        return Ok(());
    };
    if key.is_empty() {
        return Err(Unreadable::Conflict);
    }
    if !matches!(list.last(), Some(Value::Object(last)) if !deeper.is_empty() || !last.contains_key(*key)) {
        list.push(Value::Object(Map::new()));
    }
    match list.last_mut() {
        Some(Value::Object(last)) => place(last, key, deeper, value),
        _ => Err(Unreadable::Conflict),
    }
}

#[cfg(test)]
mod tests;
