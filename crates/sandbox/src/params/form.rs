//! Urlencoded forms and queries as Rack 3.2 reads them (`lib/rack/query_parser.rb`, `parse_nested_query`), including
//! invalid brackets: a client's mistake has the same effect here as in InMoment's Rails.
//!
//! * `a[b][c]` nests hashes, `a[]` makes a list, and `a[][b]` a list of hashes: it extends the last hash of the list
//!   until that has such a key. A later value replaces an earlier one; a parameter without `=` is null.
//! * It is an error if a hash or list meets another type. A value without brackets replaces a hash or list.
//! * Invalid brackets stay in the name: `[a]`, `a]b`, `a[`. Text behind a closing bracket begins another level: `a[b]c`
//!   is `a[b][c]`.
//! * After decoding, names and values are UTF-8, or the request is refused as Rails refuses it.

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use super::limits::{MAX_DEPTH, MAX_PAIRS};
use super::unreadable::Unreadable;

/// The nested parameters of a query or a form.
pub(super) fn read(input: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    if input.is_empty() {
        return Ok(Map::new());
    }
    let count = input.split(|byte| *byte == b'&').count();
    if count > MAX_PAIRS {
        return Err(Unreadable::TooMany(count));
    }
    let mut root = Map::new();
    for (position, pair) in input.split(|byte| *byte == b'&').enumerate() {
        // Spaces behind a separator belong to it.
        let pair = if position == 0 { pair } else { without_blanks(pair) };
        if pair.is_empty() {
            continue;
        }
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], Value::String(decode(&pair[at + 1..])?)),
            None => (pair, Value::Null),
        };
        place(&mut root, &decode(name)?, value, 0)?;
    }
    Ok(root)
}

/// The nested parameters of pairs that were already decoded.
pub(super) fn nest(pairs: Vec<(String, Value)>) -> Result<Map<String, Value>, Unreadable> {
    if pairs.len() > MAX_PAIRS {
        return Err(Unreadable::TooMany(pairs.len()));
    }
    let mut root = Map::new();
    for (name, value) in pairs {
        place(&mut root, &name, value, 0)?;
    }
    Ok(root)
}

fn without_blanks(pair: &[u8]) -> &[u8] {
    &pair[pair.iter().position(|byte| *byte != b' ').unwrap_or(pair.len())..]
}

/// `URI.decode_www_form_component`: a percent sign without two digits is an error.
fn decode(component: &[u8]) -> Result<String, Unreadable> {
    let stray =
        |at: usize| !component[at + 1..].iter().take(2).filter(|b| b.is_ascii_hexdigit()).count().eq(&2);
    let mut percents = component.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    if percents.any(|(at, _)| stray(at)) {
        return Err(Unreadable::Percent);
    }
    let spaced: Vec<u8> = component.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    String::from_utf8(percent_decode(&spaced).collect()).map_err(|_| Unreadable::Encoding)
}

/// The meaning of a level of a name.
enum Level<'a> {
    /// It means nothing: the pair is skipped.
    Nameless,
    /// `[]` alone, below the first level: a list with only this value replaces the hash.
    Listed,
    /// The value is stored here.
    Leaf(&'a str),
    /// The value is appended to a list.
    Push(&'a str),
    /// A list, whose elements the rest of the name describes.
    Each(&'a str, &'a str),
    /// A hash, whose content the rest of the name describes.
    Hash(&'a str, &'a str),
}

/// Splits the first level off a name.
fn level(name: &str, depth: usize) -> Level<'_> {
    let (key, after) = cut(name, depth);
    match after {
        _ if key.is_empty() => Level::Nameless,
        "" if key == "[]" && depth > 0 => Level::Listed,
        "" => Level::Leaf(key),
        "[" => Level::Leaf(name),
        "[]" => Level::Push(key),
        _ => match after.strip_prefix("[]") {
            Some(rest) => Level::Each(key, child(rest)),
            None => Level::Hash(key, after),
        },
    }
}

