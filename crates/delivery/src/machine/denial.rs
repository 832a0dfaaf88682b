//! Calls that were turned away (`Class::Deny`, `Class::Refresh`): is the account to blame, or one end user's call?
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

use super::Machine;
use super::effects::Effects;
use super::standing::Cause;
use crate::clock::Now;
use inmoment::CallError;
use mapping::Refusal;

/// So many different end users' calls must be turned away before everybody is halted.
pub(super) const HALTS_AFTER: usize = 3;
/// So often an event's call is turned away before the event is given up.
const DENIED_TRIES: u32 = 5;
/// For so long at least.
const DENIED_MS: u64 = 2 * 60_000;

/// Lanes whose calls were turned away since anybody's last got through; never more than matter.
#[derive(Default)]
pub(super) struct Denials {
    lanes: Vec<u64>,
}

impl Denials {
    /// True if enough different end users' calls were turned away.
    fn add(&mut self, lane: u64) -> bool {
        if !self.lanes.contains(&lane) && self.lanes.len() < HALTS_AFTER {
            self.lanes.push(lane);
        }
        self.lanes.len() >= HALTS_AFTER
    }

    pub(super) fn clear(&mut self) {
        self.lanes.clear();
    }
}

/// How often the call of a lane's head was turned away.
#[derive(Default)]
pub(super) struct Denied {
    pub(super) tries: u32,
    /// When it first was, in this process (monotonic).
    pub(super) first: u64,
}

impl Machine {
    /// A lane's call was turned away.
    pub(super) fn denied(&mut self, id: u64, error: &CallError, now: Now, effects: &mut Effects) {
        if self.denials.add(id) || self.standing.is_denied() {
            self.standing.halt(Cause::Denied, error, now, &mut effects.changes);
        }
        let last_finish = self.outage.last_finish();
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let last_failure = lane.trouble.as_ref().map(|trouble| trouble.last_failure);
        let denied = &mut lane.denied;
        let beside = last_failure.is_some_and(|failed| last_finish.is_some_and(|finished| finished > failed));
        if denied.tries == 0 {
            *denied = Denied { tries: 1, first: now.mono };
        } else if beside {
            denied.tries += 1;
        }
        let minutes = (now.mono - denied.first) / 60_000;
        if denied.tries >= DENIED_TRIES && now.mono - denied.first >= DENIED_MS {
            let reason = format!(
                "given up: for {minutes} minutes its call was turned away while others' went through; the last answer: {}",
                error.message
            );
            self.kill_head(id, Refusal { code: error.code, reason }, now, effects);
            return self.look_at(id, now, effects);
        }
        self.failed(id, error, now, effects);
    }

    /// InMoment itself answered: whoever fails or is turned away, fails alone.
    pub(super) fn got_through(&mut self, effects: &mut Effects) {
        self.denials.clear();
        self.standing.got_through(&mut effects.changes);
    }
}
