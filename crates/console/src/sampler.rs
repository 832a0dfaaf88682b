//! Takes a sample of every destination each minute. Series are made of these samples.

use crate::error::words;
use crate::frame::MINUTE_MS;
use crate::operations::{Operations, glances};
use crate::settings::Settings;
use crate::state::{Clock, Closing, made_of_parts};
use crate::store::Store;
use delivery::Glance;
use event::Millis;
use journal::{DestinationId, Journal, JournalError, LedgerTotals, Sample};
use std::sync::Arc;
use std::time::Duration;

/// Takes samples: each destination's counts and levels at a time.
#[derive(Clone)]
pub(crate) struct Sampler {
    store: Store,
    operations: Arc<dyn Operations>,
    clock: Clock,
}

made_of_parts!(Sampler { store, operations, clock });

impl Sampler {
    /// A sample of each destination as of `now`, including those that are no longer configured and still have events.
    pub(crate) async fn standings(&self, now: Millis) -> Result<Vec<Sample>, JournalError> {
        let glances = glances(&*self.operations);
        self.store
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

    /// Records a sample of every destination under the minute that has begun.
    async fn record_all(&self) -> Result<(), JournalError> {
        // Only the machine that delivers knows how a destination is doing.
        if !self.operations.leads() {
            return Ok(());
        }
        self.record(|_| true).await
    }

    /// Records a sample of a destination that has just been made, so that the events of its first minute are counted.
    pub(crate) async fn record_first(&self, name: &str) -> Result<(), JournalError> {
        match self.store.destination(name).await? {
            // The other destinations' samples of this minute stay as they were at its beginning.
            Some(id) => self.record(move |destination| destination == id).await,
            None => Ok(()),
        }
    }

    async fn record(&self, wanted: impl Fn(DestinationId) -> bool) -> Result<(), JournalError> {
        let now = self.clock.now();
        let minute = Millis(now.0.div_euclid(MINUTE_MS) * MINUTE_MS);
        let mut samples = self.standings(now).await?;
        samples.retain(|sample| wanted(sample.destination));
        for sample in &mut samples {
            sample.at = minute;
        }
        self.store.record_samples(samples).await
    }
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

/// Records a sample of every destination, as [`serve`](crate::serve) does every minute.
///
/// # Errors
/// When the journal cannot be read or written.
pub async fn sample(settings: &Settings) -> Result<(), JournalError> {
    let operations = Arc::clone(&settings.operations);
    let sampler = Sampler {
        store: Store::new(Arc::clone(&settings.journal), Arc::clone(&settings.archive)),
        operations,
        clock: Clock::of(settings),
    };
    sampler.record_all().await
}

/// Records one sample per destination at start-up and at each full minute, until the server stops.
pub(crate) async fn run(sampler: Sampler, mut closing: Closing) {
    let mut complained = false;
    loop {
        match sampler.record_all().await {
            Ok(()) => complained = false,
            Err(error) if !complained => {
                complained = true;
                tracing::warn!(
                    code = words(&error).0,
                    "the samples of destinations cannot be written; charts will have a gap"
                );
            }
            Err(_) => {}
        }
        let wait = MINUTE_MS - sampler.clock.now().0.rem_euclid(MINUTE_MS);
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(0));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            // An error means that the server has gone.
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}
