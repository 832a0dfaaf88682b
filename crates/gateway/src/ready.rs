//! Whether events should be sent here: the rule of `/readyz` on both ports.
//!
//! The server is not ready if it cannot accept events: it stops, its journal cannot store, or a part that is needed for
//! accepting events is down. A failed part that only displays, searches or cleans up does not make it unready, because
//! a load balancer would then refuse events that could be stored.

use journal::{JournalError, Storage};
use std::fmt;
use std::sync::Arc;
use supervise::{PartState, Supervisor};

/// The part of a server that serves the gateway's port.
pub const PART: &str = "gateway";

/// The parts of a server without which no event is accepted.
pub const PARTS: [&str; 2] = [PART, journal::WRITER];

/// Why events should not be sent here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unready {
    /// the server stops soon
    Stopping,
    /// events cannot be stored
    Journal(JournalError),
    /// one of [`PARTS`] is not running now
    Part(Arc<str>, PartState),
}

/// A text that is public, so it does not quote the storage's error, which is for the operator.
impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unready::Stopping => f.write_str("the server is stopping"),
            Unready::Journal(JournalError::Full) => f.write_str("events cannot be stored: the disk is full"),
            Unready::Journal(_) => f.write_str("events cannot be stored"),
            Unready::Part(name, state) => {
                write!(f, "the part {name:?} of the server is {}", state.word())
            }
        }
    }
}

/// The reasons why events should not be sent here; empty if the server is ready.
pub(crate) fn reasons(is_draining: bool, journal: &dyn Storage, supervisor: &Supervisor) -> Vec<Unready> {
    let stopping = is_draining.then_some(Unready::Stopping);
    let journal = journal.healthy().err().map(Unready::Journal);
    let parts = supervisor.snapshot().into_iter();
    let broken = parts.filter(|part| part.is_trouble() && PARTS.contains(&&*part.name));
    let broken = broken.map(|part| Unready::Part(part.name, part.state));
    stopping.into_iter().chain(journal).chain(broken).collect()
}
