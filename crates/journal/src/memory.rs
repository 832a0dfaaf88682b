//! A journal in memory: the model the durable one is compared with, and the journal of tests and simulation.
//!
//! # Policy
//! * Everything happens under one lock and every [`Receipt`](crate::Receipt) is ready when it is handed out: a test sees no threads.
//! * "Durable" means held by the value: a simulated crash drops whoever uses the journal, not the journal.
//! * Written for plainness, not speed: no counter is kept that could be counted, no retention, no caches. Where the two
//!   journals differ, suspect the other one.
//! * It keeps no audit, for nobody can read one in it; whoever wants the entries is told them ([`MemoryJournal::with_audit`]).
//! * A write can be told to fail ([`MemoryJournal::fail_writes`]): it then changes nothing, as on a full disk.

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

/// Takes the audit entry of a write before it is done; an error makes the write fail.
type KeepAudit = dyn Fn(&NewAudit) -> Result<(), JournalError> + Send + Sync;

/// How long ago something was stamped.
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

    /// For tests: the audit entries of writes are handed to `keep`, each before its write is done; where that fails, the
    /// write fails and changes nothing.
    #[must_use]
    pub fn with_audit(
        self,
        keep: impl Fn(&NewAudit) -> Result<(), JournalError> + Send + Sync + 'static,
    ) -> Self {
        MemoryJournal { audit: Some(Box::new(keep)), ..self }
    }

    /// For tests and simulation: how long ago something was stamped is asked here. Without it everything counts as stamped just now,
    /// for this journal has no clock.
    #[must_use]
    pub fn with_ages(self, age: impl Fn(Millis) -> Option<Duration> + Send + Sync + 'static) -> Self {
        MemoryJournal { ages: Some(Box::new(age)), ..self }
    }

    fn keep_audit(&self, entry: &NewAudit) -> Result<(), JournalError> {
        self.audit.as_ref().map_or(Ok(()), |keep| keep(entry))
    }

    /// For tests and simulation: every write fails with this error and changes nothing, until called with `None`.
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
        // A test that panicked while it held the lock has failed already; the others may as well look.
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
