//! A dead letter as the journal in memory keeps it.

use crate::records::{DeadLetterFilter, DestinationId, NewDeadLetter, NewRequest, SourceId};

/// A dead letter with everything that a requeue needs.
pub(super) struct Letter {
    pub(super) destination: DestinationId,
    pub(super) about: NewDeadLetter,
    pub(super) event: String,
    /// its request, whose body is only this event
    pub(super) request: NewRequest,
    pub(super) first_index: u32,
}

impl Letter {
    /// The bytes that it uses, if it belongs to this source.
    pub(super) fn stored_bytes(&self, source: SourceId) -> u64 {
        if self.request.source == source { self.event.len() as u64 } else { 0 }
    }

    pub(super) fn matches(&self, id: u64, filter: &DeadLetterFilter) -> bool {
        filter.destination.is_none_or(|destination| destination == self.destination)
            && filter.code.as_ref().is_none_or(|code| *code == self.about.code)
            && filter.ids.as_ref().is_none_or(|ids| ids.contains(&id))
            && filter.after.is_none_or(|after| id > after)
            && filter.up_to.is_none_or(|up_to| id <= up_to)
            && filter.from.is_none_or(|from| self.about.died_at >= from)
            && filter.to.is_none_or(|to| self.about.died_at < to)
            && filter.source.is_none_or(|source| self.request.source == source)
            && filter.user.as_ref().is_none_or(|user| self.about.user.as_ref() == Some(user))
            && filter.message_id.as_ref().is_none_or(|id| *id == self.about.message_id)
    }
}
