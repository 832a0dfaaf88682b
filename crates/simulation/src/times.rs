//! What the clocks show, and how long ago something was stamped, whatever the wall clock was set to since: what a journal knows
//! by its timeline.

use delivery::Now;
use event::Millis;
use std::time::Duration;

/// How the wall clock stood, and since when.
pub(super) struct Times {
    begin: Millis,
    now: u64,
    /// From when on the wall clock was off by so much.
    stretches: Vec<(u64, i64)>,
}

impl Times {
    pub(super) fn new(begin: Millis) -> Times {
        Times { begin, now: 0, stretches: vec![(0, 0)] }
    }

    /// The truth is this, and the wall clock is off by so much.
    pub(super) fn stand(&mut self, now: u64, skew: i64) {
        self.now = now;
        if self.stretches.last().is_none_or(|(_, last)| *last != skew) {
            self.stretches.push((now, skew));
        }
    }

    /// Both clocks, as a process that started then reads them.
    pub(super) fn read(&self, started: u64) -> Now {
        let skew = self.stretches.last().map_or(0, |(_, skew)| *skew);
        let wall = Millis(self.begin.0.saturating_add_unsigned(self.now).saturating_add(skew));
        Now { wall, mono: self.now - started }
    }

    /// The greatest age that a stamp can have.
    pub(super) fn age(&self, stamp: Millis) -> Option<Duration> {
        let ends = self.stretches.iter().skip(1).map(|(from, _)| *from).chain([self.now]);
        let made = self.stretches.iter().zip(ends).find_map(|((from, skew), end)| {
            let made = u64::try_from(stamp.0 - self.begin.0 - skew).ok()?;
            (*from..=end).contains(&made).then_some(made)
        });
        made.map(|made| Duration::from_millis(self.now - made))
    }
}
