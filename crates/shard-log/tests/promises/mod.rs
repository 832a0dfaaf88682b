//! The promises of every log, whatever its implementation. `promises!` makes a test of each promise for one kind of log: its
//! argument is a function that opens a new log with two shards, as two nodes see it.

use bytes::Bytes;
use shard_log::{AppendError, Bounds, Entry, Log, LogError, Offset, Shard, Tail, TailError};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// One log, as two nodes see it.
pub(crate) type Nodes = (Arc<dyn Log>, Arc<dyn Log>);

const SHARD: Shard = Shard(0);
const OTHER: Shard = Shard(1);

macro_rules! promises {
    ($open:path) => {
        promises! { $open:
            every_node_meets_the_records_in_one_order
            a_tail_waits_for_what_comes
            records_keep_the_order_of_the_calls
            two_nodes_that_append_at_once_lose_nothing
            a_tail_begins_where_it_is_told
            a_read_that_is_given_up_loses_no_record
            an_append_nobody_waits_for_is_carried_through
            what_was_trimmed_cannot_be_read
            a_trim_is_bounded_by_what_there_is
            a_reader_of_another_log_is_told_so
            empty_and_large_records_come_as_they_were
            there_is_no_other_shard
        }
    };
    ($open:path: $($name:ident)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                let nodes = $open(stringify!($name)).await;
                crate::promises::$name(nodes).await;
            }
        )*
    };
}

/// A record with this text.
pub(crate) fn record(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

/// Reads this many entries from a tail.
pub(crate) async fn take(tail: &mut Box<dyn Tail>, count: usize) -> Vec<Entry> {
    let mut taken = Vec::new();
    while taken.len() < count {
        taken.extend(tail.next().await.unwrap());
    }
    assert_eq!(taken.len(), count);
    taken
}

/// Reads this many records from a tail, as texts.
pub(crate) async fn texts(tail: &mut Box<dyn Tail>, count: usize) -> Vec<String> {
    let entries = take(tail, count).await;
    entries.into_iter().map(|entry| String::from_utf8(entry.record.to_vec()).unwrap()).collect()
}

async fn fill(log: &Arc<dyn Log>, count: usize) {
    for number in 0..count {
        log.append(SHARD, record(&number.to_string())).await.unwrap();
    }
}

pub(crate) async fn every_node_meets_the_records_in_one_order((one, two): Nodes) {
    let first = one.append(SHARD, record("a")).await.unwrap();
    let second = two.append(SHARD, record("b")).await.unwrap();
    two.append(OTHER, record("elsewhere")).await.unwrap();
    assert!(first < second);
    let met = take(&mut one.tail(SHARD, Offset(0)), 2).await;
    let expected = [(first, "a"), (second, "b")].map(|(offset, text)| Entry { offset, record: record(text) });
    assert_eq!(met, expected);
    assert_eq!(take(&mut two.tail(SHARD, Offset(0)), 2).await, met);
    assert_eq!(texts(&mut one.tail(OTHER, Offset(0)), 1).await, ["elsewhere"]);
}

pub(crate) async fn a_tail_waits_for_what_comes((one, two): Nodes) {
    let mut tail = one.tail(SHARD, Offset(0));
    let (met, ()) = tokio::join!(texts(&mut tail, 1), async {
        tokio::task::yield_now().await;
        two.append(SHARD, record("late")).await.unwrap();
    });
    assert_eq!(met, ["late"]);
}

pub(crate) async fn records_keep_the_order_of_the_calls((one, _two): Nodes) {
    let expected: Vec<String> = (0..500).map(|number| number.to_string()).collect();
    let appends: Vec<_> = expected.iter().map(|text| one.append(SHARD, record(text))).collect();
    let mut tail = one.tail(SHARD, Offset(0));
    assert_eq!(texts(&mut tail, expected.len()).await, expected);
    let mut before = None;
    for append in appends {
        let offset = append.await.unwrap();
        assert!(before < Some(offset));
        before = Some(offset);
    }
}

pub(crate) async fn two_nodes_that_append_at_once_lose_nothing((one, two): Nodes) {
    let appends: Vec<_> = (0..200)
        .map(|number| if number % 2 == 0 { &one } else { &two }.append(SHARD, record(&number.to_string())))
        .collect();
    for append in appends {
        append.await.unwrap();
    }
    let met = texts(&mut one.tail(SHARD, Offset(0)), 200).await;
    assert_eq!(texts(&mut two.tail(SHARD, Offset(0)), 200).await, met);
    let mut numbers: Vec<u32> = met.iter().map(|text| text.parse().unwrap()).collect();
    for parity in [0, 1] {
        assert!(numbers.iter().filter(|number| *number % 2 == parity).is_sorted());
    }
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..200));
}

