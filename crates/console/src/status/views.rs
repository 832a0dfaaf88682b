//! The status as it is answered.

use super::configuration::ConfigurationReadingView;
use super::parts::ServerPartView;
use super::storage::StorageHealthView;
use super::trouble::TroubleView;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// All counts and all destinations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub(crate) struct StatusView {
    pub(super) accepted: u64,
    pub(super) skipped: u64,
    pub(super) delivered: u64,
    pub(super) pending: u64,
    pub(super) dead: u64,
    /// accepted less all others: 0, or a bug
    pub(super) imbalance: i64,
    /// nothing is pending
    pub(super) settled: bool,
    pub(super) skipped_by: BTreeMap<&'static str, u64>,
    /// of those delivered and dead, how many had the message id of another event with other content
    pub(super) message_ids_reused: u64,
    pub(super) destinations: Vec<DestinationStatusView>,
    pub(super) journal: StorageHealthView,
    /// the parts of the server, in the order in which they began
    pub(super) parts: Vec<ServerPartView>,
    pub(super) configuration: ConfigurationReadingView,
    pub(super) version: &'static str,
    /// nothing was ever accepted
    pub(super) waiting_for_first_event: bool,
}

/// What one destination is doing.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = Standing)]
pub(crate) struct DestinationStatusView {
    pub(super) name: String,
    #[schema(schema_with = crate::words::destination_state)]
    pub(super) state: &'static str,
    /// in a sentence, why nothing goes out
    #[schema(required)]
    pub(super) reason: Option<String>,
    /// why nothing goes out, or would if it were not paused; null while all is well
    #[schema(required)]
    pub(super) trouble: Option<TroubleView>,
    pub(super) accepted: u64,
    pub(super) skipped: u64,
    pub(super) delivered: u64,
    pub(crate) pending: u64,
    pub(super) dead: u64,
    pub(super) imbalance: i64,
    pub(super) skipped_by: BTreeMap<&'static str, u64>,
    /// of those delivered and dead, how many had the message id of another event with other content
    pub(super) message_ids_reused: u64,
    pub(super) calls: u64,
    pub(super) calls_saved: u64,
    /// why calls were not needed
    pub(super) saved_by: SavedBy,
    pub(super) in_flight: usize,
    pub(super) lanes: usize,
    #[schema(required)]
    pub(super) budget: Option<BudgetView>,
    /// when the oldest pending event was received
    #[schema(required)]
    pub(super) oldest_pending_at: Option<String>,
    /// when the last call may go out that the pending events take, if they take as many as the last ones
    #[schema(required)]
    pub(super) clear_at: Option<String>,
    /// What it is told from.
    #[serde(skip)]
    pub(super) allowance: Option<delivery::BudgetGlance>,
}

/// Calls that were not needed, by the reason why.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(super) struct SavedBy {
    /// the end user was known
    pub(super) known: u64,
    /// identifies that waited together became one
    pub(super) merged: u64,
    /// InMoment held all of it already
    pub(super) unchanged: u64,
}

/// What InMoment still allows.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Budget)]
pub(super) struct BudgetView {
    pub(super) limit: u32,
    pub(super) remaining: u32,
    pub(super) resets_at: String,
}
