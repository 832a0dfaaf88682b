//! The turns of the lanes that want a value which its holder no longer has ([`super::turns`] has the policy).

use crate::protocol::fields::compared;
use journal::{ConflictRecord, Settlement, UniqueField};
use std::collections::{BTreeSet, HashMap};

/// A value of a field, as InMoment compares it.
pub(super) type Wanted = (UniqueField, String);

#[derive(Default)]
pub(super) struct Turns {
    pub(super) of: HashMap<Wanted, Turn>,
    /// Values for which a lane's try may have ended.
    pub(super) changed: BTreeSet<Wanted>,
}

#[derive(Default)]
pub(super) struct Turn {
    /// The end user who held the value.
    pub(super) holder: String,
    pub(super) holds: Option<String>,
    /// The lanes that try now.
    pub(super) trying: BTreeSet<String>,
    /// The lanes that have had their turn since the value was given up.
    pub(super) had: BTreeSet<String>,
}

impl Turns {
    /// Restores a conflict from the journal; a lane that was about to try goes on.
    pub(super) fn restore(&mut self, record: &ConflictRecord) {
        let Some(holder) = record.holder.end_user_id.as_ref().filter(|_| tries(record)) else { return };
        let wanted = (record.field, compared(record.field, &record.value));
        let turn = self.of.entry(wanted).or_default();
        turn.holder.clone_from(holder);
        turn.trying.insert(record.lane.clone());
        turn.had.insert(record.lane.clone());
    }

    /// Notes that the conflict of this lane is about to change.
    pub(super) fn changed(&mut self, wanted: &Wanted, lane: &str) {
        if self.of.get(wanted).is_some_and(|turn| turn.trying.contains(lane)) {
            self.changed.insert(wanted.clone());
        }
    }
}

/// Whether the value is to be tried.
pub(super) fn tries(record: &ConflictRecord) -> bool {
    record.settlement == Some(Settlement::TryAgain)
}
