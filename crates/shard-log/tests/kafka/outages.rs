//! Brokers that die, freeze and come back.

use crate::promises::record;
use crate::site::{BROKER, eventually, node, options, refusal, until};
use bytes::Bytes;
use kafka_broker::Cluster;
use shard_log::kafka::KafkaLog;
use shard_log::{AppendError, Log, LogError, Offset, Shard};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

const SHARD: Shard = Shard(0);

/// Appends numbers, one after the other, until it is asked to stop; returns the position of each acknowledged one, and how
/// many were not acknowledged.
async fn appender(log: Arc<KafkaLog>, stop: watch::Receiver<bool>) -> (BTreeMap<u32, Offset>, u32) {
    let (mut acknowledged, mut others) = (BTreeMap::new(), 0);
    for number in 0.. {
        if *stop.borrow() {
            break;
        }
        match log.append(SHARD, record(&number.to_string())).await {
            Ok(offset) => drop(acknowledged.insert(number, offset)),
            Err(AppendError::Refused(_) | AppendError::Unknown(_)) => others += 1,
            Err(AppendError::Closed) => panic!("nobody closed it"),
        }
    }
    (acknowledged, others)
}

/// Reads up to the record with this text.
async fn reader(log: Arc<KafkaLog>, last: Bytes) -> BTreeMap<Offset, u32> {
    let mut met = BTreeMap::new();
    let mut tail = log.tail(SHARD, Offset(0));
    loop {
        for entry in tail.next().await.unwrap() {
            if entry.record == last {
                return met;
            }
            let number = std::str::from_utf8(&entry.record).unwrap().parse().unwrap();
            assert!(met.last_key_value().is_none_or(|(offset, _)| *offset < entry.offset));
            met.insert(entry.offset, number);
        }
    }
}

