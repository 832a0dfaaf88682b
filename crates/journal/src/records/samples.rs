//! How a destination was doing, minute by minute.

use super::DestinationId;
use event::Millis;
use serde::{Deserialize, Serialize};

/// A destination's standing at one minute. Counts are totals since the beginning: what happened in between is the
/// difference of two samples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// the start of its minute
    pub at: Millis,
    /// the destination
    pub destination: DestinationId,
    /// events taken in
    pub accepted: u64,
    /// events delivered
    pub delivered: u64,
    /// events skipped
    pub skipped: u64,
    /// dead letters kept
    pub dead: u64,
    /// events without a fate
    pub pending: u64,
    /// calls made
    pub calls: u64,
    /// calls saved
    pub calls_saved: u64,
    /// the age of the oldest pending event
    pub oldest_pending_ms: u64,
    /// calls allowed in a window; 0 when unknown
    pub limit: u32,
    /// running, shadow, paused or halted, as a word
    pub state: String,
}
