//! Whose turn it is to have a value that its holder no longer has ([`super::turns`] has the policy).

use crate::protocol::fields::compared;
use journal::{ConflictRecord, Settlement, UniqueField};
use std::collections::{BTreeSet, HashMap};

/// A value of a field, as InMoment compares it.
pub(super) type Wanted = (UniqueField, String);

#[derive(Default)]
pub(super) struct Turns {
    pub(super) of: HashMap<Wanted, Turn>,
    /// Values of which somebody who tries may have come to an end.
    pub(super) changed: BTreeSet<Wanted>,
}

#[derive(Default)]
pub(super) struct Turn {
    /// The end user who held the value, and what it holds now.
    pub(super) holder: String,
    pub(super) holds: Option<String>,
    /// The lanes that try.
    pub(super) trying: BTreeSet<String>,
    /// All that have had their turn since the value was let go of.
    pub(super) had: BTreeSet<String>,
}

impl Turns {
    /// A conflict as the journal has it: who was about to try goes on.
    pub(super) fn restore(&mut self, record: &ConflictRecord) {
        let Some(holder) = record.holder.end_user_id.as_ref().filter(|_| tries(record)) else { return };
        let wanted = (record.field, compared(record.field, &record.value));
        let turn = self.of.entry(wanted).or_default();
        turn.holder.clone_from(holder);
        turn.trying.insert(record.lane.clone());
        turn.had.insert(record.lane.clone());
    }

    /// The conflict of this lane is about to change.
    pub(super) fn changed(&mut self, wanted: &Wanted, lane: &str) {
        if self.of.get(wanted).is_some_and(|turn| turn.trying.contains(lane)) {
            self.changed.insert(wanted.clone());
        }
    }
}

/// It is to be tried whether the value can be had.
pub(super) fn tries(record: &ConflictRecord) -> bool {
    record.settlement == Some(Settlement::TryAgain)
}