fn nothing_is_lost(acknowledged: &BTreeMap<u32, Offset>, met: &BTreeMap<Offset, u32>) {
    for (number, offset) in acknowledged {
        assert_eq!(met.get(offset), Some(number), "at {offset}");
    }
    assert!(met.values().is_sorted_by(|one, next| one < next), "out of order, or twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill_of_the_only_broker() {
    let mut cluster = Cluster::start(1).unwrap();
    let mut options = options(&cluster, "kill");
    options.delivery_timeout = Duration::from_secs(2);
    let log = node(options).await;
    let stop = watch::Sender::new(false);
    let appends = tokio::spawn(appender(Arc::clone(&log), stop.subscribe()));
    let reads = tokio::spawn(reader(Arc::clone(&log), record("last")));
    // This tail begins while there is no broker.
    let mut begins = Vec::new();
    let mut hints = log.hints();
    for _ in 0..2 {
        until(&mut hints, |hints| hints.len() == 2).await;
        let end = log.bounds(SHARD).await.unwrap().end;
        let mut tail = log.tail(SHARD, end);
        tail.next().await.unwrap();
        cluster.kill(0).unwrap();
        eventually(|| log.healthy().is_err()).await;
        assert!(matches!(log.healthy(), Err(LogError::Unreachable(_))));
        begins.push(tokio::spawn(reader(Arc::clone(&log), record("last"))));
        // After the session timeout another node may lead; this one cannot know.
        until(&mut hints, BTreeSet::is_empty).await;
        cluster.start_again(0).unwrap();
        eventually(|| log.healthy().is_ok()).await;
    }
    stop.send_replace(true);
    let (acknowledged, others) = appends.await.unwrap();
    assert!(others > 0 && !acknowledged.is_empty(), "{others}, {}", acknowledged.len());
    log.append(SHARD, record("last")).await.unwrap();
    let met = reads.await.unwrap();
    nothing_is_lost(&acknowledged, &met);
    for begun in begins {
        assert_eq!(begun.await.unwrap(), met);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_freezes_makes_outcomes_unknown_and_no_append_waits_for_longer() {
    let cluster = Cluster::start(1).unwrap();
    let mut options = options(&cluster, "freeze");
    let within = Duration::from_secs(2);
    options.delivery_timeout = within;
    let log = node(options).await;
    log.append(SHARD, record("before")).await.unwrap();
    cluster.freeze(0, true).unwrap();
    let began = Instant::now();
    let outcome = log.append(SHARD, record("frozen")).await;
    let took = began.elapsed();
    cluster.freeze(0, false).unwrap();
    println!("{took:?} until the outcome of a frozen append");
    assert!(matches!(outcome, Err(AppendError::Unknown(_))), "{outcome:?}");
    // One second is librdkafka's, and one is for a busy machine.
    assert!(took < within + Duration::from_secs(2), "{took:?}");
    assert!(matches!(log.healthy(), Err(LogError::Unreachable(_))));
    eventually(|| log.healthy().is_ok()).await;
    // The producer continues by itself, and in order: an unknown record may be in its place, or missing.
    let mut appended = vec!["before".to_owned(), "frozen".to_owned()];
    loop {
        let after = format!("after {}", appended.len());
        appended.push(after.clone());
        if log.append(SHARD, record(&after)).await.is_ok() {
            break;
        }
    }
    let mut tail = log.tail(SHARD, Offset(0));
    let mut met = Vec::new();
    while !met.contains(appended.last().unwrap()) {
        let texts = tail.next().await.unwrap().into_iter().map(|entry| entry.record.to_vec());
        met.extend(texts.map(|text| String::from_utf8(text).unwrap()));
    }
    assert_eq!(met[0], "before");
    let places = met.iter().map(|text| appended.iter().position(|appended| appended == text));
    assert!(places.is_sorted_by(|one, next| one.is_some() && one < next), "{met:?} of {appended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_three_brokers_one_may_die_and_not_two() {
    let mut cluster = Cluster::start(3).unwrap();
    let mut options = options(&cluster, "three");
    options.shards = 4;
    let log = node(options).await;
    assert_eq!(log.brokers_and_replicas(), (3, 3));
    let stop = watch::Sender::new(false);
    let appends = tokio::spawn(appender(Arc::clone(&log), stop.subscribe()));
    let reads = tokio::spawn(reader(Arc::clone(&log), record("last")));
    log.tail(SHARD, Offset(0)).next().await.unwrap();
    cluster.kill(0).unwrap();
    let lives = |log: &Arc<KafkaLog>| {
        let log = Arc::clone(log);
        // Every shard accepts a record, also those which the dead broker led.
        async move {
            for shard in 1..4 {
                while log.append(Shard(shard), record("alive")).await.is_err() {}
            }
        }
    };
    lives(&log).await;
    eventually(|| log.healthy().is_ok()).await;
    cluster.kill(1).unwrap();
    eventually(|| log.healthy().is_err()).await;
    cluster.start_again(1).unwrap();
    cluster.start_again(0).unwrap();
    eventually(|| log.healthy().is_ok()).await;
    lives(&log).await;
    stop.send_replace(true);
    let (acknowledged, others) = appends.await.unwrap();
    println!("{} acknowledged, {others} not", acknowledged.len());
    while log.append(SHARD, record("last")).await.is_err() {}
    nothing_is_lost(&acknowledged, &reads.await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_waits_for_a_broker_that_comes_back_and_takes_it_for_nothing_else() {
    let mut cluster = Cluster::start(1).unwrap();
    cluster.kill(0).unwrap();
    let mut options = options(&cluster, "restarts");
    options.request_timeout = Duration::from_secs(4);
    let error = refusal(options.clone()).await;
    assert!(matches!(&error, LogError::Unreachable(text) if text.contains("does not run")), "{error}");
    options.request_timeout = Duration::from_secs(60);
    let opens = tokio::spawn(node(options));
    cluster.start_again(0).unwrap();
    opens.await.unwrap().append(SHARD, record("a")).await.unwrap();
}

/// A port that closes its connections at once, as a proxy does whose broker is down; then it stops, or forwards them.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_closed_at_once_is_not_taken_for_a_setting_before_its_time() {
    let listener = TcpListener::bind("localhost:0").unwrap();
    let mut options = options(&BROKER, "proxy");
    let broker = options.brokers.remove(0);
    options.brokers = vec![format!("localhost:{}", listener.local_addr().unwrap().port())];
    options.request_timeout = Duration::from_secs(4);

    let closes = |listener: TcpListener, times: usize| {
        std::thread::spawn(move || {
            listener.incoming().take(times).for_each(drop);
            listener
        })
    };
    let (closing, opens) = (closes(listener, 3), tokio::spawn(refusal(options.clone())));
    drop(closing.join().unwrap());
    let error = opens.await.unwrap();
    assert!(matches!(&error, LogError::Unreachable(text) if text.contains("does not run")), "{error}");

    let listener = TcpListener::bind(&options.brokers[0]).unwrap();
    options.request_timeout = Duration::from_secs(60);
    let (closing, opens) = (closes(listener, 6), tokio::spawn(node(options)));
    let listener = closing.join().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            pass_on(client, TcpStream::connect(&broker).unwrap());
        }
    });
    opens.await.unwrap().append(SHARD, record("a")).await.unwrap();
}

/// Forwards the data of each side to the other.
fn pass_on(one: TcpStream, other: TcpStream) {
    for (mut from, mut to) in [(one.try_clone().unwrap(), other.try_clone().unwrap()), (other, one)] {
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(std::net::Shutdown::Both);
        });
    }
}
