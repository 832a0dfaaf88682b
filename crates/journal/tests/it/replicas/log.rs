//! What the log does to the machines that share it.

use super::harness::{Machine, SHARD, open};
use crate::sample::{ALL, batch, by, facts, still, wired};
use bytes::Bytes;
use event::SourceKind;
use journal::{
    DeadLetterFilter, DeliveryStore, Fates, Intake, JournalError, Options, SqliteJournal, Storage,
};
use shard_log::{Log, MemoryCluster};

#[test]
fn a_machine_that_was_away_has_everything_when_it_has_caught_up() {
    let cluster = MemoryCluster::new(1);
    let first = Machine::new(&cluster, "first");
    let (source, destination) = wired(&*first.journal);
    for tag in 0..20 {
        first.journal.append(batch(source, &[destination], 3, tag)).wait().unwrap();
    }
    let second = Machine::new(&cluster, "second");
    second.catch_up();
    let requests = |machine: &Machine| {
        let page = DeliveryStore::read(&*machine.journal, destination, 0, ALL).unwrap();
        page.requests.iter().map(facts).collect::<Vec<_>>()
    };
    assert_eq!(requests(&first), requests(&second));
    assert_eq!(first.journal.ledger().unwrap(), second.journal.ledger().unwrap());
    assert_eq!(*second.journal.appended().borrow(), 21);
}

#[test]
fn a_record_that_the_log_refuses_changes_nothing_and_is_said_so() {
    let machine = Machine::new(&MemoryCluster::new(1), "only");
    let (source, destination) = wired(&*machine.journal);
    machine.log.refuse_next();
    let refused = machine.journal.append(batch(source, &[destination], 1, 1)).wait();
    assert!(matches!(refused, Err(JournalError::LogUnreachable(_))), "{refused:?}");
    machine.journal.append(batch(source, &[destination], 1, 2)).wait().unwrap();
    assert_eq!(machine.journal.ledger().unwrap().destinations["inmoment"].accepted, 1);
}

#[test]
fn an_append_whose_outcome_is_unknown_is_said_so_and_may_be_there() {
    for stored in [true, false] {
        let machine = Machine::new(&MemoryCluster::new(1), "only");
        let (source, destination) = wired(&*machine.journal);
        machine.log.lose_next(stored);
        let unknown = machine.journal.append(batch(source, &[destination], 1, 1)).wait();
        // Its own machine may meet it in the log before it hears that the outcome is unknown.
        assert!(matches!(unknown, Err(JournalError::Unconfirmed(_)) | Ok(_)), "{unknown:?}");
        machine.catch_up();
        let accepted = machine.journal.ledger().unwrap().destinations["inmoment"].accepted;
        assert_eq!(accepted, u64::from(stored));
        assert!(stored || unknown.is_err());
    }
}

#[test]
fn a_machine_that_is_cut_off_takes_nothing_and_says_why() {
    let cluster = MemoryCluster::new(1);
    let (first, second) = (Machine::new(&cluster, "first"), Machine::new(&cluster, "second"));
    let (source, destination) = wired(&*first.journal);
    second.catch_up();
    second.log.connect(false);
    assert!(matches!(second.journal.healthy(), Err(JournalError::LogUnreachable(_))));
    let refused = second.journal.append(batch(source, &[destination], 1, 1)).wait();
    assert!(matches!(refused, Err(JournalError::LogUnreachable(_))), "{refused:?}");
    first.journal.append(batch(source, &[destination], 1, 2)).wait().unwrap();
    second.log.connect(true);
    second.catch_up();
    assert_eq!(second.journal.healthy(), Ok(()));
    assert_eq!(first.journal.ledger().unwrap(), second.journal.ledger().unwrap());
}

