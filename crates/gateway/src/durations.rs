//! A histogram of the durations of requests without a lock: each duration is added to one counter and to the sum.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The bounds of [`Durations::counts`], in milliseconds. A request waits for the disk and for its own body, which may
/// arrive slowly.
pub const TOOK_MS: [u64; 12] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 30_000];

/// A snapshot of the histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Durations {
    /// the number of durations up to each of [`TOOK_MS`] and above the bound before; the last entry has those above all
    /// bounds
    pub counts: [u64; TOOK_MS.len() + 1],
    /// the sum of all durations
    pub together: Duration,
}

/// Counts durations.
#[derive(Debug, Default)]
pub(crate) struct Stopwatch {
    counts: [AtomicU64; TOOK_MS.len() + 1],
    micros: AtomicU64,
}

impl Stopwatch {
    pub(crate) fn took(&self, took: Duration) {
        let place = TOOK_MS.iter().position(|bound| took <= Duration::from_millis(*bound));
        self.counts[place.unwrap_or(TOOK_MS.len())].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Durations {
        Durations {
            counts: std::array::from_fn(|place| self.counts[place].load(Ordering::Relaxed)),
            together: Duration::from_micros(self.micros.load(Ordering::Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted_at_the_first_bound_that_holds_it() {
        let stopwatch = Stopwatch::default();
        for micros in [0, 1_000, 1_001, 2_000, 30_000_000, 30_000_001, 90_000_000] {
            stopwatch.took(Duration::from_micros(micros));
        }
        let read = stopwatch.read();
        assert_eq!(read.counts, [2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(read.together, Duration::from_micros(150_004_002));
    }

    #[test]
    fn threads_that_count_at_once_lose_nothing() {
        let stopwatch = Stopwatch::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1_000).for_each(|nth| stopwatch.took(Duration::from_micros(nth))));
            }
        });
        let read = stopwatch.read();
        assert_eq!((read.counts[0], read.counts.iter().sum::<u64>()), (4_000, 4_000));
        assert_eq!(read.together, Duration::from_micros(4 * 999 * 500));
    }
}