pub(crate) async fn a_tail_begins_where_it_is_told((one, _two): Nodes) {
    fill(&one, 5).await;
    let all = take(&mut one.tail(SHARD, Offset(0)), 5).await;
    assert_eq!(texts(&mut one.tail(SHARD, all[3].offset), 2).await, ["3", "4"]);
    let end = one.bounds(SHARD).await.unwrap().end;
    let mut tail = one.tail(SHARD, end);
    let (met, ()) = tokio::join!(texts(&mut tail, 1), async {
        tokio::task::yield_now().await;
        one.append(SHARD, record("new")).await.unwrap();
    });
    assert_eq!(met, ["new"]);
}

pub(crate) async fn a_read_that_is_given_up_loses_no_record((one, _two): Nodes) {
    let mut tail = one.tail(SHARD, Offset(0));
    let mut met = Vec::new();
    for number in 0..20 {
        // A read is polled once, and dropped if it has no record yet.
        if let Poll::Ready(batch) = tail.next().as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            met.extend(batch.unwrap());
        }
        one.append(SHARD, record(&number.to_string())).await.unwrap();
    }
    while met.len() < 20 {
        met.extend(tail.next().await.unwrap());
    }
    let expected = (0..20).map(|number| record(&number.to_string()));
    assert!(met.into_iter().map(|entry| entry.record).eq(expected));
}

pub(crate) async fn an_append_nobody_waits_for_is_carried_through((one, _two): Nodes) {
    drop(one.append(SHARD, record("dropped")));
    one.append(SHARD, record("after")).await.unwrap();
    assert_eq!(texts(&mut one.tail(SHARD, Offset(0)), 2).await, ["dropped", "after"]);
}

pub(crate) async fn what_was_trimmed_cannot_be_read((one, two): Nodes) {
    fill(&one, 3).await;
    one.trim(SHARD, Offset(2)).await.unwrap();
    assert_eq!(two.bounds(SHARD).await, Ok(Bounds { first: Offset(2), end: Offset(3) }));
    for from in [0, 1] {
        let mut tail = two.tail(SHARD, Offset(from));
        assert_eq!(tail.next().await, Err(TailError::Trimmed { first: Offset(2) }));
    }
    assert_eq!(texts(&mut two.tail(SHARD, Offset(2)), 1).await, ["2"]);
}

pub(crate) async fn a_trim_is_bounded_by_what_there_is((one, _two): Nodes) {
    fill(&one, 3).await;
    one.trim(SHARD, Offset(2)).await.unwrap();
    one.trim(SHARD, Offset(1)).await.unwrap();
    assert_eq!(one.bounds(SHARD).await, Ok(Bounds { first: Offset(2), end: Offset(3) }));
    one.trim(SHARD, Offset(100)).await.unwrap();
    assert_eq!(one.bounds(SHARD).await, Ok(Bounds { first: Offset(3), end: Offset(3) }));
    assert_eq!(one.bounds(OTHER).await, Ok(Bounds { first: Offset(0), end: Offset(0) }));
    assert_eq!(one.append(SHARD, record("after")).await, Ok(Offset(3)));
}

pub(crate) async fn a_reader_of_another_log_is_told_so((one, _two): Nodes) {
    fill(&one, 3).await;
    assert_eq!(one.tail(SHARD, Offset(4)).next().await, Err(TailError::Behind { end: Offset(3) }));
}

pub(crate) async fn empty_and_large_records_come_as_they_were((one, _two): Nodes) {
    // The record cannot be compressed: each byte is a digit of a long random number.
    let mut state = 1_u32;
    let large: Bytes = (0..4_100_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect();
    let records = [Bytes::new(), large, record("small"), Bytes::from(vec![0; 8_000_000])];
    for record in &records {
        one.append(SHARD, record.clone()).await.unwrap();
    }
    let met = take(&mut one.tail(SHARD, Offset(0)), records.len()).await;
    assert!(met.into_iter().map(|entry| entry.record).eq(records));
}

pub(crate) async fn there_is_no_other_shard((one, _two): Nodes) {
    let missing = Shard(2);
    assert!(matches!(one.append(missing, record("a")).await, Err(AppendError::Refused(_))));
    assert!(matches!(one.tail(missing, Offset(0)).next().await, Err(TailError::Unreadable(_))));
    assert!(matches!(one.bounds(missing).await, Err(LogError::Unusable(_))));
    assert!(matches!(one.trim(missing, Offset(0)).await, Err(LogError::Unusable(_))));
}
