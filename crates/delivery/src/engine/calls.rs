//! Calls that are announced or out.

use super::lane::LaneId;

/// Names one call under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// A call that is announced or out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnderWay {
    /// The lane whose head it is for; none for a call that proves the credentials.
    pub(crate) lane: Option<LaneId>,
    /// When it went out, or was announced (monotonic).
    pub(crate) sent_at: u64,
}
