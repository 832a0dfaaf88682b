//! One machine at a time decides what is delivered.

use super::harness::{Machine, open};
use crate::sample::{ALL, batch, fate, still, wired};
use journal::{
    Change, DeliveryStore, Elapsed, Fate, Intake, JournalError, Lead, Options, Receipt, ReplicaOptions,
    SqliteJournal,
};
use shard_log::MemoryCluster;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Two machines, an event for a destination, and its number.
fn two() -> (Machine, Machine, journal::DestinationId) {
    let cluster = MemoryCluster::new(1);
    let (first, second) = (Machine::new(&cluster, "first"), Machine::new(&cluster, "second"));
    let (source, destination) = wired(&*first.journal);
    first.journal.append(batch(source, &[destination], 2, 1)).wait().unwrap();
    second.catch_up();
    (first, second, destination)
}

#[test]
fn what_an_older_epoch_commits_changes_nothing_anywhere() {
    let (first, second, destination) = two();
    let old = first.claim().unwrap().unwrap();
    old.commit(destination, vec![fate(1, 0, Fate::Delivered)]).wait().unwrap();
    second.catch_up();
    let new = second.claim().unwrap().unwrap();
    assert_eq!((old.epoch(), new.epoch()), (1, 2));
    let deposed = old.commit(destination, vec![fate(1, 1, Fate::Delivered)]).wait();
    assert_eq!(deposed, Err(JournalError::Deposed));
    assert!(!old.may_call() && new.may_call());
    first.catch_up();
    for machine in [&first, &second] {
        let page = DeliveryStore::read(&*machine.journal, destination, 0, ALL).unwrap();
        assert_eq!(page.requests[0].fates, [1, 0]);
        assert_eq!(machine.journal.leader(), Some(("second".to_owned(), 2)));
    }
    new.commit(destination, vec![fate(1, 1, Fate::Delivered)]).wait().unwrap();
}

#[test]
fn of_two_claims_of_one_epoch_the_first_in_the_log_counts() {
    let (first, second, _) = two();
    // The second machine has not heard of the first one's claim when it claims.
    second.log.connect(false);
    first.claim().unwrap().unwrap();
    second.log.connect(true);
    let claimed = second.claim().unwrap();
    first.catch_up();
    second.catch_up();
    let leader = claimed.map_or("first", |_| "second");
    assert_eq!(first.journal.leader().unwrap().0, leader);
    assert_eq!(first.journal.leader(), second.journal.leader());
}

#[test]
fn nobody_commits_without_leading() {
    let (first, second, destination) = two();
    let commit = |journal: &SqliteJournal| journal.commit(destination, vec![Change::Paused(None)]).wait();
    assert_eq!(commit(&first.journal), Err(JournalError::Deposed));
    let _lead = first.claim().unwrap().unwrap();
    assert_eq!(commit(&first.journal), Err(JournalError::Deposed));
    assert_eq!(commit(&second.journal), Err(JournalError::Deposed));
}

#[test]
fn a_leader_whose_commit_may_be_lost_leads_no_longer_and_can_claim_again() {
    for stored in [true, false] {
        let (first, second, destination) = two();
        let lead = first.claim().unwrap().unwrap();
        first.log.lose_next(stored);
        let outcome = lead.commit(destination, vec![fate(1, 0, Fate::Delivered)]).wait();
        if outcome == Err(JournalError::Deposed) {
            assert!(!lead.may_call());
            tokio_ended(&lead);
        } else {
            assert!(stored && outcome == Ok(()), "its own machine met it in the log first: {outcome:?}");
        }
        let again = first.claim().unwrap().unwrap();
        let known = again.restore(destination).unwrap();
        second.catch_up();
        let page = DeliveryStore::read(&*second.journal, destination, 0, ALL).unwrap();
        assert_eq!(page.requests[0].fates.first().copied().unwrap_or(0), u8::from(stored));
        assert_eq!(known.end, 2);
    }
}

fn tokio_ended(lead: &Lead) {
    let lead = lead.clone();
    Receipt::deferred(async move {
        lead.ended().await;
        Ok(())
    })
    .wait()
    .unwrap();
}

#[test]
fn the_right_to_call_runs_out_with_the_lease_and_a_commit_renews_it() {
    let cluster = MemoryCluster::new(1);
    let (folder, log) = (tempfile::tempdir().unwrap(), cluster.node());
    let time = Arc::new(AtomicI64::new(0));
    let told = Arc::clone(&time);
    let mut options = Options::new(still(0));
    options.uptime =
        Arc::new(move || Elapsed { run: "boot".to_owned(), millis: told.load(Ordering::SeqCst) });
    let replica = ReplicaOptions { log, shard: super::harness::SHARD, node: "machine".to_owned(), run: 1 };
    let journal = Arc::new(SqliteJournal::open_replica(folder.path(), options, replica).unwrap());
    let (_, destination) = wired(&*journal);
    let claimed = Arc::clone(&journal);
    let lead = Receipt::deferred(async move { Lead::claim(&claimed).await }).wait().unwrap().unwrap();
    let lease = i64::try_from(Lead::LEASE.as_millis()).unwrap();
    time.store(lease - 1, Ordering::SeqCst);
    assert!(lead.may_call());
    time.store(lease, Ordering::SeqCst);
    assert!(!lead.may_call());
    lead.commit(destination, vec![Change::Paused(None)]).wait().unwrap();
    assert!(lead.may_call());
    // A commit that was applied later than the lease allows is told only when the machine has proven that it still leads.
    let late = lead.commit(destination, vec![Change::Paused(None)]);
    time.store(3 * lease, Ordering::SeqCst);
    late.wait().unwrap();
    assert!(lead.may_call());
}

#[test]
fn a_machine_that_comes_back_does_not_lead_by_its_name_alone() {
    let (first, second, destination) = two();
    let lead = first.claim().unwrap().unwrap();
    drop(lead);
    let first = first.restart("first", 2);
    let commit = first.journal.commit(destination, vec![Change::Paused(None)]).wait();
    assert_eq!(commit, Err(JournalError::Deposed));
    assert_eq!(first.claim().unwrap().unwrap().epoch(), 2);
    second.catch_up();
    let refused = open(second.folder.path(), &second.log, "second", 3).map(drop);
    assert!(matches!(refused, Err(JournalError::Locked(_))), "{refused:?}");
}
