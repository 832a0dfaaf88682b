//! The status as the API shows it.

use super::configuration::ConfigurationReadingView;
use super::parts::ServerPartView;
use super::storage::StorageHealthView;
use super::trouble::TroubleView;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The counts of all events, and the state of all destinations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub(crate) struct StatusView {
    pub(super) accepted: u64,
    pub(super) skipped: u64,
    pub(super) delivered: u64,
    pub(super) pending: u64,
    pub(super) dead: u64,
    /// accepted events less those of all other counts; any value but 0 is a bug
    pub(super) imbalance: i64,
    /// whether no event is pending
    pub(super) settled: bool,
    pub(super) skipped_by: BTreeMap<&'static str, u64>,
    /// how many delivered or dead events had the message id of another event with different content
    pub(super) message_ids_reused: u64,
    pub(super) destinations: Vec<DestinationStatusView>,
    pub(super) journal: StorageHealthView,
    /// the parts of the server, in the order in which they started
    pub(super) parts: Vec<ServerPartView>,
    pub(super) configuration: ConfigurationReadingView,
    pub(super) version: &'static str,
    /// whether no event was ever accepted
    pub(super) waiting_for_first_event: bool,
}

/// The state of one destination.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = Standing)]
pub(crate) struct DestinationStatusView {
    pub(super) name: String,
    #[schema(schema_with = crate::words::destination_state)]
    pub(super) state: &'static str,
    /// why no calls are sent, in a sentence
    #[schema(required)]
    pub(super) reason: Option<String>,
    /// why no calls are sent, or would not be sent if the destination were not paused; null while all is well
    #[schema(required)]
    pub(super) trouble: Option<TroubleView>,
    pub(super) accepted: u64,
    pub(super) skipped: u64,
    pub(super) delivered: u64,
    pub(crate) pending: u64,
    pub(super) dead: u64,
    pub(super) imbalance: i64,
    pub(super) skipped_by: BTreeMap<&'static str, u64>,
    /// how many delivered or dead events had the message id of another event with different content
    pub(super) message_ids_reused: u64,
    pub(super) calls: u64,
    pub(super) calls_saved: u64,
    /// calls that were not needed, by reason
    pub(super) saved_by: SavedBy,
    pub(super) in_flight: usize,
    pub(super) lanes: usize,
    #[schema(required)]
    pub(super) budget: Option<BudgetView>,
    /// when the oldest pending event was received
    #[schema(required)]
    pub(super) oldest_pending_at: Option<String>,
    /// when the last call for the pending events may be sent, if they take as many calls as the events before them
    #[schema(required)]
    pub(super) clear_at: Option<String>,
    /// The allowance that the outlook is computed from.
    #[serde(skip)]
    pub(super) allowance: Option<delivery::BudgetGlance>,
}

/// Calls that were not needed, by the reason why.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(super) struct SavedBy {
    /// the end user was known, so no look-up was made
    pub(super) known: u64,
    /// identifies that waited together became one call
    pub(super) merged: u64,
    /// InMoment already held all values
    pub(super) unchanged: u64,
}

/// The calls that InMoment still allows.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Budget)]
pub(super) struct BudgetView {
    pub(super) limit: u32,
    pub(super) remaining: u32,
    pub(super) resets_at: String,
}
