//! Events that happen many times in a row and are logged only at the beginning and at the end.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// An episode is over after this time without the event.
const QUIET: Duration = Duration::from_secs(60);

/// One kind of event.
#[derive(Debug, Default)]
pub(crate) struct Episode(Mutex<Option<State>>);

#[derive(Debug, Clone, Copy)]
struct State {
    count: u64,
    last: Instant,
}

impl Episode {
    /// Notes that it happened; returns true if it must be logged, because an episode begins.
    pub(crate) fn happened(&self) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = state.map_or(0, |state| state.count);
        *state = Some(State { count: count + 1, last: Instant::now() });
        count == 0
    }

    /// How often it happened in an episode that is over now, to be logged. It is called periodically.
    pub(crate) fn over(&self) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = state.filter(|state| state.last.elapsed() >= QUIET)?;
        *state = None;
        Some(ended.count)
    }
}

#[cfg(test)]
mod tests;
