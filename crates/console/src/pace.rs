//! When a backlog will be clear, at the present pace.

use event::Millis;

/// InMoment's limit is for a minute (inmoment-api.md 1.4).
const WINDOW_MS: f64 = 60_000.0;

/// What an estimate is made of.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pace {
    /// events waiting
    pub(crate) pending: u64,
    /// calls made and events delivered lately
    pub(crate) calls_lately: u64,
    pub(crate) delivered_lately: u64,
    /// calls allowed in a window; 0 when unknown
    pub(crate) limit: u32,
    /// calls go out
    pub(crate) running: bool,
}

/// When nothing will be pending any more, if it goes on like this; nothing when that cannot be said, or nothing is pending.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "an estimate; a float becomes the nearest integer there is"
)]
pub(crate) fn clear_at(now: Millis, pace: Pace) -> Option<Millis> {
    let Pace { pending, calls_lately, delivered_lately, limit, running } = pace;
    if !running || pending == 0 || limit == 0 {
        return None;
    }
    let calls_an_event =
        if delivered_lately == 0 { 1.0 } else { calls_lately as f64 / delivered_lately as f64 };
    let takes = pending as f64 * calls_an_event / f64::from(limit) * WINDOW_MS;
    Some(Millis(now.0.saturating_add(takes.ceil() as i64)))
}

#[cfg(test)]
mod tests;
