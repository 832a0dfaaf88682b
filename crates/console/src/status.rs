//! The status: every event's fate counted, and what each destination is doing.
//!
//! Counts are in events. An event routed to two destinations counts at both; one routed to none counts as accepted
//! and skipped (`no_destination`).

mod configuration;
mod outlook;
mod parts;
mod storage;
mod trouble;
mod views;

pub(crate) use views::{DestinationStatusView, StatusView};

use crate::error::{ApiError, Refusals};
use crate::observations::{Configuration, Observations};
use crate::operations::{Operations, glances};
use crate::parameters::{self, Number};
use crate::state::{Clock, Closing, made_of_parts};
use crate::store::Store;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use configuration::ConfigurationReadingView;
use delivery::{Glance, Handle};
use journal::{Ledger, LedgerTotals, SkipCode};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use storage::StorageHealthView;
use supervise::Supervisor;
use tokio::time::Instant;
use trouble::TroubleView;
use utoipa::{IntoParams, ToSchema};
use views::{BudgetView, SavedBy};

/// The longest time that a request waits.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Changes that deliveries do not signal (an event skipped on arrival) are noticed at this interval.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// The shortest interval between two reads of the ledger.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(10);

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatusQuery {
    /// `settled`: the request is answered when no event is pending, or after `timeout_ms`
    #[param(inline)]
    wait: Option<WaitUntil>,
    /// the longest wait in ms; 60,000 at most and when absent
    #[param(value_type = Option<u64>)]
    timeout_ms: Option<Number>,
}

/// The condition that the request waits for.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WaitUntil {
    Settled,
}

/// Shows the counts of all events by fate, and the state of each destination.
#[utoipa::path(get, operation_id = "status", path = "/status", tag = "now", params(StatusQuery),
    responses((status = 200, body = StatusView), Refusals))]
pub(crate) async fn get(
    State(reader): State<StatusReader>,
    State(operations): State<Arc<dyn Operations>>,
    State(closing): State<Closing>,
    query: Result<Query<StatusQuery>, QueryRejection>,
) -> Result<Json<StatusView>, ApiError> {
    let query = parameters::query(query)?;
    let wait = match query.wait {
        None => Duration::ZERO,
        Some(WaitUntil::Settled) => {
            query.timeout_ms.map_or(LONGEST_WAIT, |Number(ms)| Duration::from_millis(ms)).min(LONGEST_WAIT)
        }
    };
    let deadline = Instant::now() + wait;
    loop {
        let status = reader.read().await?;
        if status.settled || Instant::now() >= deadline || *closing.borrow() {
            return Ok(Json(reader.with_outlook(status).await?));
        }
        something_happens(&*operations, closing.clone(), deadline).await;
    }
}

/// Resolves when the status may have changed, or when the server stops.
async fn something_happens(operations: &dyn Operations, mut closing: Closing, deadline: Instant) {
    let mut glances: Vec<_> = operations.handles().iter().map(Handle::watch).collect();
    let first_look = Instant::now() + LOOK_AT_MOST_EVERY;
    let changes = glances.iter_mut().map(|glance| Box::pin(glance.changed()));
    let any_change = async {
        tokio::time::sleep_until(first_look).await;
        any(changes.collect()).await;
    };
    tokio::select! {
        () = any_change => {}
        // An error means that the server has ended, so there is nothing left to wait for.
        _ = closing.changed() => {}
        () = tokio::time::sleep_until(deadline.min(Instant::now() + LOOK_EVERY)) => {}
    }
}

