//! Finds out which of the given events a server would consider the same (docs/facts/mapping.md#same-event).

use std::collections::HashMap;

/// The numbers of the events so far, by message id (empty if there is none) and content.
#[derive(Default)]
pub(super) struct Identities {
    events: HashMap<(String, u128), usize>,
    ids: HashMap<String, usize>,
}

impl Identities {
    /// The note about the event with this number, counted from 1, because of earlier events.
    pub(super) fn note(&mut self, number: usize, identity: Option<&(String, u128)>) -> Option<String> {
        let (id, content) = identity?;
        let event = self.events.insert((id.clone(), *content), number);
        let by_id = if id.is_empty() { None } else { self.ids.insert(id.clone(), number) };
        match (event, by_id) {
            (Some(same), _) => Some(format!(
                "it is event {same} once more: within 24 hours a server delivers it once, and skips the others (duplicate)"
            )),
            (None, Some(other)) => Some(format!(
                "its messageId is that of event {other}, and it says something else: a server delivers both (message_id_reused)"
            )),
            (None, None) => None,
        }
    }
}