/// The key of a level and what comes after it.
fn cut(name: &str, depth: usize) -> (&str, &str) {
    // A bracket in the first position does not count: `index(…, 1)`.
    let behind_first = |bracket: char| {
        let first = name.chars().next().map_or(0, char::len_utf8);
        name[first..].find(bracket).map(|at| at + first)
    };
    if depth == 0 {
        return behind_first('[').map_or((name, ""), |at| name.split_at(at));
    }
    if let Some(after) = name.strip_prefix("[]") {
        return (&name[..2], after);
    }
    match behind_first(']') {
        Some(at) if name.starts_with('[') => (&name[1..at], &name[at + 1..]),
        _ => (name, ""),
    }
}

/// The name within each element: `b` of `[b]`, if it is that simple.
fn child(rest: &str) -> &str {
    let simple = rest.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    simple.filter(|inner| !inner.is_empty() && !inner.contains(['[', ']'])).unwrap_or(rest)
}

/// Stores a value at the position of its name.
fn place(map: &mut Map<String, Value>, name: &str, value: Value, depth: usize) -> Result<(), Unreadable> {
    // If a list would replace the hash, Rack drops it, too.
    grow(map, name, value, depth).map(drop)
}

/// `_normalize_params`: changes the hash, or returns the value that replaces it.
fn grow(
    map: &mut Map<String, Value>,
    name: &str,
    value: Value,
    depth: usize,
) -> Result<Option<Value>, Unreadable> {
    if depth >= MAX_DEPTH {
        return Err(Unreadable::TooDeep);
    }
    match level(name, depth) {
        Level::Nameless => {}
        Level::Listed => return Ok(Some(Value::Array(vec![value]))),
        Level::Leaf(key) => {
            map.insert(key.to_owned(), value);
        }
        Level::Push(key) => list(map, key)?.push(value),
        Level::Each(key, child) => {
            let list = list(map, key)?;
            match list.last_mut() {
                Some(Value::Object(last)) if !has(last, child) => place(last, child, value, depth + 1)?,
                _ => {
                    let mut fresh = Map::new();
                    let grown = grow(&mut fresh, child, value, depth + 1)?;
                    list.push(grown.unwrap_or(Value::Object(fresh)));
                }
            }
        }
        Level::Hash(key, rest) => {
            let slot = slot(map, key, || Value::Object(Map::new()));
            let Value::Object(inner) = slot else { return Err(conflict("Hash", slot, key)) };
            if let Some(instead) = grow(inner, rest, value, depth + 1)? {
                *slot = instead;
            }
        }
    }
    Ok(None)
}

fn list<'a>(map: &'a mut Map<String, Value>, key: &str) -> Result<&'a mut Vec<Value>, Unreadable> {
    match slot(map, key, || Value::Array(Vec::new())) {
        Value::Array(list) => Ok(list),
        other => Err(conflict("Array", other, key)),
    }
}

/// `params[k] ||= …`: null counts as absent.
fn slot<'a>(map: &'a mut Map<String, Value>, key: &str, fresh: impl FnOnce() -> Value) -> &'a mut Value {
    let slot = map.entry(key.to_owned()).or_insert(Value::Null);
    if slot.is_null() {
        *slot = fresh();
    }
    slot
}

fn conflict(expected: &'static str, got: &Value, param: &str) -> Unreadable {
    let got = match got {
        Value::Array(_) => "Array",
        Value::Object(_) => "Rack::QueryParser::Params",
        _ => "String",
    };
    Unreadable::Conflict { expected, got, param: param.to_owned() }
}

/// `params_hash_has_key?`: whether the hash already has a value at that position.
fn has(map: &Map<String, Value>, name: &str) -> bool {
    if name.contains("[]") {
        return false;
    }
    let mut parts = name.split(['[', ']']).filter(|part| !part.is_empty());
    let Some(first) = parts.next() else { return true };
    let found = map.get(first);
    parts.fold(found, |found, part| found?.as_object()?.get(part)).is_some()
}
