//! Brokers that tests share, and logs in them.

use crate::promises::Nodes;
use kafka_broker::{Cluster, Port};
use shard_log::kafka::{KafkaLog, Options};
use shard_log::{Log, LogError};
use std::fmt::Debug;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use supervise::Supervisor;
use tokio::sync::watch;

/// One broker for all tests that do not stop it. It ends with the process.
pub(crate) static BROKER: LazyLock<Cluster> = LazyLock::new(|| Cluster::start(1).unwrap());

/// Longer than any step takes: a test that waits longer fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The options for a separate log in this cluster.
pub(crate) fn options(cluster: &Cluster, prefix: &str) -> Options {
    let mut options = Options::new(cluster.addresses(Port::Plain), "one");
    options.prefix = prefix.to_owned();
    options.shards = 2;
    options
}

pub(crate) async fn node(options: Options) -> Arc<KafkaLog> {
    Arc::new(KafkaLog::open(options, &Supervisor::new()).await.unwrap())
}

/// Why a log does not open.
pub(crate) async fn refusal(options: Options) -> LogError {
    match KafkaLog::open(options, &Supervisor::new()).await {
        Ok(_) => panic!("the log opened"),
        Err(error) => error,
    }
}

/// A new log for the test of this name.
pub(crate) async fn open(name: &str) -> Nodes {
    let one = node(options(&BROKER, name)).await;
    let two: Arc<dyn Log> = node(options(&BROKER, name)).await;
    (one, two)
}

/// Waits until a value meets the condition.
pub(crate) async fn until<T: Debug>(receiver: &mut watch::Receiver<T>, wanted: impl Fn(&T) -> bool) {
    let waited = tokio::time::timeout(PATIENCE, receiver.wait_for(|value| wanted(value))).await;
    let met = waited.is_ok_and(|waited| waited.is_ok());
    assert!(met, "{:?}", *receiver.borrow());
}

/// Repeats the check until it succeeds.
pub(crate) async fn eventually(is_so: impl Fn() -> bool) {
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let asked = async {
        while !is_so() {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap();
}
