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

/// A text that the functions here accept, as standard JSON: without a byte order mark in front, and with `null` for
/// words such as `NaN`, for which JSON has no number. The rest is unchanged. It is for callers that pass parts of it
/// on.
pub fn plain(text: &str) -> Cow<'_, str> {
    let mut scanner = Scanner::new(text);
    let is_plain = scanner.position() == 0 && scanner.skip().is_ok() && scanner.not_numbers() == 0;
    if is_plain { Cow::Borrowed(text) } else { json::plain(text) }
}

/// The kind of value of a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// `{…}`
    Object,
    /// `[…]`
    List,
    /// `"…"`
    Text,
    /// a number, `true`, `false` or `null`
    Scalar,
}

/// Checks that the text is one JSON value and returns its kind.
///
/// # Errors
/// If the text is not JSON, or more text follows the value.
pub fn kind(text: &str) -> Result<JsonKind, NotJson> {
    let mut scanner = Scanner::new(text);
    let first = scanner.peek()?;
    scanner.skip()?;
    scanner.end()?;
    Ok(JsonKind::of(first))
}

impl JsonKind {
    fn of(first: u8) -> JsonKind {
        match first {
            b'{' => JsonKind::Object,
            b'[' => JsonKind::List,
            b'"' => JsonKind::Text,
            _ => JsonKind::Scalar,
        }
    }
}

/// The members of an object: each key, with its escapes resolved, and the text of its value. Repeated keys are
/// included; the last of them counts.
///
/// # Errors
/// If the text is not one JSON object.
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
/// If the text is not one JSON list.
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

/// Reads an object, at most `MAX_DEPTH` levels deep. If keys are equal, the last value wins, in the
/// position of the first, as in JavaScript.
///
/// # Errors
/// If the text is not an object, not JSON, or deeper.
pub fn object(text: &str) -> Result<Map<String, Value>, ReadError> {
    Ok(json::object(text, crate::event::MAX_DEPTH)?)
}

/// Reads any value, as [`object`] does.
///
/// # Errors
/// If the text is not JSON, or deeper.
pub fn value(text: &str) -> Result<Value, ReadError> {
    json::anything(text, crate::event::MAX_DEPTH).map_err(|error: ValueError| ReadError::from(error))
}

/// A walk through a text, for callers that need more than one level in one pass.
#[derive(Debug)]
pub struct JsonCursor<'a>(Scanner<'a>);

impl<'a> JsonCursor<'a> {
    /// At the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        JsonCursor(Scanner::new(text))
    }

    /// The kind of the next value; nothing is consumed.
    ///
    /// # Errors
    /// At the end of the text.
    pub fn kind(&mut self) -> Result<JsonKind, NotJson> {
        Ok(JsonKind::of(self.0.peek()?))
    }

    /// Consumes one value and returns its text.
    ///
    /// # Errors
    /// If it is not JSON.
    pub fn value(&mut self) -> Result<&'a str, NotJson> {
        Ok(part(&mut self.0)?)
    }

    /// Visits the members of the object that starts here; `member` must consume the value.
    ///
    /// # Errors
    /// If it is not an object or not JSON, or `member` returns an error.
    pub fn members(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        self.0.members(|scanner, key| inside(scanner, |cursor| member(cursor, decode(key))))
    }

    /// Visits the elements of the list that starts here; `element` must consume the value.
    ///
    /// # Errors
    /// If it is not a list or not JSON, or `element` returns an error.
    pub fn elements(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        self.0.elements(|scanner| inside(scanner, &mut element))
    }

    /// Whether [`plain`] would not change the values so far.
    pub fn is_plain(&self) -> bool {
        self.0.not_numbers() == 0
    }

    /// Only white space may be left.
    ///
    /// # Errors
    /// If there is more.
    pub fn end(&mut self) -> Result<(), NotJson> {
        Ok(self.0.end()?)
    }
}

/// Lends the scanner as a cursor.
fn inside<'a>(
    scanner: &mut Scanner<'a>,
    act: impl FnOnce(&mut JsonCursor<'a>) -> Result<(), NotJson>,
) -> Result<(), NotJson> {
    let mut cursor = JsonCursor(std::mem::replace(scanner, Scanner::new("")));
    let done = act(&mut cursor);
    *scanner = cursor.0;
    done
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
