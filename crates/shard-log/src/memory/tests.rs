//! The promises of a log, tested with the log in memory.

use super::*;

const SHARD: Shard = Shard(0);

fn record(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

async fn texts(tail: &mut Box<dyn Tail>) -> Vec<(u64, String)> {
    let entries = tail.next().await.unwrap();
    entries
        .into_iter()
        .map(|entry| (entry.offset.0, String::from_utf8(entry.record.to_vec()).unwrap()))
        .collect()
}

#[tokio::test]
async fn every_node_meets_the_records_in_one_order() {
    let cluster = MemoryCluster::new(2);
    let (one, two) = (cluster.node(), cluster.node());
    one.append(SHARD, record("a")).await.unwrap();
    two.append(SHARD, record("b")).await.unwrap();
    two.append(Shard(1), record("elsewhere")).await.unwrap();
    let expected = vec![(0, "a".to_owned()), (1, "b".to_owned())];
    for node in [&one, &two] {
        assert_eq!(texts(&mut node.tail(SHARD, Offset(0))).await, expected);
    }
}

#[tokio::test]
async fn a_tail_waits_for_what_comes() {
    let cluster = MemoryCluster::new(1);
    let node = cluster.node();
    let mut tail = node.tail(SHARD, Offset(0));
    let (met, ()) = tokio::join!(texts(&mut tail), async {
        tokio::task::yield_now().await;
        node.append(SHARD, record("late")).await.unwrap();
    });
    assert_eq!(met, vec![(0, "late".to_owned())]);
}

#[tokio::test]
async fn an_outcome_that_stays_unknown_may_have_stored_the_record() {
    let node = MemoryCluster::new(1).node();
    node.lose_next(true);
    node.lose_next(false);
    node.refuse_next();
    for text in ["stored", "lost", "refused"] {
        let error = node.append(SHARD, record(text)).await.unwrap_err();
        assert_eq!(matches!(error, AppendError::Unknown(_)), text != "refused");
    }
    assert_eq!(node.append(SHARD, record("after")).await, Ok(Offset(1)));
    let expected = vec![(0, "stored".to_owned()), (1, "after".to_owned())];
    assert_eq!(texts(&mut node.tail(SHARD, Offset(0))).await, expected);
}

#[tokio::test]
async fn what_was_trimmed_cannot_be_read() {
    let node = MemoryCluster::new(1).node();
    for text in ["a", "b", "c"] {
        node.append(SHARD, record(text)).await.unwrap();
    }
    node.trim(SHARD, Offset(2)).await.unwrap();
    assert_eq!(node.bounds(SHARD).await, Ok(Bounds { first: Offset(2), end: Offset(3) }));
    let trimmed = node.tail(SHARD, Offset(1)).next().await;
    assert_eq!(trimmed, Err(TailError::Trimmed { first: Offset(2) }));
    assert_eq!(texts(&mut node.tail(SHARD, Offset(2))).await, vec![(2, "c".to_owned())]);
    let behind = node.tail(SHARD, Offset(4)).next().await;
    assert_eq!(behind, Err(TailError::Behind { end: Offset(3) }));
}

#[tokio::test]
async fn a_node_that_is_cut_off_appends_nothing_and_reads_on_later() {
    let cluster = MemoryCluster::new(1);
    let (one, two) = (cluster.node(), cluster.node());
    two.connect(false);
    assert!(matches!(two.append(SHARD, record("lost")).await, Err(AppendError::Refused(_))));
    assert!(two.healthy().is_err() && two.bounds(SHARD).await.is_err());
    one.append(SHARD, record("a")).await.unwrap();
    let mut tail = two.tail(SHARD, Offset(0));
    let (met, ()) = tokio::join!(texts(&mut tail), async {
        tokio::task::yield_now().await;
        two.connect(true);
    });
    assert_eq!(met, vec![(0, "a".to_owned())]);
}

#[tokio::test]
async fn hints_are_told_as_they_change() {
    let node = MemoryCluster::new(2).node();
    let hints = node.hints();
    node.hint([SHARD, Shard(1)]);
    assert_eq!(*hints.borrow(), BTreeSet::from([SHARD, Shard(1)]));
}
