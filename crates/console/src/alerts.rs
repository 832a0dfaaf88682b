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
use crate::settings::Shared;
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
    let teller = match Teller::new() {
        Ok(teller) => teller,
        Err(error) => return tracing::error!(%error, "no alert can be told: there is no HTTP client"),
    };
    let mut closing = shared.closing.clone();
    let mut tries = BTreeMap::new();
    loop {
        if let Err(error) = look(&shared, &teller, &mut tries).await {
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
    let alerts: Vec<(String, AlertRecord)> = shared.all_kept(ALERT).await?;
    tries.retain(|name, _| alerts.iter().any(|(known, _)| known == name));
    if alerts.iter().all(|(_, alert)| !alert.enabled) {
        return Ok(());
    }
    let view = view(shared, &alerts).await?;
    for (name, alert) in alerts.iter().filter(|(_, alert)| alert.enabled) {
        let state: AlertState = shared.kept(STATE, name).await?.unwrap_or_default();
        let found = watch::firing(alert, &view);
        let Some(text) = watch::news(name, alert, found.as_deref(), state.since.is_some()) else {
            // What could not be told in time is no longer true.
            tries.remove(name);
            continue;
        };
        let now = shared.now().0;
        if tries.get(name).is_some_and(|(_, at)| *at > now) {
            continue;
        }
        let webhook = alert.webhook(name, shared.settings.directory.vault()).map_err(ApiError::vault)?;
        let told = teller.tell(&webhook, &text).await;
        let state = match &told {
            Ok(()) => {
                tries.remove(name);
                AlertState {
                    since: found.is_some().then_some(now),
                    last_sent_at: Some(now),
                    last_problem: None,
                }
            }
            Err(problem) => {
                let tried = tries.get(name).map_or(0, |(tried, _)| *tried) + 1;
                tries.insert(name.clone(), (tried, now.saturating_add(tell::wait_ms(tried))));
                tracing::warn!(alert = name, %problem, "an alert could not be told; trying again");
                AlertState { last_problem: Some(problem.clone()), ..state }
            }
        };
        shared.write(vec![store::put(STATE, name, &state)?]).await?;
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
            match shared.destination(&name).await? {
                Some(id) => shared.read(move |journal| journal.oldest_pending(id)).await?,
                None => None,
            }
        } else {
            None
        };
        standings.push(Standing {
            name,
            halted: (glance.state == delivery::State::Halted).then(|| glance.reason.unwrap_or_default()),
            oldest_pending_ms: oldest.map(|at| now.0.saturating_sub(at.0)),
        });
    }
    let dead = if looks_at(AlertKind::DeadLetters) {
        let groups =
            shared.archive(|archive| archive.dead_letter_groups(&DeadLetterFilter::default())).await?;
        groups
            .into_iter()
            .map(|group| Dead { destination: group.destination, code: group.code, count: group.count })
            .collect()
    } else {
        Vec::new()
    };
    Ok(View { standings, dead, free_percent: (shared.settings.free_disk_percent)() })
}