#[test]
fn what_is_refused_is_refused_everywhere_and_holds_nothing_up() {
    let cluster = MemoryCluster::new(1);
    let (first, second) = (Machine::new(&cluster, "first"), Machine::new(&cluster, "second"));
    let (source, destination) = wired(&*first.journal);
    let gone = first.journal.requeue_edited(7, Bytes::from_static(b"{}"), by()).wait();
    assert!(matches!(gone, Err(JournalError::NotFound(_))), "{gone:?}");
    let unknown = first.journal.append(batch(source, &[journal::DestinationId(99)], 1, 1)).wait();
    assert!(matches!(unknown, Err(JournalError::NotFound(_))), "{unknown:?}");
    first.journal.append(batch(source, &[destination], 1, 2)).wait().unwrap();
    second.catch_up();
    assert_eq!(first.journal.applied_to(), second.journal.applied_to());
    assert_eq!(first.journal.ledger().unwrap(), second.journal.ledger().unwrap());
    assert_eq!(*second.journal.appended().borrow(), 2);
}

#[test]
fn a_record_of_a_newer_program_stops_the_machine_before_it_and_says_so() {
    let cluster = MemoryCluster::new(1);
    let machine = Machine::new(&cluster, "old");
    let (source, destination) = wired(&*machine.journal);
    machine.journal.append(batch(source, &[destination], 1, 1)).wait().unwrap();
    let newer = cluster.node().append(SHARD, Bytes::from_static(b"\xffof a newer version"));
    tokio_block(newer).unwrap();
    let error = loop {
        match machine.journal.healthy() {
            Ok(()) => std::thread::yield_now(),
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("a newer version of the program wrote it"), "{error}");
    let refused = machine.journal.append(batch(source, &[destination], 1, 2)).wait();
    assert_eq!(refused.unwrap_err(), error);
    assert_eq!(machine.journal.ledger().unwrap().destinations["inmoment"].accepted, 1);
}

fn tokio_block<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    journal::Receipt::deferred(async move { Ok(future.await) }).wait().unwrap()
}

#[test]
fn an_order_in_pieces_is_carried_out_whole_on_every_machine() {
    let cluster = MemoryCluster::new(1);
    let (first, second) = (Machine::new(&cluster, "first"), Machine::new(&cluster, "second"));
    let (source, destination) = wired(&*first.journal);
    let lead = first.claim().unwrap().unwrap();
    for tag in 0..7_u8 {
        let events = 100;
        first.journal.append(batch(source, &[destination], events, tag)).wait().unwrap();
        let request = u64::from(tag) + 1;
        let deaths = (0..events).flat_map(|index| crate::sample::death(request, index, "code"));
        lead.commit(destination, deaths.collect()).wait().unwrap();
    }
    second.catch_up();
    let requeued = second.journal.requeue(DeadLetterFilter::default(), by()).wait().unwrap();
    assert_eq!(requeued.count, 700);
    first.catch_up();
    for machine in [&first, &second] {
        let totals = &machine.journal.ledger().unwrap().destinations["inmoment"];
        assert_eq!((totals.dead, totals.imbalance()), (0, 0));
    }
}

#[test]
fn a_journal_that_stood_alone_is_no_replica_and_a_replica_can_stand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let alone = SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap();
    alone.source("website", SourceKind::Web).unwrap();
    drop(alone);
    let log = MemoryCluster::new(1).node();
    let refused = open(folder.path(), &log, "machine", 1).map(drop);
    assert!(matches!(refused, Err(JournalError::Unusable(_))), "{refused:?}");

    let machine = Machine::new(&MemoryCluster::new(1), "machine");
    let (source, destination) = wired(&*machine.journal);
    let Machine { journal, folder, .. } = machine;
    drop(journal);
    let alone = SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap();
    alone.append(batch(source, &[destination], 1, 1)).wait().unwrap();
    drop(alone);
    let refused = open(folder.path(), &log, "machine", 2).map(drop);
    assert!(matches!(refused, Err(JournalError::Unusable(_))), "{refused:?}");
}
