//! Alerts: what is told to a webhook when something begins to be wrong, and when it is right again. Once each, however
//! many events it concerns.
//!
//! A task looks every few seconds. What an alert was last known to be is kept beside it, so that a restart tells nothing
//! twice and forgets no recovery. What cannot be told is tried again with growing waits until it is told or no longer true.

mod routes;
mod tell;
mod watch;

pub(crate) use routes::{
    __path_change, __path_create, __path_list, __path_remove, __path_test, change, create, list, remove, test,
};

use crate::error::ApiError;
use crate::shared::Shared;
use crate::store;
use journal::DeadLetterFilter;
use registry::AlertRecord;
use registry::alert::{ALERT, AlertKind, AlertState};
use std::collections::BTreeMap;
use tell::Teller;
use watch::{Dead, Standing, View};

/// The documents' kind for what is known of an alert's state.
pub(crate) const STATE: &str = "alert_state";

/// Looks until the server stops.
pub(crate) async fn run(shared: Shared) {
    let mut closing = shared.closing.clone();
    let mut tries = BTreeMap::new();
    let mut kept: Option<Teller> = None;
    loop {
        let addresses = shared.settings.directory.addresses();
        // Which addresses may be called can change.
        let made = match kept.take().filter(|teller| *teller.addresses() == addresses) {
            Some(teller) => Ok(teller),
            None => Teller::new(&addresses),
        };
        let teller = match made {
            Ok(teller) => kept.insert(teller),
            Err(error) => return tracing::error!(%error, "no alert can be told: there is no HTTP client"),
        };
        if let Err(error) = look(&shared, teller, &mut tries).await {
            tracing::warn!(error = error.message(), "alerts could not be looked at; trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(shared.settings.alerts_every) => {}
            // An error means that the server has gone.
            _ = closing.changed() => return,
        }
    }
}

/// What is left to be told, by alert: how often it was tried, and when it is tried again.
type Tries = BTreeMap<String, (u32, i64)>;

async fn look(shared: &Shared, teller: &Teller, tries: &mut Tries) -> Result<(), ApiError> {
    let alerts: Vec<(String, AlertRecord)> = shared.store.load_documents(ALERT).await?;
    tries.retain(|name, _| alerts.iter().any(|(known, _)| known == name));
    if alerts.iter().all(|(_, alert)| !alert.enabled) {
        return Ok(());
    }
    let view = view(shared, &alerts).await?;
    for (name, alert) in alerts.iter().filter(|(_, alert)| alert.enabled) {
        // One that fails keeps no other from being told.
        if let Err(error) = look_at(shared, teller, tries, name, alert, &view).await {
            tracing::warn!(
                alert = name,
                error = error.message(),
                "an alert could not be looked at; trying again"
            );
        }
    }
    Ok(())
}

/// Keeps what is known of one alert true, and tells what there is to be told.
async fn look_at(
    shared: &Shared,
    teller: &Teller,
    tries: &mut Tries,
    name: &str,
    alert: &AlertRecord,
    view: &View,
) -> Result<(), ApiError> {
    let kept: AlertState = shared.store.load_document(STATE, name).await?.unwrap_or_default();
    let now = shared.now().0;
    let found = watch::firing(alert, view);
    let since = found.as_ref().map(|_| kept.since.unwrap_or(now));
    let mut state = AlertState { since, ..kept.clone() };
    match watch::news(name, alert, found.as_deref(), kept.told) {
        None => {
            // What could not be told in time is no longer true.
            tries.remove(name);
            state.last_problem = None;
        }
        Some(_) if tries.get(name).is_some_and(|(_, at)| *at > now) => {}
        Some(text) => {
            let webhook = alert.webhook(name, shared.settings.directory.vault()).map_err(ApiError::vault)?;
            match teller.tell(&webhook, &text).await {
                Ok(()) => {
                    tries.remove(name);
                    state = AlertState {
                        since,
                        told: found.is_some(),
                        last_sent_at: Some(now),
                        last_problem: None,
                    };
                }
                Err(problem) => {
                    let tried = tries.get(name).map_or(0, |(tried, _)| *tried) + 1;
                    tries.insert(name.to_owned(), (tried, now.saturating_add(tell::wait_ms(tried))));
                    tracing::warn!(alert = name, %problem, "an alert could not be told; trying again");
                    state.last_problem = Some(problem);
                }
            }
        }
    }
    if state != kept {
        shared.store.write(vec![store::put(STATE, name, &state)?]).await?;
    }
    Ok(())
}

/// What there is to be seen, as far as these alerts look.
async fn view(shared: &Shared, alerts: &[(String, AlertRecord)]) -> Result<View, ApiError> {
    let looks_at = |kind| alerts.iter().any(|(_, alert)| alert.enabled && alert.kind == kind);
    let now = shared.now();
    let mut standings = Vec::new();
    for handle in shared.handles() {
        let glance = handle.snapshot();
        let name = handle.name().to_owned();
        let oldest = if looks_at(AlertKind::OldestPending) {
            match shared.store.destination(&name).await? {
                Some(id) => shared.store.read(move |journal| journal.oldest_pending(id)).await?,
                None => None,
            }
        } else {
            None
        };
        standings.push(Standing {
            name,
            state: Some(glance.state),
            trouble: glance.trouble.map(|trouble| (trouble.since.0, trouble.last_words)),
            oldest_pending_ms: oldest.map(|at| now.0.saturating_sub(at.0)),
        });
    }
    let dead = if looks_at(AlertKind::DeadLetters) {
        let groups =
            shared.store.archive(|archive| archive.dead_letter_groups(&DeadLetterFilter::default())).await?;
        groups
            .into_iter()
            .map(|group| Dead { destination: group.destination, code: group.code, count: group.count })
            .collect()
    } else {
        Vec::new()
    };
    Ok(View { now: now.0, standings, dead, free_percent: (shared.settings.free_disk_percent)() })
}
