//! Housekeeping that the writer is asked for, in pieces small enough that appends pass between them.

use crate::timeline::Span;
use serde::{Deserialize, Serialize};

/// Rows of one chore.
pub(super) const CHORE_ROWS: u32 = 512;

/// A bounded piece of housekeeping.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Chore {
    /// Forget what was stamped in this span.
    Forget(Old, Span),
    /// Remove these requests.
    Remove(Vec<Finished>),
    /// Give free pages back to the file system, at most so many.
    GiveBack { pages: u32 },
    /// Find out whether there is room again.
    Probe,
}

/// What is forgotten by its age alone.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Old {
    /// message ids
    Seen,
    Audit,
    Answers,
    Conflicts,
    Samples,
}

/// A request that may go.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Finished {
    pub(super) number: i64,
    pub(super) route: i64,
    pub(super) bytes: u64,
}
