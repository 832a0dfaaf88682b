//! InMoment's clock, as far as it was heard. Our own wall clock may be wrong by years, or be set at any moment; what is
//! compared with times that InMoment gives is told by InMoment's clock: what a reply's `Date` said, and how much time has
//! passed since (monotonic). Only while nothing was heard is our own clock believed.

use crate::clock::Now;
use event::Millis;

/// When a call was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// By this process: monotonic, and by our wall clock.
    Now(u64, Millis),
    /// By a former one, as it was recorded.
    Before(Millis),
}

#[derive(Debug, Default)]
pub(crate) struct TheirClock {
    /// What it said, UNIX milliseconds, and when that was (monotonic).
    heard: Option<(i64, u64)>,
}

impl TheirClock {
    pub(crate) fn hear(&mut self, said_ms: i64, now: Now) {
        self.heard = Some((said_ms, now.mono));
    }

    /// When this was, by InMoment's clock.
    pub(crate) fn tells(&self, sent: Sent) -> Millis {
        match (sent, self.heard) {
            (Sent::Now(mono, _), Some((said, at))) => {
                let since = i128::from(mono) - i128::from(at);
                Millis(said.saturating_add(i64::try_from(since).unwrap_or(0)))
            }
            (Sent::Now(_, wall), None) => wall,
            (Sent::Before(recorded), _) => recorded,
        }
    }
}
