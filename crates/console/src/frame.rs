//! A span of time cut into buckets of one length.

use event::Millis;

/// The shortest bucket and the interval between samples, in ms.
pub(crate) const MINUTE_MS: i64 = 60_000;

/// The lengths of buckets in minutes: up to half an hour, half a day, four weeks. Longer ones are multiples of the
/// last.
const LENGTHS: [i64; 19] =
    [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1_440, 2_880, 10_080, 20_160, 40_320];

/// Buckets of one length, side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    /// when the first begins
    pub(crate) start: i64,
    /// how long each is: whole minutes
    pub(crate) step: i64,
    pub(crate) count: usize,
}

impl Frame {
    /// Covers `from` to `to` with at most `points` buckets that begin at multiples of their length, so it may begin
    /// earlier and end later. A span that begins before 1970 is cut there.
    pub(crate) fn new(from: Millis, to: Millis, points: u32) -> Frame {
        let points = i64::from(points.max(1));
        let from = Millis(from.0.max(0));
        let longest = LENGTHS[LENGTHS.len() - 1];
        let longer = (2i64..).map(|times| longest.saturating_mul(times));
        let lengths = LENGTHS.into_iter().chain(longer).map(|minutes| minutes.saturating_mul(MINUTE_MS));
        let frames = lengths.map(|step| {
            let start = from.0.div_euclid(step).saturating_mul(step);
            let span = to.0.saturating_sub(start);
            (start, step, (span / step + i64::from(span % step > 0)).max(1))
        });
        // A length is always found before the largest time stamp.
        let found = frames.take(1 << 20).find(|(.., count)| *count <= points);
        let (start, step, count) = found.unwrap_or((from.0, i64::MAX, 1));
        Frame { start, step, count: usize::try_from(count).unwrap_or(1) }
    }

    /// When the nth begins.
    pub(crate) fn begin(&self, nth: usize) -> i64 {
        self.start.saturating_add(self.step.saturating_mul(i64::try_from(nth).unwrap_or(i64::MAX)))
    }

    /// When each begins, UNIX seconds.
    pub(crate) fn seconds(&self) -> Vec<i64> {
        (0..self.count).map(|nth| self.begin(nth).div_euclid(1_000)).collect()
    }

    /// When the last ends.
    pub(crate) fn end(&self) -> i64 {
        self.begin(self.count)
    }

    /// The bucket that this time falls into.
    pub(crate) fn of(&self, at: Millis) -> Option<usize> {
        let into = at.0.checked_sub(self.start).filter(|into| *into >= 0)?;
        usize::try_from(into / self.step).ok().filter(|nth| *nth < self.count)
    }

    /// The bucket for a span that ends at this time: a bucket includes its end and excludes its beginning.
    pub(crate) fn of_end(&self, at: Millis) -> Option<usize> {
        self.of(Millis(at.0.checked_sub(1)?))
    }
}

#[cfg(test)]
mod tests;
