//! Ids: cleaning them, and the ids derived from them.

use md5::{Digest, Md5};
use serde_json::Value;
use std::borrow::Cow;
use uuid::Uuid;

/// Code points that count as printable but are invisible, which RudderStack removes besides all unprintable ones
/// (docs/facts/gateway.md#cleaned-ids); the unprintable ones of its list are not repeated here.
const INVISIBLE: [char; 9] = [
    '\u{34f}',   // combining grapheme joiner
    '\u{115f}',  // Hangul choseong filler
    '\u{1160}',  // Hangul jungseong filler
    '\u{17b4}',  // Khmer inherent vowel aq
    '\u{17b5}',  // Khmer inherent vowel aa
    '\u{2800}',  // Braille blank
    '\u{3164}',  // Hangul filler
    '\u{ffa0}',  // half-width Hangul filler
    '\u{1d159}', // musical null note head
];

/// An id without invisible characters: unprintable and invisible code points removed, then trimmed (docs/facts/gateway.md#cleaned-ids).
/// Spaces inside stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(stays) {
        Cow::Borrowed(text.trim_matches(' '))
    } else {
        let seen: String = text.chars().filter(|c| stays(*c)).collect();
        Cow::Owned(seen.trim_matches(' ').to_owned())
    }
}

/// An identifier without white space, control and invisible characters at both ends, and without NUL anywhere, which no
/// store accepts (docs/facts/mapping.md#tidied). Other characters inside it are unchanged.
pub fn tidy(text: &str) -> Cow<'_, str> {
    without_nul(text.trim_matches(|c: char| c.is_whitespace() || !stays(c)))
}

/// A text without NUL.
pub fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

/// Whether a text is empty after it is cleaned.
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(|c| c != ' ' && stays(c))
}

fn stays(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    !INVISIBLE.contains(&c) && is_printable(c)
}

/// Letters, marks, numbers, punctuation and symbols. The table is the standard library's, which is visible in the
/// characters that it escapes; the letter in front keeps it from escaping combining marks, which are printable.
fn is_printable(c: char) -> bool {
    let mut buffer = [0; 5];
    buffer[0] = b'a';
    let length = 1 + c.encode_utf8(&mut buffer[1..]).len();
    let Ok(text) = std::str::from_utf8(&buffer[..length]) else { return false };
    text.escape_debug().nth(1) == Some(c)
}

/// An id as text for internal use: a string is cleaned, null and a missing value become `""`, a number is written in
/// plain decimal, and any other value as compact JSON (docs/facts/gateway.md#cleaned-ids).
pub(crate) fn id_text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => clean(text).into_owned(),
        Some(Value::Number(number)) => crate::number::decimal(number),
        Some(other) => clean(&other.to_string()).into_owned(),
    }
}

/// RudderStack's `rudderId`: the MD5 of both cleaned ids in the form of a version 4 UUID
/// (docs/facts/gateway.md#rudder-id).
pub fn rudder_id(user_id: &str, anonymous_id: &str) -> String {
    let hash = Md5::new().chain_update(user_id).chain_update(":").chain_update(anonymous_id).finalize();
    as_uuid(hash.into())
}

/// The message id of an event that has none. RudderStack generates a random one when the event arrives
/// (docs/facts/gateway.md#message-id); Rapport stores requests, so the id is derived from the request's random id and
/// is the same each time the event is read.
pub(crate) fn message_id(request_id: [u8; 16], index: u32) -> String {
    let hash = Md5::new().chain_update(request_id).chain_update(index.to_be_bytes()).finalize();
    as_uuid(hash.into())
}

/// A message id in sixteen bytes: deduplication remembers it together with
/// [`Event::content_hash`](crate::Event::content_hash).
pub fn message_hash(message_id: &str) -> u128 {
    u128::from_be_bytes(Md5::digest(message_id).into())
}

/// Sixteen bytes in the form of a random UUID (RFC 9562, version 4): hyphenated and in lower case. The version and the
/// variant replace six bits.
pub fn as_uuid(bytes: [u8; 16]) -> String {
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .as_hyphenated()
        .encode_lower(&mut Uuid::encode_buffer())
        .to_owned()
}

#[cfg(test)]
mod tests;
