//! A journal in memory: the model that the durable one is compared with, and the journal of tests and simulation.
//!
//! # Policy
//! * Everything happens under one lock and every [`Receipt`](crate::Receipt) is ready when it is handed out: a test sees no threads.
//! * "Durable" means that the value has it: a simulated crash drops the users of the journal, but not the journal.
//! * It is simple and not fast: it has no retention and no caches, and counts whatever can be counted instead of keeping
//!   counters. Where the two journals differ, suspect the other one.
//! * It keeps no audit, because nobody reads one here; a test can receive the entries ([`MemoryJournal::with_audit`]).
//! * A test can make writes fail ([`MemoryJournal::fail_writes`]): they then change nothing, as on a full disk.

mod commit;
mod letter;
mod letters;
mod port;
mod state;
#[cfg(test)]
mod tests;

use crate::error::JournalError;
use crate::records::{DestinationId, NewAudit, NewSurveyAnswer};
use event::Millis;
use state::{FIRST_NUMBER, Fault, State};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// See the module.
pub struct MemoryJournal {
    state: Mutex<State>,
    appended: watch::Sender<u64>,
    audit: Option<Box<KeepAudit>>,
    ages: Option<Box<TellAge>>,
}

/// Receives the audit entry of a write before the write is carried out; an error makes the write fail.
type KeepAudit = dyn Fn(&NewAudit) -> Result<(), JournalError> + Send + Sync;

/// Says how long ago something was stamped.
type TellAge = dyn Fn(Millis) -> Option<Duration> + Send + Sync;

impl Default for MemoryJournal {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        MemoryJournal {
            state: Mutex::new(State::new()),
            appended: watch::Sender::new(FIRST_NUMBER),
            audit: None,
            ages: None,
        }
    }

    /// For tests: `keep` receives the audit entry of each write before the write is carried out; if `keep` fails, the write
    /// fails and changes nothing.
    #[must_use]
    pub fn with_audit(
        self,
        keep: impl Fn(&NewAudit) -> Result<(), JournalError> + Send + Sync + 'static,
    ) -> Self {
        MemoryJournal { audit: Some(Box::new(keep)), ..self }
    }

    /// For tests and simulation: this function says how long ago something was stamped. Without it everything counts as
    /// stamped just now, because this journal has no clock.
    #[must_use]
    pub fn with_ages(self, age: impl Fn(Millis) -> Option<Duration> + Send + Sync + 'static) -> Self {
        MemoryJournal { ages: Some(Box::new(age)), ..self }
    }

    fn keep_audit(&self, entry: &NewAudit) -> Result<(), JournalError> {
        self.audit.as_ref().map_or(Ok(()), |keep| keep(entry))
    }

    /// For tests and simulation: every write fails with this error and changes nothing, until this is called with `None`.
    pub fn fail_writes(&self, error: Option<JournalError>) {
        self.locked().fault = error.map(|error| Fault { error, left: None });
    }

    /// For tests and simulation: the next `count` writes fail with this error and change nothing.
    pub fn fail_next_writes(&self, count: u32, error: JournalError) {
        self.locked().fault = (count > 0).then_some(Fault { error, left: Some(count) });
    }

    /// For tests and simulation: the survey answers committed so far.
    pub fn answers(&self) -> Vec<(DestinationId, NewSurveyAnswer)> {
        self.locked().answers.clone()
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        // A test that panicked while it held the lock has failed already; the other threads may still read.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(&self, work: impl FnOnce(&mut State) -> Result<T, JournalError>) -> Result<T, JournalError> {
        let mut state = self.locked();
        if let Some(error) = state.take_fault() {
            return Err(error);
        }
        let result = work(&mut state);
        let end = state.end;
        drop(state);
        self.appended.send_if_modified(|known| std::mem::replace(known, end) != end);
        result
    }
}
