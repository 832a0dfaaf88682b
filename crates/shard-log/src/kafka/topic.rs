//! The topic at the start: it is created if it is missing and may be created, and otherwise checked. Each problem is
//! reported together with the command that corrects it.

use super::client::{Client, serve};
use super::explain::{Problem, failure, turned_away};
use super::settings::{MAX_BATCH, Settings};
use crate::error::LogError;
use rdkafka::admin::{
    AdminClient, AdminOptions, ConfigResource, NewTopic, ResourceSpecifier, TopicReplication,
};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::metadata::MetadataTopic;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// How long one request at the start waits before the errors that were recorded meanwhile are examined.
const SLICE: Duration = Duration::from_millis(500);

/// For how long a broker must have closed every connection before that counts as its answer. A broker that is stopping or
/// starting has refused a connection by then, because connections are tried again about every second.
const TURNED_AWAY: Duration = Duration::from_secs(2);

/// The condition of the topic.
pub(super) struct Standing {
    pub(super) brokers: usize,
    /// how many replicas the partition with the fewest has
    pub(super) replicas: usize,
    pub(super) min_insync: usize,
}

/// What the brokers report of the cluster and of the topic.
struct Seen {
    brokers: usize,
    topic: Option<Layout>,
}

struct Layout {
    partitions: usize,
    replicas: usize,
}

/// Creates or checks the topic. It blocks for at most a few times the request timeout.
pub(super) fn prepare(
    asker: &BaseConsumer<Client>,
    settings: &Settings,
    runtime: &Handle,
) -> Result<Standing, LogError> {
    // A topic that is created while brokers are missing would have too few replicas permanently.
    let expected = settings.options.brokers.len().min(REPLICAS);
    let seen = look(asker, settings, |seen| seen.topic.is_some() || seen.brokers >= expected)?;
    let admin = Admin { settings, runtime };
    let Some(layout) = seen.topic else {
        if !settings.options.create_topic {
            return Err(LogError::Unusable(missing(settings, seen.brokers)));
        }
        admin.create(seen.brokers)?;
        let made = look(asker, settings, |seen| seen.topic.is_some())?;
        let layout =
            made.topic.ok_or_else(|| LogError::Unreachable("the new topic does not appear".into()))?;
        return admin.check(&layout, made.brokers);
    };
    admin.check(&layout, seen.brokers)
}

/// The replicas of a topic, if there are enough brokers.
const REPLICAS: usize = 3;

fn replicas(brokers: usize) -> usize {
    brokers.clamp(1, REPLICAS)
}

/// How many of this many replicas must have a record before it is acknowledged.
fn in_sync(replicas: usize) -> usize {
    if replicas >= REPLICAS { 2 } else { 1 }
}

/// Repeats the request until the answer is sufficient, an error is lasting, or the time is over.
fn look(
    asker: &BaseConsumer<Client>,
    settings: &Settings,
    enough: impl Fn(&Seen) -> bool,
) -> Result<Seen, LogError> {
    let until = Instant::now() + settings.options.request_timeout;
    loop {
        let asked = Instant::now();
        let answer = asker.client().fetch_metadata(Some(&settings.topic), SLICE);
        let noted = serve(asker);
        let late = asked >= until;
        // This is a guess, so every other explanation is tried first.
        let guess = asker.context().turned_away(TURNED_AWAY).filter(|_| late);
        let error = match answer {
            Ok(metadata) => {
                asker.context().forget();
                let topic = metadata.topics().iter().find(|topic| topic.name() == settings.topic);
                let layout = topic.map(|topic| layout(topic, settings)).transpose()?.flatten();
                let seen = Seen { brokers: metadata.brokers().len(), topic: layout };
                if enough(&seen) {
                    return Ok(seen);
                }
                let wanted = settings.options.brokers.len();
                let brokers = seen.brokers;
                LogError::Unreachable(format!(
                    "the cluster has {brokers} of {wanted} configured brokers only"
                ))
            }
            Err(error) => guess
                .and_then(|reason| turned_away(&reason, settings))
                .unwrap_or_else(|| failure(noted, &error, settings)),
        };
        if late || matches!(error, LogError::Unusable(_)) {
            return Err(error);
        }
        // After an answer that came at once, the request is repeated a little later; errors are handled meanwhile.
        let _ = asker.poll(SLICE.saturating_sub(asked.elapsed()).min(Duration::from_millis(100)));
    }
}

