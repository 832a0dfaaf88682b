//! Whether the log can accept a record, as far as is known: the condition of the topic when it was last checked, and the
//! results of the last deliveries.

use super::client::{Client, serve};
use super::explain::{Problem, failure};
use super::settings::Settings;
use super::topic::Standing;
use crate::error::LogError;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::metadata::MetadataTopic;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use supervise::Stopping;

/// How often the topic is checked, and how long an answer may take.
const EVERY: Duration = Duration::from_secs(1);

/// What is known.
pub(super) struct Health {
    known: Mutex<Known>,
}

struct Known {
    topic: Result<(), LogError>,
    /// the error of the last failed delivery, until a delivery succeeds or a later check finds the topic healthy
    delivery: Option<LogError>,
    failures: u64,
}

impl Health {
    pub(super) fn new() -> Health {
        Health { known: Mutex::new(Known { topic: Ok(()), delivery: None, failures: 0 }) }
    }

    pub(super) fn verdict(&self) -> Result<(), LogError> {
        let known = self.locked();
        known.topic.clone()?;
        known.delivery.clone().map_or(Ok(()), Err)
    }

    pub(super) fn delivered(&self) {
        self.locked().delivery = None;
    }

    pub(super) fn not_delivered(&self, error: LogError) {
        let mut known = self.locked();
        known.failures += 1;
        known.delivery = Some(error);
    }

    /// Records a check of the topic, which began when this many deliveries had failed.
    fn asked(&self, failures: u64, topic: Result<(), LogError>) {
        let mut known = self.locked();
        if topic.is_ok() && known.failures == failures {
            known.delivery = None;
        }
        let before = std::mem::replace(&mut known.topic, topic.clone());
        drop(known);
        match (before, topic) {
            (Err(_), Ok(())) => tracing::info!("the log takes records again"),
            (Ok(()), Err(error)) => tracing::warn!("the log takes no records: {error}"),
            (Err(before), Err(now)) if before != now => tracing::warn!("the log takes no records: {now}"),
            _ => {}
        }
    }

    fn failures(&self) -> u64 {
        self.locked().failures
    }

    fn locked(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks the topic until it is asked to stop.
pub(super) fn watch(
    asker: &BaseConsumer<Client>,
    settings: &Settings,
    standing: &Standing,
    health: &Health,
    stopping: &Stopping,
) {
    loop {
        let failures = health.failures();
        let topic = ask(asker, settings, standing);
        health.asked(failures, topic);
        if stopping.asked_within(EVERY) {
            return;
        }
    }
}

fn ask(asker: &BaseConsumer<Client>, settings: &Settings, standing: &Standing) -> Result<(), LogError> {
    let answer = asker.client().fetch_metadata(Some(&settings.topic), EVERY);
    let noted = serve(asker);
    let metadata = answer.map_err(|error| failure(noted, &error, settings))?;
    asker.context().forget();
    let topic = metadata.topics().iter().find(|topic| topic.name() == settings.topic);
    topic.map_or_else(
        || Err(LogError::Unreachable(format!("the topic {} is missing", settings.topic))),
        |topic| condition(topic, settings, standing),
    )
}

/// Whether every shard has a leader and enough replicas in sync.
fn condition(topic: &MetadataTopic, settings: &Settings, standing: &Standing) -> Result<(), LogError> {
    if let Some(error) = topic.error() {
        return Err(Problem::from(rdkafka::error::RDKafkaErrorCode::from(error)).explain(settings));
    }
    let partitions = topic.partitions();
    let headless = partitions.iter().filter(|partition| partition.leader() < 0).count();
    if headless > 0 {
        return Err(LogError::Unreachable(format!(
            "{headless} of {} shards have no leader among the brokers: brokers are down",
            partitions.len()
        )));
    }
    let short = partitions.iter().filter(|partition| partition.isr().len() < standing.min_insync).count();
    if short > 0 {
        return Err(LogError::Unreachable(format!(
            "{short} of {} shards have fewer than {} replicas in sync: brokers are down, or too far behind",
            partitions.len(),
            standing.min_insync
        )));
    }
    Ok(())
}
