//! An event in the index: only numbers. The end user is a hash; the event itself has the rest.

use super::facts::Facts;
use event::EventKind;

/// Everything that the index has of one event.
pub(super) struct Entry {
    pub(super) kind: i64,
    /// each once
    pub(super) keys: Vec<i64>,
}

/// The number for events of an unknown type.
const OTHER: i64 = -1;

impl Entry {
    pub(super) fn new(facts: &Facts) -> Entry {
        let kind = EventKind::ALL.iter().position(|kind| kind.as_str() == facts.kind);
        let mut keys: Vec<i64> = facts.users().map(user_key).collect();
        if !facts.message_id.is_empty() {
            keys.push(message_key(&facts.message_id));
        }
        keys.sort_unstable();
        keys.dedup();
        Entry { kind: kind.map_or(OTHER, position), keys }
    }
}

/// The number of a type in the index.
pub(super) fn kind_number(kind: EventKind) -> i64 {
    EventKind::ALL.iter().position(|known| *known == kind).map_or(OTHER, position)
}

fn position(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(OTHER)
}

pub(super) fn message_key(message_id: &str) -> i64 {
    hash("m", message_id)
}

pub(super) fn user_key(user: &str) -> i64 {
    hash("u", user)
}

/// Half of the hash that deduplication uses; the other half is not needed, because each candidate is compared.
fn hash(what: &str, text: &str) -> i64 {
    let bytes = event::message_hash(&[what, text].concat()).to_be_bytes();
    let [a, b, c, d, e, f, g, h, ..] = bytes;
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}
