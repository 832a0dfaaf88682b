//! Calls that were turned away (`FailureClass::Deny`, `FailureClass::Refresh`): decides whether the account or one end user's call is
//! the cause.
//!
//! # Policy
//! A firewall may reject one comment, and the whole account may lack a permission; a single reply looks the same in
//! both cases. So:
//!
//! * A lane whose call was turned away sleeps as after any failure, and the other lanes go on.
//! * When the calls of [`HALTS_AFTER`] different end users were turned away and no call has got through to InMoment
//!   since the first of these, the destination is halted. One call at a time then tries whether that is over
//!   ([`super::standing`]). A call gets through if InMoment itself answers it, even with a refusal.
//! * An event becomes a dead letter when its call was turned away at least [`DENIED_TRIES`] times over at least
//!   [`DENIED_MS`], and another end user's intent was carried out between any two of those tries. The dead letter has
//!   the code and the words of the last answer. While no intent is carried out, no event is given up, however long that
//!   lasts.
//!
//! After a restart the count of an event continues and its time begins again, so a restart can only make it wait
//! longer.

use super::failure::{AfterFailure, Failure};
use super::lane::{Denied, Lane, LaneId};
use super::trouble::Outage;
use crate::clock::Now;

/// The number of different end users whose calls must be turned away before the destination is halted.
const HALTS_AFTER: usize = 3;
/// How often an event's call is turned away before the event is given up.
const DENIED_TRIES: u32 = 5;
/// The least time over which that happens, in ms.
const DENIED_MS: u64 = 2 * 60_000;

/// Lanes whose calls were turned away since a call last got through; it holds no more than are needed.
#[derive(Default)]
pub(super) struct Denials {
    lanes: Vec<LaneId>,
}

impl Denials {
    /// Notes that a lane's call was turned away. Returns true if the calls of enough different end users were.
    pub(super) fn add(&mut self, lane: LaneId) -> bool {
        if !self.lanes.contains(&lane) && self.lanes.len() < HALTS_AFTER {
            self.lanes.push(lane);
        }
        self.lanes.len() >= HALTS_AFTER
    }

    /// Notes that InMoment itself answered a call, so the calls that were turned away were single cases.
    pub(super) fn clear(&mut self) {
        self.lanes.clear();
    }
}

/// Counts that the call of this lane's head was turned away; if that has happened often and long enough, the head is
/// given up.
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
