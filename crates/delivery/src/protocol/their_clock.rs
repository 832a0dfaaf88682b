//! InMoment's clock, as replies show it. Our own wall clock may be wrong by years, or be set at any moment. So times
//! that are compared with InMoment's times are given by InMoment's clock: the `Date` of a reply, plus the time since
//! (monotonic). Until the first reply, and for calls of a former process, our own clock is used.

use crate::clock::Now;
use event::Millis;

/// When a call was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Sent by this process: monotonic, and by our wall clock.
    Now(u64, Millis),
    /// Sent by a former process, at the recorded time.
    Before(Millis),
}

#[derive(Debug, Default)]
pub(crate) struct TheirClock {
    /// The last time that a reply gave, UNIX milliseconds, and when it came (monotonic).
    heard: Option<(i64, u64)>,
}

impl TheirClock {
    pub(crate) fn hear(&mut self, said_ms: i64, now: Now) {
        self.heard = Some((said_ms, now.mono));
    }

    /// Converts the time at which a call was sent to InMoment's clock.
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
