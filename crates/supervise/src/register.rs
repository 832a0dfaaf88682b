//! The register of a supervisor's parts: the state of each, the number of its restarts, and whether one has failed.
//!
//! The supervisor enters a part and reads the register; the part's keeper records its changes of state.

use crate::control::Control;
use crate::report::{PartFailure, PartState};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio::time::Instant;

/// All parts of one supervisor. Clones share the register.
#[derive(Clone)]
pub(crate) struct Register {
    parts: Arc<Mutex<Parts>>,
    /// The first part that ended although the process cannot go on without it.
    pub(crate) failed: Arc<watch::Sender<Option<PartFailure>>>,
}

#[derive(Default)]
pub(crate) struct Parts {
    next: u64,
    /// The parts that have started and not stopped.
    pub(crate) held: BTreeMap<u64, Part>,
    /// By name, also of parts that have stopped.
    pub(crate) restarts: BTreeMap<Arc<str>, u64>,
    /// A part that starts from now on is asked to stop at once.
    pub(crate) stopping: bool,
}

pub(crate) struct Part {
    pub(crate) name: Arc<str>,
    pub(crate) state: PartState,
    pub(crate) since: Instant,
    pub(crate) last_words: Option<String>,
    pub(crate) control: Arc<Control>,
}

impl Register {
    /// An empty register.
    pub(crate) fn new() -> Register {
        Register { parts: Arc::default(), failed: Arc::new(watch::Sender::new(None)) }
    }

    /// Enters a part that starts now. Returns its id and its control; if the supervisor is already shutting down, the
    /// part is asked to stop at once.
    pub(crate) fn enter(&self, name: &Arc<str>) -> (u64, Arc<Control>) {
        let control = Control::new();
        let mut parts = self.parts();
        if parts.stopping {
            control.ask();
        }
        parts.next += 1;
        let id = parts.next;
        let part = Part {
            name: Arc::clone(name),
            state: PartState::Running,
            since: Instant::now(),
            last_words: None,
            control: Arc::clone(&control),
        };
        parts.held.insert(id, part);
        parts.restarts.entry(Arc::clone(name)).or_insert(0);
        (id, control)
    }

    pub(crate) fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    pub(crate) fn state(&self) -> PartState {
        if self.state == PartState::Running && self.control.is_asked() {
            PartState::Stopping
        } else {
            self.state
        }
    }
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Register").finish_non_exhaustive()
    }
}
