//! The time that events have been waiting for the limit of calls.

use event::Millis;

/// Events wait for the limit of calls.
pub(super) struct Limited {
    pub(super) since: Millis,
    /// The number of calls that InMoment refused because of the limit.
    pub(super) refusals: u32,
    /// Whether InMoment has answered a call since the limit last left none.
    pub(super) answered: bool,
}
