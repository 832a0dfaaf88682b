//! Measurements, printed and not asserted: `cargo test --release -p shard-log --features kafka --test kafka -- --ignored
//! --nocapture speed`.

use crate::promises::take;
use crate::site::{BROKER, node, options};
use bytes::Bytes;
use shard_log::{Log, Offset, Shard};
use std::time::{Duration, Instant};

const SHARD: Shard = Shard(0);
const RECORD: usize = 20_000;
const RECORDS: usize = 20_000;

/// Text that compresses about as well as events do.
fn body(seed: u32) -> Bytes {
    let mut state = seed | 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 8
    };
    let mut text = String::new();
    while text.len() < RECORD {
        text.push_str(&format!(
            "{{\"type\":\"track\",\"messageId\":\"{:08x}{:08x}\",\"userId\":\"{}\",\"event\":\"Submit\",\"properties\":{{\"feedbackScore\":{}}}}},",
            next(),
            next(),
            next(),
            next() % 11
        ));
    }
    text.truncate(RECORD);
    text.into()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn speed_of_appends_and_of_a_backlog() {
    let bodies: Vec<Bytes> = (0..64).map(body).collect();
    for compression in [
        shard_log::kafka::Compression::None,
        shard_log::kafka::Compression::Lz4,
        shard_log::kafka::Compression::Zstd,
    ] {
        let mut options = options(&BROKER, &format!("speed-{compression:?}"));
        options.compression = compression;
        let log = node(options).await;
        let began = Instant::now();
        let mut waiting = std::collections::VecDeque::new();
        for number in 0..RECORDS {
            // As many as a gateway has under way at once.
            if waiting.len() == 512 {
                let append: shard_log::Appending = waiting.pop_front().unwrap();
                append.await.unwrap();
            }
            waiting.push_back(log.append(SHARD, bodies[number % bodies.len()].clone()));
        }
        for append in waiting {
            append.await.unwrap();
        }
        report(&format!("{compression:?}: appends"), began.elapsed());
        let began = Instant::now();
        take(&mut log.tail(SHARD, Offset(0)), RECORDS).await;
        report(&format!("{compression:?}: reading the backlog"), began.elapsed());
    }
}

fn report(what: &str, took: Duration) {
    let rate = RECORDS as f64 / took.as_secs_f64();
    println!("{what}: {rate:.0} records/s, {:.1} MB/s", rate * RECORD as f64 / 1e6);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn speed_of_a_lone_append() {
    let log = node(options(&BROKER, "lone")).await;
    let mut tail = log.tail(SHARD, Offset(0));
    let (mut acknowledged, mut met) = (Vec::new(), Vec::new());
    let body = body(1);
    for round in 0..2_200 {
        let began = Instant::now();
        let append = async {
            log.append(SHARD, body.clone()).await.unwrap();
            began.elapsed()
        };
        let read = async {
            take(&mut tail, 1).await;
            began.elapsed()
        };
        let (append, read) = tokio::join!(append, read);
        if round >= 200 {
            acknowledged.push(append);
            met.push(read);
        }
    }
    for (what, mut times) in [("acknowledged", acknowledged), ("met by a tail", met)] {
        times.sort_unstable();
        let at = |share: usize| times[times.len() * share / 100];
        println!("{what}: p50 {:?}, p99 {:?}, max {:?}", at(50), at(99), times[times.len() - 1]);
    }
}
