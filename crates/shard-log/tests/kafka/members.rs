//! Hints: which node should lead which shards, while nodes join and leave.

use crate::site::{BROKER, node, options, until};
use kafka_broker::Port;
use shard_log::kafka::{KafkaLog, Options};
use shard_log::{Log, Shard};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use supervise::Supervisor;

fn of(node: &str, prefix: &str) -> Options {
    let mut options = options(&BROKER, prefix);
    options.shards = 4;
    node.clone_into(&mut options.node);
    options
}

fn all() -> BTreeSet<Shard> {
    (0..4).map(Shard).collect()
}

async fn have(node: &KafkaLog, count: usize) -> BTreeSet<Shard> {
    let mut hints = node.hints();
    until(&mut hints, |hints| hints.len() == count).await;
    hints.borrow().clone()
}

/// Two nodes that share the shards.
async fn pair(prefix: &str) -> (Arc<KafkaLog>, Arc<KafkaLog>) {
    let one = node(of("one", prefix)).await;
    assert_eq!(have(&one, 4).await, all());
    let two = node(of("two", prefix)).await;
    let (first, second) = tokio::join!(have(&one, 2), have(&two, 2));
    assert_eq!(first.union(&second).copied().collect::<BTreeSet<_>>(), all());
    (one, two)
}

#[tokio::test]
async fn who_leaves_in_order_hands_over_within_a_second() {
    let (one, two) = pair("leave").await;
    let left = Instant::now();
    two.close().await;
    assert!(two.hints().borrow().is_empty());
    have(&one, 4).await;
    let took = left.elapsed();
    println!("handed over {took:?} after an orderly leave");
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn who_is_dropped_leaves_too() {
    let (one, two) = pair("drop").await;
    drop(two);
    have(&one, 4).await;
}

#[tokio::test]
async fn who_dies_is_replaced_when_its_session_has_timed_out() {
    let one = node(of("one", "die")).await;
    have(&one, 4).await;
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "members::another_process", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut orders = other.stdin.take().unwrap();
    writeln!(orders, "{}", BROKER.addresses(Port::Plain).remove(0)).unwrap();
    have(&one, 2).await;
    let said = BufReader::new(other.stdout.take().unwrap());
    assert!(said.lines().map_while(Result::ok).any(|line| line.ends_with("leads 2")));
    let killed = Instant::now();
    other.kill().unwrap();
    have(&one, 4).await;
    let took = killed.elapsed();
    println!("handed over {took:?} after a kill");
    other.wait().unwrap();
    let session = of("one", "die").session_timeout;
    assert!(took < session + Duration::from_secs(2), "{took:?}");
}

/// The node that is killed. Its standard input says where the broker is.
#[tokio::test]
#[ignore = "another test starts this in a process of its own"]
async fn another_process() {
    let mut orders = BufReader::new(std::io::stdin()).lines();
    let Some(Ok(address)) = orders.next() else { return };
    let mut options = Options::new(vec![address], "two");
    (options.prefix, options.shards) = ("die".into(), 4);
    let log = KafkaLog::open(options, &Supervisor::new()).await.unwrap();
    let hints = have(&log, 2).await;
    println!("leads {}", hints.len());
    // It runs until it is killed, or until the process that started it is gone.
    let _ = tokio::task::spawn_blocking(move || orders.next()).await;
}
