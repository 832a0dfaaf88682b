//! Calls that were turned away (`FailureClass::Deny`, `FailureClass::Refresh`): is the account to blame, or one end user's call?
//!
//! # Policy
//! A firewall may dislike one comment, and the whole account may lack a permission; one reply looks the same. So:
//!
//! * A lane whose call was turned away sleeps as after any failure, and the others go on.
//! * When the calls of [`HALTS_AFTER`] different end users were turned away and since the first of these nobody's got through
//!   to InMoment, the destination is halted. One call at a time then tries whether that is over ([`super::standing`]). To get
//!   through is to be answered by InMoment itself, be it with a refusal.
//! * An event is given up when its call was turned away at least [`DENIED_TRIES`] times over at least [`DENIED_MS`], and
//!   between any two of those tries somebody else's intent was carried out. Its dead letter has the code and the words of
//!   the last answer. While nobody succeeds nothing is given up, however long it lasts.
//!
//! The count of an event goes on after a restart, and its time begins anew; so a restart can only make it wait longer.

use super::failure::{AfterFailure, Failure};
use super::lane::{Denied, Lane, LaneId};
use super::trouble::Outage;
use crate::clock::Now;

/// So many different end users' calls must be turned away before everybody is halted.
const HALTS_AFTER: usize = 3;
/// So often an event's call is turned away before the event is given up.
const DENIED_TRIES: u32 = 5;
/// For so long at least.
const DENIED_MS: u64 = 2 * 60_000;

/// Lanes whose calls were turned away since anybody's last got through; never more than matter.
#[derive(Default)]
pub(super) struct Denials {
    lanes: Vec<LaneId>,
}

impl Denials {
    /// A lane's call was turned away. True if enough different end users' calls were.
    pub(super) fn add(&mut self, lane: LaneId) -> bool {
        if !self.lanes.contains(&lane) && self.lanes.len() < HALTS_AFTER {
            self.lanes.push(lane);
        }
        self.lanes.len() >= HALTS_AFTER
    }

    /// InMoment itself answered: whoever fails or is turned away, fails alone.
    pub(super) fn clear(&mut self) {
        self.lanes.clear();
    }
}

/// Counts that the call of this lane's head was turned away; if that has been so often and for long enough, the head is given up.
pub(super) fn count<I>(
    lane: &mut Lane<I>,
    failure: Failure<'_>,
    outage: &Outage,
    now: Now,
) -> Option<AfterFailure> {
    let last_failure = lane.failures.as_ref().map(|failures| failures.last_failure);
    let beside = last_failure.is_some_and(|failed| outage.finished_since(failed));
    let denied = &mut lane.denied;
    if denied.tries == 0 {
        *denied = Denied { tries: 1, first: now.mono };
    } else if beside {
        denied.tries += 1;
    }
    let minutes = (now.mono - denied.first) / 60_000;
    (denied.tries >= DENIED_TRIES && now.mono - denied.first >= DENIED_MS).then(|| {
        let reason = format!(
            "given up: for {minutes} minutes its call was turned away while others' went through; the last answer: {}",
            failure.message
        );
        AfterFailure::GiveUp { code: failure.code, reason }
    })
}
