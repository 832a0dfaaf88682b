//! When the machine was last stepped, and when something last moved.

use crate::clock::Now;

pub(super) struct Steps {
    /// When rest was last explained, or a call went out or a reply, a read or an order came in (monotonic).
    pub(super) moved_at: u64,
    /// When the machine was last stepped (monotonic).
    pub(super) stepped_at: u64,
}

impl Steps {
    pub(super) fn new(now: Now) -> Self {
        Steps { moved_at: now.mono, stepped_at: now.mono }
    }
}