/// The partitions; `None` if the topic is missing.
fn layout(topic: &MetadataTopic, settings: &Settings) -> Result<Option<Layout>, LogError> {
    match topic.error().map(RDKafkaErrorCode::from) {
        None => {}
        Some(RDKafkaErrorCode::UnknownTopicOrPartition) => return Ok(None),
        Some(RDKafkaErrorCode::LeaderNotAvailable) => return Ok(None),
        Some(code) => return Err(Problem::from(code).explain(settings)),
    }
    let partitions = topic.partitions();
    let replicas = partitions.iter().map(|partition| partition.replicas().len()).min().unwrap_or(0);
    Ok((!partitions.is_empty()).then_some(Layout { partitions: partitions.len(), replicas }))
}

/// The required configuration of the topic, with the reasons.
fn wanted(replicas: usize) -> Vec<(&'static str, String)> {
    vec![
        ("cleanup.policy", "delete".into()),
        ("retention.ms", "-1".into()),
        ("retention.bytes", "-1".into()),
        ("max.message.bytes", MAX_BATCH.to_string()),
        ("min.insync.replicas", in_sync(replicas).to_string()),
        ("unclean.leader.election.enable", "false".into()),
    ]
}

/// Whether the present value is sufficient.
fn suits(name: &str, value: &str, wanted: &str) -> bool {
    match name {
        "max.message.bytes" | "min.insync.replicas" => {
            value.parse::<u64>().is_ok_and(|value| wanted.parse().is_ok_and(|wanted: u64| value >= wanted))
        }
        _ => value == wanted,
    }
}

/// The command that creates the topic.
fn command(settings: &Settings, brokers: usize) -> String {
    let replicas = replicas(brokers);
    let configs: String =
        wanted(replicas).iter().map(|(name, value)| format!(" --config {name}={value}")).collect();
    format!(
        "kafka-topics.sh --bootstrap-server {} --create --topic {} --partitions {} --replication-factor {replicas}{configs}",
        settings.brokers(),
        settings.topic,
        settings.options.shards
    )
}

fn missing(settings: &Settings, brokers: usize) -> String {
    let command = command(settings, brokers);
    format!(
        "the topic {} does not exist, and it may not be made from here; make it with: {command}",
        settings.topic
    )
}

struct Admin<'a> {
    settings: &'a Settings,
    runtime: &'a Handle,
}

