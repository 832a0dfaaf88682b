//! The ledger: how many events there were, and what became of them.

use super::SkipCode;
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts of one destination, in events.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LedgerTotals {
    /// taken in for this destination
    pub accepted: u64,
    /// delivered
    pub delivered: u64,
    /// skipped, by reason
    pub skipped: BTreeMap<SkipCode, u64>,
    /// dead letters kept
    pub dead: u64,
    /// of those delivered and dead, how many had the message id of another event that was dealt with within 24 hours, and
    /// other content
    pub message_ids_reused: u64,
    /// counted from the log itself, not derived from the others: events that have no fate yet
    pub pending: u64,
}

impl LedgerTotals {
    /// Skipped for whatever reason.
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Accepted less every fate and pending: 0, or a bug.
    pub fn imbalance(&self) -> i64 {
        let out = self.delivered + self.skipped_total() + self.dead + self.pending;
        i64::try_from(self.accepted).unwrap_or(i64::MAX) - i64::try_from(out).unwrap_or(i64::MAX)
    }
}

/// All counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// by destination name
    pub destinations: BTreeMap<String, LedgerTotals>,
    /// events of sources that feed no destination: accepted and skipped
    pub unrouted: u64,
}
