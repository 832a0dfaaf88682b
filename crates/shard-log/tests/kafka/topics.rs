//! The topic is created with the required configuration, or checked; the commands in the messages work.

use crate::promises::{record, texts};
use crate::site::{BROKER, node, options, refusal};
use kafka_broker::Port;
use shard_log::kafka::Options;
use shard_log::{Log, LogError, Offset, Shard, TailError};

const SHARD: Shard = Shard(0);

/// Runs the command that a message ends with.
fn obey(error: &LogError) -> String {
    let text = error.to_string();
    let command = &text[text.find("kafka-").unwrap_or_else(|| panic!("no command: {text}"))..];
    let words: Vec<&str> = command.split_whitespace().collect();
    BROKER.tool(words[0], &words[1..]).unwrap();
    text
}

fn topics(arguments: &[&str]) -> String {
    let address = BROKER.addresses(Port::Plain).remove(0);
    let arguments: Vec<&str> = ["--bootstrap-server", &address].iter().chain(arguments).copied().collect();
    BROKER.tool("kafka-topics.sh", &arguments).unwrap()
}

async fn serves(options: Options) {
    let log = node(options).await;
    log.append(SHARD, record("a")).await.unwrap();
    assert_eq!(texts(&mut log.tail(SHARD, Offset(0)), 1).await, ["a"]);
    assert_eq!(log.healthy(), Ok(()));
}

#[tokio::test]
async fn the_topic_is_made_with_what_a_log_needs() {
    let log = node(options(&BROKER, "made")).await;
    assert_eq!(log.brokers_and_replicas(), (1, 1));
    let described = topics(&["--describe", "--topic", "made.log"]);
    for part in [
        "PartitionCount: 2",
        "retention.ms=-1",
        "retention.bytes=-1",
        "cleanup.policy=delete",
        "max.message.bytes=8454144",
        "min.insync.replicas=1",
        "unclean.leader.election.enable=false",
    ] {
        assert!(described.contains(part), "{part} is missing: {described}");
    }
    node(options(&BROKER, "made")).await;
}

#[tokio::test]
async fn where_the_topic_may_not_be_made_the_message_says_how_to_make_it() {
    let mut options = options(&BROKER, "forbidden");
    options.create_topic = false;
    let error = refusal(options.clone()).await;
    assert!(matches!(error, LogError::Unusable(_)), "{error:?}");
    assert!(!topics(&["--list"]).contains("forbidden.log"), "asking for the topic made it");
    assert!(obey(&error).contains("does not exist"));
    serves(options).await;
}

#[tokio::test]
async fn a_topic_with_too_few_partitions_gets_more() {
    node(options(&BROKER, "few")).await.close().await;
    let mut options = options(&BROKER, "few");
    options.shards = 3;
    let error = refusal(options.clone()).await;
    assert!(obey(&error).contains("has 2 partitions, and 3 shards"), "{error}");
    serves(options).await;
}

#[tokio::test]
async fn a_topic_with_more_partitions_is_not_used_in_part() {
    node(options(&BROKER, "many")).await.close().await;
    let mut options = options(&BROKER, "many");
    options.shards = 1;
    assert!(refusal(options).await.to_string().contains("configure 2"));
}

#[tokio::test]
async fn a_topic_that_would_lose_records_is_not_used_until_it_is_changed() {
    topics(&["--create", "--topic", "loose.log", "--partitions", "2", "--config", "compression.type=gzip"]);
    let error = refusal(options(&BROKER, "loose")).await;
    let text = obey(&error);
    for part in ["retention.ms=-1", "max.message.bytes=8454144", "compression.type=producer"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains("cleanup.policy"), "what is right already need not be changed: {text}");
    serves(options(&BROKER, "loose")).await;
}

#[tokio::test]
async fn a_topic_that_is_removed_ends_its_tails() {
    let log = node(options(&BROKER, "removed")).await;
    log.append(SHARD, record("a")).await.unwrap();
    let mut tail = log.tail(SHARD, Offset(0));
    assert_eq!(texts(&mut tail, 1).await, ["a"]);
    topics(&["--delete", "--topic", "removed.log"]);
    let ended = tail.next().await;
    assert!(matches!(ended, Err(TailError::Unreadable(_) | TailError::Behind { .. })), "{ended:?}");
    crate::site::eventually(|| log.healthy().is_err()).await;
}
