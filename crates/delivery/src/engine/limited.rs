//! How long events have been waiting for the limit of calls.

use event::Millis;

/// Events wait for the limit of calls.
pub(super) struct Limited {
    pub(super) since: Millis,
    /// Calls that InMoment refused for it.
    pub(super) refusals: u32,
    /// InMoment has answered a call since the limit last left none.
    pub(super) answered: bool,
}
