//! A digest of an event's content, in sixteen bytes. Together with the message id it identifies an event (docs/facts/mapping.md#same-event).
//!
//! A message id alone does not identify an event: senders use a constant, `"undefined"`, or the id of the page for all
//! of its events. Two events are the same if their ids are and their contents are. The content is the event as it was
//! read, without the fields that a sender or a receiver adds on each try; so white space, the order of keys and the
//! escaping of texts make no difference, nor does it matter whether the route or the event itself names its type.
//! Numbers are compared as they are written, because a sender repeats an event with the same digits.

use crate::Event;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Fields that are added or changed with each try: senders change `sentAt` and `_metadata` (Segment's SDKs count their
/// tries in it), receivers the others. The message id is the other half of the identity, and the type is taken from
/// `Event::kind`.
const LEFT_OUT: [&str; 7] =
    ["_metadata", "messageId", "receivedAt", "request_ip", "rudderId", "sentAt", "type"];

/// The initial capacity, enough for an ordinary event.
const USUAL: usize = 2_048;

impl Event {
    /// The digest of its content: the first half of a SHA-256. `originalTimestamp` is left out if there is a
    /// `timestamp`, which then has the time of the event.
    pub fn content_hash(&self) -> u128 {
        let mut text = Vec::with_capacity(USUAL);
        put_text(&mut text, self.kind.as_str());
        let timed = self.body.get("timestamp").is_some_and(|timestamp| !timestamp.is_null());
        let added = |key: &str| LEFT_OUT.contains(&key) || (timed && key == "originalTimestamp");
        let says = |key: &str| !added(key);
        put_members(&mut text, self.body.iter().filter(|(key, _)| says(key)));
        let digest: [u8; 32] = Sha256::digest(&text).into();
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        u128::from_be_bytes(half)
    }
}

/// Each value begins with a letter for its type, and a value of variable length also with its length, so no two values
/// are written in the same way.
fn put(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(b'0'),
        Value::Bool(false) => out.push(b'f'),
        Value::Bool(true) => out.push(b't'),
        Value::Number(number) => {
            out.push(b'n');
            put_text(out, &number.to_string());
        }
        Value::String(text) => {
            out.push(b's');
            put_text(out, text);
        }
        Value::Array(elements) => {
            out.push(b'l');
            put_length(out, elements.len());
            for element in elements {
                put(out, element);
            }
        }
        Value::Object(members) => {
            out.push(b'o');
            put_members(out, members.iter());
        }
    }
}

fn put_members<'a>(out: &mut Vec<u8>, members: impl Iterator<Item = (&'a String, &'a Value)>) {
    let mut members: Vec<_> = members.collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    put_length(out, members.len());
    for (key, value) in members {
        put_text(out, key);
        put(out, value);
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_length(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend_from_slice(&(length as u64).to_le_bytes());
}

#[cfg(test)]
mod tests;
