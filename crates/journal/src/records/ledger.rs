//! The ledger: how many events there were, and what became of them.

use super::SkipCode;
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts of one destination, in events.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LedgerTotals {
    /// accepted for this destination
    pub accepted: u64,
    /// delivered
    pub delivered: u64,
    /// skipped, by reason
    pub skipped: BTreeMap<SkipCode, u64>,
    /// dead letters kept
    pub dead: u64,
    /// how many of the delivered and dead events had the message id of another event of the last 24 hours, and different
    /// content
    pub message_ids_reused: u64,
    /// events that have no fate yet; counted from the log itself and not derived from the other counts
    pub pending: u64,
}

impl LedgerTotals {
    /// The events that were skipped for any reason.
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// The accepted events minus all fates and the pending events; any value except 0 shows a bug.
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
    /// events of sources that are connected to no destination: accepted and skipped
    pub unrouted: u64,
}
