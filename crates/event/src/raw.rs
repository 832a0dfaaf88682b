//! JSON as text: cutting objects and lists into the texts of their parts, byte for byte, for whoever must give a part back
//! as it came (numbers with all their digits, keys in their order, repeated keys), and reading the parts that mean something.
//!
//! The grammar is the one events are read by: unbounded nesting costs no stack where it is only passed over, half surrogate
//! pairs are accepted, and numbers have any size.

use crate::event::ReadError;
use crate::json::{self, Invalid, Scanner, ValueError, decode};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is not JSON")]
pub struct NotJson;

impl From<Invalid> for NotJson {
    fn from(_: Invalid) -> Self {
        NotJson
    }
}

/// What kind of value a JSON text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `{…}`
    Object,
    /// `[…]`
    List,
    /// `"…"`
    Text,
    /// a number, `true`, `false` or `null`
    Scalar,
}

/// Checks that the text is one JSON value and says of which kind.
///
/// # Errors
/// When it is not, or something follows it.
pub fn shape(text: &str) -> Result<Shape, NotJson> {
    let mut scanner = Scanner::new(text);
    let first = scanner.peek()?;
    scanner.skip()?;
    scanner.end()?;
    Ok(match first {
        b'{' => Shape::Object,
        b'[' => Shape::List,
        b'"' => Shape::Text,
        _ => Shape::Scalar,
    })
}

/// The members of an object: each key, its escapes resolved, and the text of its value. All of them, repeated keys included;
/// the last of these is the one that counts.
///
/// # Errors
/// When the text is not one JSON object.
pub fn members(text: &str) -> Result<Vec<(Cow<'_, str>, &str)>, NotJson> {
    let mut scanner = Scanner::new(text);
    let mut members = Vec::new();
    scanner.members(|scanner, key| {
        let value = part(scanner)?;
        members.push((decode(key), value));
        Ok::<_, Invalid>(())
    })?;
    scanner.end()?;
    Ok(members)
}

/// The value that counts of several members with one key.
pub fn find<'a>(members: &[(Cow<'_, str>, &'a str)], key: &str) -> Option<&'a str> {
    members.iter().rev().find(|(name, _)| name == key).map(|(_, value)| *value)
}

/// The texts of a list's elements.
///
/// # Errors
/// When the text is not one JSON list.
pub fn elements(text: &str) -> Result<Vec<&str>, NotJson> {
    let mut scanner = Scanner::new(text);
    let mut elements = Vec::new();
    scanner.elements(|scanner| {
        elements.push(part(scanner)?);
        Ok::<_, Invalid>(())
    })?;
    scanner.end()?;
    Ok(elements)
}

/// Reads an object, at most [`MAX_DEPTH`](crate::MAX_DEPTH) levels deep. Of equal keys the last one wins, in the place of the first, as in
/// JavaScript.
///
/// # Errors
/// When the text is no object, no JSON, or deeper.
pub fn object(text: &str) -> Result<Map<String, Value>, ReadError> {
    Ok(json::object(text, crate::MAX_DEPTH)?)
}

/// Reads any value, as [`object`] does.
///
/// # Errors
/// When the text is no JSON, or deeper.
pub fn value(text: &str) -> Result<Value, ReadError> {
    json::anything(text, crate::MAX_DEPTH).map_err(|error: ValueError| ReadError::from(error))
}

/// The text of the value that starts here.
fn part<'a>(scanner: &mut Scanner<'a>) -> Result<&'a str, Invalid> {
    scanner.peek()?;
    let start = scanner.position();
    scanner.skip()?;
    Ok(scanner.since(start))
}

#[cfg(test)]
mod tests;