/// Resolves with the first of the futures; never resolves when there is none.
async fn any<F: Future + Unpin>(mut futures: Vec<F>) {
    std::future::poll_fn(|context| {
        let ready = futures.iter_mut().any(|future| std::pin::Pin::new(future).poll(context).is_ready());
        if ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

/// Reads the status of the running server.
#[derive(Clone)]
pub(crate) struct StatusReader {
    store: Store,
    operations: Arc<dyn Operations>,
    observations: Arc<Observations>,
    supervisor: Supervisor,
    clock: Clock,
}

made_of_parts!(StatusReader { store, operations, observations, supervisor, clock });

/// The state of each destination, by its name.
pub(crate) type DestinationStatuses = BTreeMap<String, DestinationStatusView>;

impl StatusReader {
    /// The present status without the outlook.
    async fn read(&self) -> Result<StatusView, ApiError> {
        let (ledger, health) = self.store.read(|journal| Ok((journal.ledger()?, journal.healthy()))).await?;
        let glances = glances(&*self.operations);
        let ingress = (self.observations.ingress)();
        let health = StorageHealthView::of(health.err().as_ref(), &self.store.status(), &ingress);
        let parts = parts::of(self.supervisor.snapshot(), self.clock.now());
        let configuration = self.observations.configuration.now();
        Ok(StatusView { parts, ..of(&ledger, &glances, health, &configuration, self.observations.version) })
    }

    async fn with_outlook(&self, status: StatusView) -> Result<StatusView, ApiError> {
        outlook::added(&self.store, self.clock.now(), status).await
    }

    /// The present state of each destination.
    pub(crate) async fn standings(&self) -> Result<DestinationStatuses, ApiError> {
        let status = self.with_outlook(self.read().await?).await?;
        Ok(status.destinations.into_iter().map(|standing| (standing.name.clone(), standing)).collect())
    }
}

fn of(
    ledger: &Ledger,
    glances: &[(String, Glance)],
    journal: StorageHealthView,
    configuration: &Configuration,
    version: &'static str,
) -> StatusView {
    let nothing = LedgerTotals::default();
    let configured = glances.iter().map(|(name, glance)| {
        standing(name, ledger.destinations.get(name).unwrap_or(&nothing), Some(glance))
    });
    let gone = ledger.destinations.iter().filter(|(name, _)| glances.iter().all(|(known, _)| known != *name));
    let destinations: Vec<DestinationStatusView> =
        configured.chain(gone.map(|(name, totals)| standing(name, totals, None))).collect();
    let sum = |count: fn(&DestinationStatusView) -> u64| destinations.iter().map(count).sum::<u64>();
    let mut skipped_by = BTreeMap::new();
    for (word, count) in destinations.iter().flat_map(|destination| &destination.skipped_by) {
        *skipped_by.entry(*word).or_insert(0) += count;
    }
    if ledger.unrouted > 0 {
        *skipped_by.entry(SkipCode::NoDestination.word()).or_insert(0) += ledger.unrouted;
    }
    let pending = sum(|d| d.pending);
    let accepted = sum(|d| d.accepted) + ledger.unrouted;
    StatusView {
        accepted,
        skipped: sum(|d| d.skipped) + ledger.unrouted,
        delivered: sum(|d| d.delivered),
        pending,
        dead: sum(|d| d.dead),
        imbalance: destinations.iter().map(|d| d.imbalance).sum(),
        settled: pending == 0,
        skipped_by,
        message_ids_reused: sum(|d| d.message_ids_reused),
        destinations,
        journal,
        parts: Vec::new(),
        configuration: ConfigurationReadingView::of(configuration),
        version,
        waiting_for_first_event: accepted == 0,
    }
}

fn standing(name: &str, totals: &LedgerTotals, glance: Option<&Glance>) -> DestinationStatusView {
    let (state, reason) = match glance {
        Some(glance) => {
            (glance.state.word(), glance.trouble.as_ref().map(|trouble| trouble.last_words.clone()))
        }
        None => ("removed", Some("it is no longer configured; its events are kept".to_owned())),
    };
    DestinationStatusView {
        name: name.to_owned(),
        state,
        reason,
        trouble: glance.and_then(|glance| Some(TroubleView::of(glance.state, glance.trouble.as_ref()?))),
        accepted: totals.accepted,
        skipped: totals.skipped_total(),
        delivered: totals.delivered,
        pending: totals.pending,
        dead: totals.dead,
        imbalance: totals.imbalance(),
        skipped_by: totals.skipped.iter().map(|(code, count)| (code.word(), *count)).collect(),
        message_ids_reused: totals.message_ids_reused,
        calls: glance.map_or(0, |glance| glance.calls),
        calls_saved: glance.map_or(0, |glance| glance.calls_saved.total()),
        saved_by: glance.map_or_else(SavedBy::default, |glance| SavedBy {
            known: glance.calls_saved.known,
            merged: glance.calls_saved.merged,
            unchanged: glance.calls_saved.unchanged,
        }),
        in_flight: glance.map_or(0, |glance| glance.in_flight),
        lanes: glance.map_or(0, |glance| glance.lanes),
        budget: glance.and_then(|glance| glance.budget).map(|budget| BudgetView {
            limit: budget.limit,
            remaining: budget.remaining,
            resets_at: parameters::instant(budget.resets_at),
        }),
        oldest_pending_at: None,
        clear_at: None,
        allowance: glance.and_then(|glance| glance.allowance),
    }
}

#[cfg(test)]
mod tests;
