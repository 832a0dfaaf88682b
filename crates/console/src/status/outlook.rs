//! The times in a destination's state: since when its oldest event waits, and when its pending events will be
//! delivered.

use super::views::StatusView;
use crate::error::ApiError;
use crate::pace::Calls;
use crate::parameters::instant;
use crate::store::Store;
use event::Millis;
use journal::{DestinationId, Sample};
use std::collections::HashMap;

/// The span in which calls and deliveries are compared, in ms.
const LATELY_MS: i64 = 60 * 60_000;

/// Adds the outlook to the destinations of a status. Reads nothing for a destination without pending events.
pub(super) async fn added(
    store: &Store,
    now: Millis,
    mut status: StatusView,
) -> Result<StatusView, ApiError> {
    let waiting = |status: &StatusView, name: &str| {
        status.destinations.iter().any(|standing| standing.name == name && standing.pending > 0)
    };
    if status.pending == 0 {
        return Ok(status);
    }
    let mut ids = store.read(|journal| journal.destinations()).await?;
    ids.retain(|(name, _)| waiting(&status, name));
    let asked = ids.clone();
    let oldest = store
        .read(move |journal| {
            asked.iter().map(|(_, id)| journal.oldest_pending(*id)).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let since = Millis(now.0.saturating_sub(LATELY_MS));
    let samples = store.archive(move |archive| archive.samples(None, since, now)).await?;
    let first = first_of_each(samples);
    for ((name, id), oldest) in ids.into_iter().zip(oldest) {
        let Some(standing) = status.destinations.iter_mut().find(|standing| standing.name == name) else {
            continue;
        };
        let before = first.get(&id);
        let calls = Calls {
            pending: standing.pending,
            made_lately: before.map_or(0, |before| standing.calls.saturating_sub(before.calls)),
            delivered_lately: before.map_or(0, |before| standing.delivered.saturating_sub(before.delivered)),
        };
        standing.oldest_pending_at = oldest.map(instant);
        // In any other state it is not known when calls are sent again.
        let moves = ["running", "waiting_for_limit"].contains(&standing.state);
        let allowance = standing.allowance.filter(|_| moves && standing.pending > 0);
        standing.clear_at = allowance.map(|allowance| instant(allowance.last_of(now, calls.needed())));
    }
    Ok(status)
}

fn first_of_each(samples: Vec<Sample>) -> HashMap<DestinationId, Sample> {
    let mut first = HashMap::new();
    for sample in samples {
        first.entry(sample.destination).or_insert(sample);
    }
    first
}
