//! The states of the parts, for reports.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The state of a part at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartReport {
    /// which
    pub name: Arc<str>,
    /// its state
    pub state: PartState,
    /// for how long it has had this state
    pub lasts: Duration,
    /// how often parts of this name have started again
    pub restarts: u64,
    /// how it ended the last time, if it ended without being asked to
    pub last_words: Option<String>,
}

/// The state of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartState {
    /// it runs
    Running,
    /// it ended without being asked to, and waits to start again
    Restarting,
    /// it was asked to stop, and still runs
    Stopping,
    /// it ended and does not start again: the process ends
    Down,
}

impl PartState {
    /// The word for interfaces.
    pub fn word(self) -> &'static str {
        match self {
            PartState::Running => "running",
            PartState::Restarting => "restarting",
            PartState::Stopping => "stopping",
            PartState::Down => "down",
        }
    }
}

impl PartReport {
    /// Whether the part does not do its work although it should.
    pub fn is_trouble(&self) -> bool {
        matches!(self.state, PartState::Restarting | PartState::Down)
    }
}

/// A part without which the process must not go on has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartFailure {
    /// which
    pub name: Arc<str>,
    /// how it ended
    pub last_words: String,
}

impl fmt::Display for PartFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the part {:?} has ended and does not start again: {}", self.name, self.last_words)
    }
}

impl std::error::Error for PartFailure {}
