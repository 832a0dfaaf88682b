//! From text to [`serde_json::Value`].

use super::{Invalid, Scanner, decode};
use serde_json::{Map, Number, Value};
use std::str::FromStr;

/// Initial capacities for the members of an ordinary object and event: growing costs more than some unused memory.
const MEMBERS: usize = 6;
const EVENT_MEMBERS: usize = 14;

/// The text is not an object that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueError {
    Invalid,
    NotAnObject,
    TooDeep,
}

impl From<Invalid> for ValueError {
    fn from(_: Invalid) -> Self {
        ValueError::Invalid
    }
}

/// Reads the text of one object. Nesting deeper than `limit` is refused, because other code walks the result
/// recursively.
pub(crate) fn object(text: &str, limit: u32) -> Result<Map<String, Value>, ValueError> {
    outer(text, |scanner| map(scanner, limit))
}

/// Reads the text of one object as [`object`] does, but only the members that `keep` selects. The others are only
/// checked to be JSON, however deep they are.
pub(crate) fn part_of_object(text: &str, limit: u32, keep: Keep) -> Result<Map<String, Value>, ValueError> {
    outer(text, |scanner| part(scanner, limit, None, keep))
}

/// How much of a member is kept, by the key of the containing object (`None` for the outermost) and its own key.
pub(crate) type Keep = fn(Option<&str>, &str) -> Share;

/// How much of a member is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Nothing.
    Nothing,
    /// All of it.
    Whole,
    /// If it is an object, those of its members that are asked for in turn; anything else whole.
    Part,
}

fn outer<'a>(
    text: &'a str,
    read: impl FnOnce(&mut Scanner<'a>) -> Result<Map<String, Value>, ValueError>,
) -> Result<Map<String, Value>, ValueError> {
    let mut scanner = Scanner::new(text);
    if scanner.peek()? != b'{' {
        scanner.skip()?;
        scanner.end()?;
        return Err(ValueError::NotAnObject);
    }
    let map = read(&mut scanner)?;
    scanner.end()?;
    Ok(map)
}

fn part(
    scanner: &mut Scanner<'_>,
    depth: u32,
    parent: Option<&str>,
    keep: Keep,
) -> Result<Map<String, Value>, ValueError> {
    let depth = depth.checked_sub(1).ok_or(ValueError::TooDeep)?;
    let mut map = Map::with_capacity(if parent.is_none() { EVENT_MEMBERS } else { MEMBERS });
    scanner.members(|scanner, key| {
        let key = decode(key);
        let value = match keep(parent, &key) {
            Share::Nothing => return Ok(scanner.skip()?),
            Share::Part if scanner.peek()? == b'{' => Value::Object(part(scanner, depth, Some(&key), keep)?),
            Share::Part | Share::Whole => value(scanner, depth)?,
        };
        map.insert(key.into_owned(), value);
        Ok::<_, ValueError>(())
    })?;
    Ok(map)
}

/// Reads the text of any value, as [`object`] does.
pub(crate) fn anything(text: &str, limit: u32) -> Result<Value, ValueError> {
    let mut scanner = Scanner::new(text);
    let value = value(&mut scanner, limit)?;
    scanner.end()?;
    Ok(value)
}

fn map(scanner: &mut Scanner<'_>, depth: u32) -> Result<Map<String, Value>, ValueError> {
    let depth = depth.checked_sub(1).ok_or(ValueError::TooDeep)?;
    let mut map = Map::with_capacity(MEMBERS);
    scanner.members(|scanner, key| {
        let value = value(scanner, depth)?;
        // The last of several equal keys wins (docs/facts/sdks.md#rule-json), in the place of the first.
        map.insert(decode(key).into_owned(), value);
        Ok::<_, ValueError>(())
    })?;
    Ok(map)
}

fn array(scanner: &mut Scanner<'_>, depth: u32) -> Result<Vec<Value>, ValueError> {
    let depth = depth.checked_sub(1).ok_or(ValueError::TooDeep)?;
    let mut items = Vec::new();
    scanner.elements(|scanner| {
        items.push(value(scanner, depth)?);
        Ok::<_, ValueError>(())
    })?;
    Ok(items)
}

fn value(scanner: &mut Scanner<'_>, depth: u32) -> Result<Value, ValueError> {
    Ok(match scanner.peek()? {
        b'{' => Value::Object(map(scanner, depth)?),
        b'[' => Value::Array(array(scanner, depth)?),
        b'"' => Value::String(decode(scanner.string()?).into_owned()),
        first => {
            let start = scanner.position();
            scanner.skip()?;
            match first {
                b't' => Value::Bool(true),
                b'f' => Value::Bool(false),
                _ if scanner.meant_null(start) => Value::Null,
                _ => Value::Number(Number::from_str(scanner.since(start)).map_err(|_| ValueError::Invalid)?),
            }
        }
    })
}
