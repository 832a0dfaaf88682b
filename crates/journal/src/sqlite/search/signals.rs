//! The signals to and from the search thread.

use crate::error::JournalError;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The number of removed requests in one task.
const REMOVED: usize = 4_096;

/// Shared by the search thread, the writer, which reports appends, retention, which reports removals, and readers, which
/// wait or find damage.
#[derive(Default)]
pub(in crate::sqlite) struct Signals {
    state: Mutex<State>,
    /// there is something to do
    work: Condvar,
    /// it is time to stop
    halt: Condvar,
    /// something was done
    done: Condvar,
}

#[derive(Default)]
struct State {
    /// one more than the newest request's number
    end: u64,
    /// requests below this number can be found
    indexed_to: u64,
    /// requests that were removed from the journal and not yet from the index
    removed: Vec<u64>,
    /// some of them are being removed
    sweeping: bool,
    damaged: bool,
    stopped: bool,
}

/// A task of the search thread.
pub(super) struct Task {
    /// index up to here
    pub(super) end: u64,
    /// remove these
    pub(super) removed: Vec<u64>,
    /// rebuild the index
    pub(super) damaged: bool,
}

impl Signals {
    /// Reports an append: the newest request's number is one less than this.
    pub(in crate::sqlite) fn appended(&self, end: u64) {
        self.locked().end = end;
        self.work.notify_one();
    }

    /// Reports that these requests are no longer in the journal.
    pub(in crate::sqlite) fn removed(&self, numbers: impl IntoIterator<Item = u64>) {
        self.locked().removed.extend(numbers);
        self.work.notify_one();
    }

    /// Reports that the index is damaged.
    pub(super) fn damaged(&self) {
        self.locked().damaged = true;
        self.work.notify_one();
    }

    /// Ends the search thread, even during a rest.
    pub(in crate::sqlite) fn stop(&self) {
        self.locked().stopped = true;
        self.work.notify_all();
        self.halt.notify_all();
        self.done.notify_all();
    }

    /// The search thread reports how far it is.
    pub(super) fn indexed(&self, to: u64) {
        let mut state = self.locked();
        state.indexed_to = to;
        state.sweeping = false;
        drop(state);
        self.done.notify_all();
    }

    /// For the search thread: waits for a task; `None` when it has to stop.
    pub(super) fn task(&self) -> Option<Task> {
        let idle = |state: &mut State| {
            !state.stopped && !state.damaged && state.removed.is_empty() && state.indexed_to >= state.end
        };
        let mut state = self.work.wait_while(self.locked(), idle).unwrap_or_else(PoisonError::into_inner);
        if state.stopped {
            return None;
        }
        let rest = state.removed.len().saturating_sub(REMOVED);
        let removed = state.removed.split_off(rest);
        state.sweeping = !removed.is_empty();
        if state.damaged {
            state.indexed_to = 0;
        }
        Some(Task { end: state.end, removed, damaged: std::mem::take(&mut state.damaged) })
    }

    /// Must the search thread stop?
    pub(super) fn stopping(&self) -> bool {
        self.locked().stopped
    }

    /// One more than the newest request's number.
    pub(super) fn end(&self) -> u64 {
        self.locked().end
    }

    /// For the search thread: rests so long, unless it has to stop.
    pub(super) fn rest(&self, length: Duration) {
        let until = Instant::now() + length;
        let mut state = self.locked();
        while !state.stopped {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let (again, _) = self.halt.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
            state = again;
        }
    }

    /// Waits until the index has everything that was appended and removed so far.
    pub(in crate::sqlite) fn settled(&self) -> Result<(), JournalError> {
        let state = self.locked();
        let end = state.end;
        let behind = |state: &mut State| {
            let busy = state.damaged || state.sweeping || !state.removed.is_empty();
            !state.stopped && (busy || state.indexed_to < end)
        };
        let state = self.done.wait_while(state, behind).unwrap_or_else(PoisonError::into_inner);
        if state.stopped { Err(JournalError::Closed) } else { Ok(()) }
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        // No code under this lock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
