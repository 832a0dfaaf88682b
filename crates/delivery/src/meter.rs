//! Figures of a destination's calls: failures by code, and durations. They are counted where the calls are made, so
//! that every call is counted.

use crate::call_client::CallClient;
use inmoment::{Call, Called};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The bounds of [`CallFigures::took`], in milliseconds. InMoment answers within some hundred milliseconds; a call is
/// given up after 30 seconds.
pub const BOUNDS_MS: [u64; 10] = [25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

/// The code of a call that ended without an outcome: it was abandoned at a shutdown, or its task failed.
const ABANDONED: &str = "abandoned";

/// The figures of all calls since the delivery was started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallFigures {
    /// calls that failed, by code (docs/errors.md)
    pub failures: BTreeMap<&'static str, u64>,
    /// a histogram of sent calls: the number with a duration up to each of [`BOUNDS_MS`] and above the bound before;
    /// the last entry has those above all bounds
    pub took: [u64; BOUNDS_MS.len() + 1],
    /// the sum of their durations
    pub took_together: Duration,
}

/// Counts calls. Clones share their counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Mutex<CallFigures>>);

impl Meter {
    pub(crate) fn read(&self) -> CallFigures {
        self.figures().clone()
    }

    fn failed(&self, code: &'static str) {
        *self.figures().failures.entry(code).or_default() += 1;
    }

    fn took(&self, took: Duration) {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let place = BOUNDS_MS.iter().position(|bound| millis <= *bound).unwrap_or(BOUNDS_MS.len());
        let mut figures = self.figures();
        figures.took[place] += 1;
        figures.took_together = figures.took_together.saturating_add(took);
    }

    fn figures(&self) -> MutexGuard<'_, CallFigures> {
        // The counts are consistent at every moment, even if a thread panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A caller whose calls are counted.
pub(crate) struct Metered {
    pub(crate) caller: Arc<dyn CallClient>,
    pub(crate) meter: Meter,
}

impl CallClient for Metered {
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(async {
            let unfinished = Unfinished(Some(&self.meter));
            let called = self.caller.call(call).await;
            unfinished.finished();
            if let Err(error) = &called.outcome {
                self.meter.failed(error.code);
            }
            // A call that was not sent because there was no token has no meaningful duration.
            if called.exchange.status.is_some() || !called.exchange.took.is_zero() {
                self.meter.took(called.exchange.took);
            }
            called
        })
    }
}

/// A guard that counts a call as abandoned unless it finishes, even if the caller panics.
struct Unfinished<'a>(Option<&'a Meter>);

impl Unfinished<'_> {
    fn finished(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(meter) = self.0 {
            meter.failed(ABANDONED);
        }
    }
}

#[cfg(test)]
mod tests;