impl Admin<'_> {
    fn client(&self) -> Result<AdminClient<Client>, LogError> {
        let client = self.settings.asker().create_with_context(Client::default());
        client.map_err(|error| LogError::Unusable(error.to_string()))
    }

    fn options(&self) -> AdminOptions {
        let timeout = Some(self.settings.options.request_timeout);
        AdminOptions::new().request_timeout(timeout).operation_timeout(timeout)
    }

    fn create(&self, brokers: usize) -> Result<(), LogError> {
        let settings = self.settings;
        let replicas = replicas(brokers);
        let wanted = wanted(replicas);
        let (partitions, factor) = (settings.options.shards, i32::try_from(replicas).unwrap_or(1));
        let partitions = i32::try_from(partitions).unwrap_or(i32::MAX);
        let topic = NewTopic::new(&settings.topic, partitions, TopicReplication::Fixed(factor));
        let topic = wanted.iter().fold(topic, |topic, (name, value)| topic.set(name, value));
        let admin = self.client()?;
        let made = self.runtime.block_on(admin.create_topics([&topic], &self.options()));
        let made = made.map_err(|error| failure(None, &error, settings))?;
        match made.into_iter().next() {
            // Another node has created it.
            Some(Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => {
                tracing::info!(topic = settings.topic, partitions, replicas, "the topic of the log was made");
                Ok(())
            }
            Some(Err((_, code))) => {
                let (topic, command) = (&settings.topic, command(settings, brokers));
                Err(LogError::Unusable(format!(
                    "the brokers refuse to make the topic {topic} ({code}); make it with: {command}"
                )))
            }
            None => Err(LogError::Unreachable("the brokers did not say whether they made the topic".into())),
        }
    }

    fn check(&self, layout: &Layout, brokers: usize) -> Result<Standing, LogError> {
        let settings = self.settings;
        self.check_partitions(layout.partitions)?;
        let config = self.config()?;
        let mut changes = Vec::new();
        let wanted = wanted(layout.replicas);
        for (name, wanted) in &wanted {
            let value = value(config.as_ref(), name);
            if value.is_some_and(|value| !suits(name, value, wanted)) {
                changes.push(format!("{name}={wanted}"));
            }
        }
        // This node must be able to read records that the brokers compress again.
        if value(config.as_ref(), "compression.type") == Some("gzip") {
            changes.push("compression.type=producer".into());
        }
        if !changes.is_empty() {
            return Err(LogError::Unusable(format!(
                "the topic {topic} is not as it must be, and records could be lost or refused; change it with: \
                 kafka-configs.sh --bootstrap-server {brokers} --alter --entity-type topics --entity-name {topic} --add-config {changes}",
                topic = settings.topic,
                brokers = settings.brokers(),
                changes = changes.join(",")
            )));
        }
        warn_about_replicas(settings, layout.replicas, brokers);
        let min_insync = value(config.as_ref(), "min.insync.replicas").and_then(|value| value.parse().ok());
        let min_insync = min_insync.unwrap_or_else(|| in_sync(layout.replicas));
        Ok(Standing { brokers, replicas: layout.replicas, min_insync })
    }

    fn check_partitions(&self, partitions: usize) -> Result<(), LogError> {
        let (settings, topic) = (self.settings, &self.settings.topic);
        let shards = settings.options.shards as usize;
        if partitions > shards {
            return Err(LogError::Unusable(format!(
                "the topic {topic} has {partitions} partitions, and {shards} shards are configured: configure {partitions}, \
                 because a topic cannot have fewer partitions later"
            )));
        }
        if partitions < shards {
            return Err(LogError::Unusable(format!(
                "the topic {topic} has {partitions} partitions, and {shards} shards are configured: configure {partitions}, or add partitions \
                 with: kafka-topics.sh --bootstrap-server {} --alter --topic {topic} --partitions {shards}",
                settings.brokers()
            )));
        }
        Ok(())
    }

    /// The topic's configuration; `None` if this node may not see it.
    fn config(&self) -> Result<Option<ConfigResource>, LogError> {
        let settings = self.settings;
        let admin = self.client()?;
        let topic = ResourceSpecifier::Topic(&settings.topic);
        let config = self.runtime.block_on(admin.describe_configs([&topic], &self.options()));
        match config.map_err(|error| failure(None, &error, settings))?.into_iter().next() {
            Some(Ok(config)) => Ok(Some(config)),
            Some(Err(RDKafkaErrorCode::TopicAuthorizationFailed)) => {
                tracing::warn!(
                    topic = settings.topic,
                    "the topic's configuration is not checked: the brokers do not allow this node to see it (DescribeConfigs)"
                );
                Ok(None)
            }
            Some(Err(code)) => Err(Problem::from(code).explain(settings)),
            None => Err(LogError::Unreachable("the brokers did not say how the topic is configured".into())),
        }
    }
}

fn value<'a>(config: Option<&'a ConfigResource>, name: &str) -> Option<&'a str> {
    config?.get(name)?.value.as_deref()
}

fn warn_about_replicas(settings: &Settings, replicas: usize, brokers: usize) {
    if brokers == 1 {
        tracing::warn!(
            "the log has one broker, which acknowledges a record before the record is on its disk: a power cut of its machine may lose \
             records. Use three brokers where that matters"
        );
    } else if replicas < REPLICAS.min(brokers) {
        tracing::warn!(
            topic = settings.topic,
            replicas,
            brokers,
            "the topic has fewer replicas than the cluster has brokers for: add some with kafka-reassign-partitions.sh"
        );
    }
}

#[cfg(test)]
mod tests;
