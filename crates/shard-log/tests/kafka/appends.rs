//! Appending beyond the promises of every log: limits, and closing.

use crate::promises::{record, take, texts};
use crate::site::{BROKER, node, options};
use bytes::Bytes;
use shard_log::kafka::{Compression, MAX_RECORD};
use shard_log::{AppendError, Log, LogError, Offset, Shard, TailError};
use std::task::{Context, Poll, Waker};
use supervise::Supervisor;

const SHARD: Shard = Shard(0);

#[tokio::test]
async fn a_record_that_is_too_large_is_refused_and_the_largest_is_not() {
    let log = node(options(&BROKER, "largest")).await;
    let large = Bytes::from(vec![1; MAX_RECORD + 1]);
    let refused = log.append(SHARD, large.clone()).await;
    assert!(matches!(refused, Err(AppendError::Refused(_))), "{refused:?}");
    log.append(SHARD, large.slice(1..)).await.unwrap();
    let met = take(&mut log.tail(SHARD, Offset(0)), 1).await;
    assert_eq!(met[0].record, large.slice(1..));
}

#[tokio::test]
async fn every_compression_can_be_read() {
    for (prefix, compression) in
        [("zstd", Compression::Zstd), ("lz4", Compression::Lz4), ("plain", Compression::None)]
    {
        let mut options = options(&BROKER, prefix);
        options.compression = compression;
        let log = node(options).await;
        let text = prefix.repeat(10_000);
        log.append(SHARD, record(&text)).await.unwrap();
        assert_eq!(texts(&mut log.tail(SHARD, Offset(0)), 1).await, [text]);
    }
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_what_it_refused_is_not_stored() {
    let mut options = options(&BROKER, "full");
    options.queue_bytes = 1 << 20;
    let log = node(options).await;
    let appends: Vec<_> =
        (0..10).map(|number: u8| log.append(SHARD, Bytes::from(vec![number; 600_000]))).collect();
    let (mut stored, mut refused) = (Vec::new(), 0);
    for (number, mut append) in (0_u8..).zip(appends) {
        let outcome = append.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        match outcome {
            Poll::Ready(Err(AppendError::Refused(_))) => refused += 1,
            Poll::Ready(outcome) => stored.push((number, outcome.unwrap())),
            Poll::Pending => stored.push((number, append.await.unwrap())),
        }
    }
    assert!(refused > 0 && !stored.is_empty(), "{refused} refused");
    log.append(SHARD, record("after")).await.unwrap();
    let met = take(&mut log.tail(SHARD, Offset(0)), stored.len() + 1).await;
    for ((number, offset), entry) in stored.iter().zip(&met) {
        assert_eq!((number, offset), (&entry.record[0], &entry.offset));
    }
}

#[tokio::test]
async fn a_log_that_is_closed_says_so() {
    let log = node(options(&BROKER, "closed")).await;
    let mut tail = log.tail(SHARD, Offset(0));
    let under_way = log.append(SHARD, record("last"));
    log.close().await;
    assert_eq!(under_way.await, Ok(Offset(0)));
    assert_eq!(log.append(SHARD, record("late")).await, Err(AppendError::Closed));
    assert_eq!(tail.next().await, Err(TailError::Closed));
    assert_eq!(log.bounds(SHARD).await, Err(LogError::Closed));
    assert_eq!(log.healthy(), Err(LogError::Closed));
}

#[tokio::test]
async fn the_end_of_the_supervisor_is_the_end_of_the_log() {
    let supervisor = Supervisor::new();
    let log = shard_log::kafka::KafkaLog::open(options(&BROKER, "supervised"), &supervisor).await.unwrap();
    let mut tail = log.tail(SHARD, Offset(0));
    log.append(SHARD, record("a")).await.unwrap();
    assert_eq!(texts(&mut tail, 1).await, ["a"]);
    assert!(supervisor.shutdown(std::time::Duration::from_secs(30)).await.is_empty());
    assert_eq!(log.append(SHARD, record("late")).await, Err(AppendError::Closed));
    assert_eq!(tail.next().await, Err(TailError::Closed));
}
