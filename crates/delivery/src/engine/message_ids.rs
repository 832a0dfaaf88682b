//! The events under way, by message id and content, for deduplication. Nearly every message id belongs to one event; a
//! sender that uses one id for all of its events costs no more than others.

use journal::{MessageKey, Seen, SourceId};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// The contents of the events with one message id.
enum Contents {
    One(u128),
    /// Never empty.
    Several(HashSet<u128>),
}

#[derive(Default)]
pub(crate) struct MessageIds(HashMap<(SourceId, u128), Contents>);

impl MessageIds {
    /// Adds an event, and returns whether it or another event with its message id was there before.
    pub(crate) fn insert(&mut self, key: MessageKey) -> Seen {
        let held = match self.0.entry((key.source, key.id)) {
            Entry::Vacant(place) => {
                place.insert(Contents::One(key.content));
                return Seen::Never;
            }
            Entry::Occupied(held) => held.into_mut(),
        };
        let added = match held {
            Contents::One(content) if *content == key.content => false,
            Contents::One(content) => {
                *held = Contents::Several(HashSet::from([*content, key.content]));
                true
            }
            Contents::Several(contents) => contents.insert(key.content),
        };
        if added { Seen::Reused } else { Seen::Same }
    }

    pub(crate) fn remove(&mut self, key: MessageKey) {
        let Entry::Occupied(mut held) = self.0.entry((key.source, key.id)) else { return };
        let gone = match held.get_mut() {
            Contents::One(content) => *content == key.content,
            Contents::Several(contents) => {
                contents.remove(&key.content);
                contents.is_empty()
            }
        };
        if gone {
            held.remove();
        }
    }
}

#[cfg(test)]
mod tests;
