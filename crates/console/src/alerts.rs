//! Alerts: a webhook gets a message when something begins to be wrong and another when it is right again, once each,
//! however many events it concerns.
//!
//! A task looks every few seconds. It stores the last state of each alert, so that a restart sends nothing twice and misses
//! no recovery. A message that a webhook does not take is sent again after growing waits, until it is taken or no longer true.

mod routes;
mod watch;
mod webhook;

pub(crate) use routes::{
    __path_change, __path_create, __path_list, __path_remove, __path_test, change, create, list, remove, test,
};

use crate::directory::Directory;
use crate::error::ApiError;
use crate::observations::Observations;
use crate::operations::Operations;
use crate::state::{Clock, Closing, made_of_parts};
use crate::store::{self, Store};
use journal::DeadLetterFilter;
use registry::AlertRecord;
use registry::alert::{ALERT, AlertKind, AlertState};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use watch::{Dead, WatchedDestination, WatchedState};
use webhook::Webhooks;

/// The kind of the documents that hold an alert's last state.
pub(crate) const STATE: &str = "alert_state";

/// Checks what alerts watch, and sends messages to their webhooks.
#[derive(Clone)]
pub(crate) struct Watcher {
    store: Store,
    directory: Arc<Directory>,
    operations: Arc<dyn Operations>,
    observations: Arc<Observations>,
    clock: Clock,
}

made_of_parts!(Watcher { store, directory, operations, observations, clock });

/// Messages that a webhook did not take, by alert: how often each was tried, and when it is tried again (UNIX ms).
type Tries = BTreeMap<String, (u32, i64)>;

/// Looks once in `every` until the server stops.
pub(crate) async fn run(watcher: Watcher, every: Duration, mut closing: Closing) {
    let mut tries = Tries::new();
    let mut former: Option<Webhooks> = None;
    loop {
        let addresses = watcher.directory.addresses();
        // Which addresses may be called can change.
        let made = match former.take().filter(|webhooks| *webhooks.addresses() == addresses) {
            Some(webhooks) => Ok(webhooks),
            None => Webhooks::new(&addresses),
        };
        let webhooks = match made {
            Ok(webhooks) => former.insert(webhooks),
            Err(error) => return tracing::error!(%error, "no alert can be sent: there is no HTTP client"),
        };
        // Of the machines of a cluster, one tells.
        if watcher.operations.leads()
            && let Err(error) = watcher.look(webhooks, &mut tries).await
        {
            tracing::warn!(error = error.message(), "alerts could not be looked at; trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            // An error means that the server has gone.
            _ = closing.changed() => return,
        }
    }
}

impl Watcher {
    async fn look(&self, webhooks: &Webhooks, tries: &mut Tries) -> Result<(), ApiError> {
        let alerts: Vec<(String, AlertRecord)> = self.store.load_documents(ALERT).await?;
        tries.retain(|name, _| alerts.iter().any(|(known, _)| known == name));
        if alerts.iter().all(|(_, alert)| !alert.enabled) {
            return Ok(());
        }
        let view = self.view(&alerts).await?;
        for (name, alert) in alerts.iter().filter(|(_, alert)| alert.enabled) {
            // An alert that fails does not keep the others from being sent.
            if let Err(error) = self.look_at(webhooks, tries, name, alert, &view).await {
                tracing::warn!(
                    alert = name,
                    error = error.message(),
                    "an alert could not be looked at; trying again"
                );
            }
        }
        Ok(())
    }

    /// Stores the present state of one alert, and sends its webhook a message when it begins or ends.
    async fn look_at(
        &self,
        webhooks: &Webhooks,
        tries: &mut Tries,
        name: &str,
        alert: &AlertRecord,
        view: &WatchedState,
    ) -> Result<(), ApiError> {
        let former: AlertState = self.store.load_document(STATE, name).await?.unwrap_or_default();
        let now = self.clock.now().0;
        let firing = watch::firing(alert, view);
        let since = firing.as_ref().map(|_| former.since.unwrap_or(now));
        let mut state = AlertState { since, ..former.clone() };
        match watch::news(name, alert, firing.as_deref(), former.told) {
            None => {
                // A message that could not be sent in time is no longer true.
                tries.remove(name);
                state.last_problem = None;
            }
            Some(_) if tries.get(name).is_some_and(|(_, at)| *at > now) => {}
            Some(text) => {
                let webhook = alert.webhook(name, self.directory.vault()).map_err(ApiError::vault)?;
                match webhooks.send(&webhook, &text).await {
                    Ok(()) => {
                        tries.remove(name);
                        state = AlertState {
                            since,
                            told: firing.is_some(),
                            last_sent_at: Some(now),
                            last_problem: None,
                        };
                    }
                    Err(problem) => {
                        let tried = tries.get(name).map_or(0, |(tried, _)| *tried) + 1;
                        tries.insert(name.to_owned(), (tried, now.saturating_add(webhook::wait_ms(tried))));
                        tracing::warn!(alert = name, %problem, "an alert could not be sent; trying again");
                        state.last_problem = Some(problem);
                    }
                }
            }
        }
        if state != former {
            self.store.write(vec![store::put(STATE, name, &state)?]).await?;
        }
        Ok(())
    }

    /// Reads the state of the server that these alerts are checked against.
    async fn view(&self, alerts: &[(String, AlertRecord)]) -> Result<WatchedState, ApiError> {
        let looks_at = |kind| alerts.iter().any(|(_, alert)| alert.enabled && alert.kind == kind);
        let now = self.clock.now();
        let mut standings = Vec::new();
        for handle in self.operations.handles() {
            let glance = handle.snapshot();
            let name = handle.name().to_owned();
            let oldest = if looks_at(AlertKind::OldestPending) {
                match self.store.destination(&name).await? {
                    Some(id) => self.store.read(move |journal| journal.oldest_pending(id)).await?,
                    None => None,
                }
            } else {
                None
            };
            standings.push(WatchedDestination {
                name,
                state: Some(glance.state),
                trouble: glance.trouble.map(|trouble| (trouble.since.0, trouble.last_words)),
                oldest_pending_ms: oldest.map(|at| now.0.saturating_sub(at.0)),
            });
        }
        let dead = if looks_at(AlertKind::DeadLetters) {
            let everything = DeadLetterFilter::default();
            let groups = self.store.archive(move |archive| archive.dead_letter_groups(&everything)).await?;
            groups
                .into_iter()
                .map(|group| Dead { destination: group.destination, code: group.code, count: group.count })
                .collect()
        } else {
            Vec::new()
        };
        let free_percent = (self.observations.free_disk_percent)();
        Ok(WatchedState { now: now.0, standings, dead, free_percent })
    }
}
