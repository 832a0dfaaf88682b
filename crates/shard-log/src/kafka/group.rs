//! The hints: this node is a member of the consumer group, and reads no records through it.

use super::client::Client;
use super::explain::{Problem, code};
use super::settings::Settings;
use crate::error::LogError;
use crate::place::Shard;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError;
use rdkafka::topic_partition_list::TopicPartitionList;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use supervise::Stopping;
use tokio::sync::watch;

/// How long the thread waits for events before it checks whether it was asked to stop.
const POLL: Duration = Duration::from_millis(50);

/// Receives the group's decisions about this member.
struct Member {
    client: Client,
    settings: Arc<Settings>,
    hints: watch::Sender<BTreeSet<Shard>>,
    membership: watch::Sender<Result<(), LogError>>,
}

/// Stays a member until it is asked to stop, and then leaves the group.
pub(super) fn take_part(
    settings: &Arc<Settings>,
    hints: &watch::Sender<BTreeSet<Shard>>,
    membership: &watch::Sender<Result<(), LogError>>,
    stopping: &Stopping,
) -> Result<(), KafkaError> {
    // After a run that failed, the hints of that run are void.
    hints.send_replace(BTreeSet::new());
    let member = Member {
        client: Client::default(),
        settings: Arc::clone(settings),
        hints: hints.clone(),
        membership: membership.clone(),
    };
    let consumer: BaseConsumer<Member> = settings.member().create_with_context(member)?;
    consumer.subscribe(&[&settings.topic])?;
    while !stopping.is_asked() {
        match consumer.poll(POLL) {
            // This record arrived before its partition was paused.
            None | Some(Ok(_)) => {}
            Some(Err(error @ KafkaError::MessageConsumptionFatal(_))) => return Err(error),
            Some(Err(error)) => tell(&error, settings, membership),
        }
    }
    // When the consumer is dropped, it leaves the group, which revokes its shards.
    drop(consumer);
    hints.send_replace(BTreeSet::new());
    Ok(())
}

/// Logs what keeps this node out of the group, each cause once.
fn tell(error: &KafkaError, settings: &Settings, membership: &watch::Sender<Result<(), LogError>>) {
    // The condition of the log reports an outage.
    let Some(problem) = code(error).map(Problem::from) else { return };
    let error = problem.explain(settings);
    if matches!(error, LogError::Unusable(_)) && *membership.borrow() != Err(error.clone()) {
        tracing::warn!("this node is not told which shards it should lead: {error}");
        let _ = membership.send_replace(Err(error));
    }
}

impl Member {
    fn change(&self, list: &TopicPartitionList, change: impl Fn(&mut BTreeSet<Shard>, Shard)) {
        let shards: Vec<Shard> = list
            .elements_for_topic(&self.settings.topic)
            .iter()
            .filter_map(|element| u32::try_from(element.partition()).ok().map(Shard))
            .collect();
        self.hints.send_modify(|hints| shards.iter().for_each(|shard| change(hints, *shard)));
    }
}

impl ClientContext for Member {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.client.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.client.error(error, reason);
    }
}

impl ConsumerContext for Member {
    /// Gives up the revoked shards before another node can have them.
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(list) = rebalance {
            self.change(list, |hints, shard| {
                hints.remove(&shard);
            });
        }
    }

    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(list) = rebalance {
            if let Err(error) = consumer.pause(list) {
                tracing::warn!("the partitions of the group are not paused: {error}");
            }
            self.change(list, |hints, shard| {
                hints.insert(shard);
            });
            let _ = self.membership.send_replace(Ok(()));
        }
    }
}
