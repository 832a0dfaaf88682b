//! The values of a scrape, which are read together.

use crate::alerts::STATE;
use crate::error::ApiError;
use crate::observations::{Backups, Configuration, Ingress, Observations, Process, TransformerWork};
use crate::operations::{Operations, glances};
use crate::state::{Clock, made_of_parts};
use crate::store::Store;
use delivery::{CallFigures, Glance, Handle};
use event::Millis;
use journal::{
    Archive, ConflictCount, DeadLetterFilter, DeadLetterGroup, DestinationId, EventFilter, Journal,
    JournalError, JournalStatus, Ledger, Position, UniqueField,
};
use registry::AlertRecord;
use registry::alert::{ALERT, AlertKind, AlertState};
use std::collections::BTreeMap;
use std::sync::Arc;
use supervise::{PartReport, Supervisor};

#[derive(Debug, Clone, Default)]
pub(super) struct Scrape {
    pub(super) ledger: Ledger,
    /// how long the oldest pending event has waited, in ms, by destination; 0: no event is pending
    pub(super) waits: Vec<(String, i64)>,
    pub(super) letters: Vec<DeadLetterGroup>,
    /// open conflicts by destination
    pub(super) conflicts: Vec<(String, ConflictCount)>,
    /// number of requests that the search index does not hold yet
    pub(super) search_lag: u64,
    pub(super) healthy: bool,
    pub(super) journal: JournalStatus,
    pub(super) glances: Vec<(String, Glance)>,
    /// figures of the calls of each destination
    pub(super) calls: Vec<(String, CallFigures)>,
    pub(super) ingress: Ingress,
    pub(super) doors: Vec<(port::DoorSnapshot, Option<port::RoomSnapshot>)>,
    /// when the certificates of ports expire
    pub(super) certificates: Vec<(&'static str, Millis)>,
    pub(super) process: Process,
    pub(super) work: Option<TransformerWork>,
    /// the alerts; `None` when they cannot be read
    pub(super) alerts: Option<Alerts>,
    pub(super) free_percent: Option<f64>,
    pub(super) started: Millis,
    pub(super) version: &'static str,
    pub(super) parts: Vec<PartReport>,
    pub(super) restarts: BTreeMap<Arc<str>, u64>,
    pub(super) panics: BTreeMap<String, u64>,
    pub(super) log_lines_lost: u64,
    pub(super) configuration: Configuration,
    pub(super) backups: Backups,
}

/// Counts of the enabled alerts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Alerts {
    /// alerts that fire, by what they watch
    pub(super) firing: BTreeMap<AlertKind, i64>,
    /// alerts whose webhook did not take its last message
    pub(super) untold: i64,
}

/// Reads the values of a scrape.
#[derive(Clone)]
pub(super) struct ScrapeReader {
    store: Store,
    operations: Arc<dyn Operations>,
    observations: Arc<Observations>,
    supervisor: Supervisor,
    clock: Clock,
}

made_of_parts!(ScrapeReader { store, operations, observations, supervisor, clock });

impl ScrapeReader {
    /// # Errors
    /// The journal cannot be read.
    pub(super) async fn read(&self, started: Millis) -> Result<Scrape, ApiError> {
        let ScrapeReader { store, operations, observations, supervisor, clock } = self;
        let now = clock.now();
        let (ledger, waits, healthy) = store.read(move |journal| of_journal(journal, now)).await?;
        let conflicts = conflicts(store).await?;
        let any_dead = ledger.destinations.values().any(|totals| totals.dead > 0);
        let (letters, search_lag) = store.archive(move |archive| of_archive(archive, any_dead)).await?;
        Ok(Scrape {
            ledger,
            waits,
            letters,
            conflicts,
            search_lag,
            healthy,
            journal: store.status(),
            glances: glances(&**operations),
            calls: operations.handles().iter().map(calls).collect(),
            ingress: (observations.ingress)(),
            doors: (observations.doors)(),
            certificates: (observations.certificates)(),
            process: process(observations).await,
            work: observations.transformer.as_ref().map(|work| work()),
            // The task that watches alerts logs why they cannot be read.
            alerts: alerts(store).await.ok(),
            free_percent: (observations.free_disk_percent)(),
            started,
            version: observations.version,
            parts: supervisor.snapshot(),
            restarts: supervisor.restarts(),
            panics: supervise::panics(),
            log_lines_lost: (observations.log_lines_lost)(),
            backups: *observations.backups.now(),
            configuration: Configuration::clone(&observations.configuration.now()),
        })
    }
}

/// Figures of the process from the operating system. They come from files of the kernel, so they are read on a thread
/// that may block; a figure that cannot be read is left out of the scrape.
async fn process(observations: &Observations) -> Process {
    let look = Arc::clone(&observations.process);
    supervise::blocking("looking at the process", move || look()).await.unwrap_or_default()
}

fn calls(handle: &Handle) -> (String, CallFigures) {
    (handle.name().to_owned(), handle.calls())
}

async fn conflicts(store: &Store) -> Result<Vec<(String, ConflictCount)>, ApiError> {
    let counts = store.archive(|archive| archive.conflict_counts()).await?;
    let names = store.read(|journal| journal.destinations()).await?;
    // Every series exists before the first conflict, so that the first one is an increase.
    let of = |destination: DestinationId, field: UniqueField| {
        let known = counts.iter().find(|known| (known.destination, known.field) == (destination, field));
        known.copied().unwrap_or(ConflictCount { destination, field, count: 0 })
    };
    let both =
        |(name, id): (String, DestinationId)| UniqueField::ALL.map(|field| (name.clone(), of(id, field)));
    Ok(names.into_iter().flat_map(both).collect())
}

type OfJournal = (Ledger, Vec<(String, i64)>, bool);

fn of_journal(journal: &dyn Journal, now: Millis) -> Result<OfJournal, JournalError> {
    let ledger = journal.ledger()?;
    let mut waits = Vec::new();
    for (name, id) in journal.destinations()? {
        let any = ledger.destinations.get(&name).is_some_and(|totals| totals.pending > 0);
        let since = if any { journal.oldest_pending(id)? } else { None };
        waits.push((name, since.map_or(0, |since| now.0.saturating_sub(since.0).max(0))));
    }
    Ok((ledger, waits, journal.healthy().is_ok()))
}

fn of_archive(archive: &dyn Archive, any_dead: bool) -> Result<(Vec<DeadLetterGroup>, u64), JournalError> {
    let letters =
        if any_dead { archive.dead_letter_groups(&DeadLetterFilter::default())? } else { Vec::new() };
    // A position before the first event matches nothing; only `indexed_to` and `end` are wanted.
    let before = Some(Position { request: 0, index: 0 });
    let page = archive.events(&EventFilter { before, ..EventFilter::default() }, 1)?;
    // The first request is number 1; an index that cannot be read says 0.
    Ok((letters, page.end.saturating_sub(page.indexed_to.max(1))))
}

async fn alerts(store: &Store) -> Result<Alerts, ApiError> {
    let on: Vec<(String, AlertRecord)> = store.load_documents(ALERT).await?;
    let states: BTreeMap<String, AlertState> = store.load_documents(STATE).await?.into_iter().collect();
    let mut alerts = Alerts::default();
    for (name, alert) in on.iter().filter(|(_, alert)| alert.enabled) {
        let Some(state) = states.get(name) else { continue };
        *alerts.firing.entry(alert.kind).or_default() += i64::from(state.since.is_some());
        alerts.untold += i64::from(state.last_problem.is_some());
    }
    Ok(alerts)
}
