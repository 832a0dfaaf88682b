//! The times of the last step and of the last progress.

use crate::clock::Now;

pub(super) struct Steps {
    /// When there was last a reason to rest, or a call was sent, or a reply, a read or an order came in (monotonic).
    pub(super) moved_at: u64,
    /// When the machine was last stepped (monotonic).
    pub(super) stepped_at: u64,
}

impl Steps {
    pub(super) fn new(now: Now) -> Self {
        Steps { moved_at: now.mono, stepped_at: now.mono }
    }
}
