//! Calls that are announced or sent.

use super::lane::LaneId;

/// Identifies one call under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CallId(pub(crate) u64);

/// A call that is announced or sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnderWay {
    /// The lane whose head it is for; `None` for a call that proves the credentials.
    pub(crate) lane: Option<LaneId>,
    /// When it was sent, or announced (monotonic).
    pub(crate) sent_at: u64,
}
