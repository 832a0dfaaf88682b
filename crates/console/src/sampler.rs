//! Every minute, how each destination stands is written down: what series are made of.

use crate::error::words;
use crate::frame::MINUTE_MS;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::status;
use delivery::Glance;
use event::Millis;
use journal::{DestinationId, Journal, JournalError, LedgerTotals, Sample};
use std::time::Duration;

/// How each destination stands now; those that are no longer configured too, while they have events.
pub(crate) async fn standing(shared: &Shared, now: Millis) -> Result<Vec<Sample>, JournalError> {
    let glances = status::glances(shared);
    shared
        .store
        .read(move |journal| {
            let ledger = journal.ledger()?;
            let names = journal.destinations()?;
            let of_name = |(name, id): (String, DestinationId)| {
                let glance = glances.iter().find(|(known, _)| *known == name).map(|(_, glance)| glance);
                match (ledger.destinations.get(&name), glance) {
                    (None, None) => None,
                    (totals, glance) => Some(sampled(journal, id, totals, glance, now)),
                }
            };
            names.into_iter().filter_map(of_name).collect()
        })
        .await
}

fn sampled(
    journal: &dyn Journal,
    id: DestinationId,
    totals: Option<&LedgerTotals>,
    glance: Option<&Glance>,
    now: Millis,
) -> Result<Sample, JournalError> {
    let nothing = LedgerTotals::default();
    let totals = totals.unwrap_or(&nothing);
    let oldest = if totals.pending > 0 { journal.oldest_pending(id)? } else { None };
    let age = oldest.map_or(0, |at| now.0.saturating_sub(at.0));
    Ok(Sample {
        at: now,
        destination: id,
        accepted: totals.accepted,
        delivered: totals.delivered,
        skipped: totals.skipped_total(),
        dead: totals.dead,
        pending: totals.pending,
        calls: glance.map_or(0, |glance| glance.calls),
        calls_saved: glance.map_or(0, |glance| glance.calls_saved.total()),
        oldest_pending_ms: u64::try_from(age).unwrap_or(0),
        limit: glance.and_then(|glance| glance.budget).map_or(0, |budget| budget.limit),
        state: glance.map_or("removed", |glance| glance.state.word()).to_owned(),
    })
}

/// Writes down how everything stands, under the minute that has begun.
async fn take(shared: &Shared) -> Result<(), JournalError> {
    record(shared, |_| true).await
}

/// Writes down how a destination stands that has just been made: what it gets in its first minute counts from there.
pub(crate) async fn begin(shared: &Shared, name: &str) -> Result<(), JournalError> {
    match shared.store.destination(name).await? {
        // The others' samples of this minute stay as they were at its beginning.
        Some(id) => record(shared, move |destination| destination == id).await,
        None => Ok(()),
    }
}

async fn record(shared: &Shared, wanted: impl Fn(DestinationId) -> bool) -> Result<(), JournalError> {
    let now = shared.now();
    let minute = Millis(now.0.div_euclid(MINUTE_MS) * MINUTE_MS);
    let mut samples = standing(shared, now).await?;
    samples.retain(|sample| wanted(sample.destination));
    for sample in &mut samples {
        sample.at = minute;
    }
    shared.settings.archive.record_samples(samples).await
}

/// Writes down how every destination stands now, as [`serve`](crate::serve) does every minute.
///
/// # Errors
/// When the journal cannot be read or written.
pub async fn sample(settings: &Settings) -> Result<(), JournalError> {
    let (_, closing) = tokio::sync::watch::channel(false);
    take(&Shared::new(settings.clone(), closing)).await
}

/// Does so at the start and at the beginning of every minute, until the server stops.
pub(crate) async fn run(shared: Shared) {
    let mut closing = shared.closing.clone();
    let mut complained = false;
    loop {
        match take(&shared).await {
            Ok(()) => complained = false,
            Err(error) if !complained => {
                complained = true;
                tracing::warn!(
                    code = words(&error).0,
                    "how destinations stand cannot be written down; charts will have a gap"
                );
            }
            Err(_) => {}
        }
        let wait = MINUTE_MS - shared.now().0.rem_euclid(MINUTE_MS);
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(0));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            // An error means that the server has gone.
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}
