//! What is finished goes when it is old or too much; what is pending never does.

use crate::sample::{ALL, batch, by, death, fate, key, position, still, wired};
use event::Millis;
use journal::{
    Change, DeadLetterFilter, DeliveryStore, DestinationId, Fate, Fates, Intake, NewRequest, Options, Seen,
    SkipCode, SourceId, SqliteJournal,
};
use std::time::Duration;

const DAY: i64 = 24 * 60 * 60 * 1000;

fn open(age_days: u64, bytes: u64) -> (SqliteJournal, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        retention_age: Duration::from_secs(age_days * 24 * 60 * 60),
        retention_bytes: bytes,
        ..Options::new(still(0))
    };
    (SqliteJournal::open(folder.path(), options).unwrap(), folder)
}

fn arrived(source: SourceId, destinations: &[DestinationId], at: i64) -> NewRequest {
    NewRequest { received_at: Millis(at), ..batch(source, destinations, 2, 1) }
}

fn deliver(journal: &SqliteJournal, destination: DestinationId, number: u64) {
    let changes = vec![fate(number, 0, Fate::Delivered), fate(number, 1, Fate::Delivered)];
    journal.commit(destination, changes).wait().unwrap();
}

fn is_there(journal: &SqliteJournal, number: u64) -> bool {
    journal.event_text(position(number, 0)).unwrap().is_some()
}

#[test]
fn finished_requests_go_when_they_are_old_and_pending_ones_stay() {
    let (journal, _folder) = open(7, u64::MAX);
    let (source, here) = wired(&journal);
    let there = journal.destination("there").unwrap();
    let append = |destinations: &[DestinationId], at| {
        journal.append(arrived(source, destinations, at)).wait().unwrap().number
    };
    let old_and_finished = append(&[here], 0);
    let old_and_half_finished = append(&[here], 1);
    let old_and_finished_here_only = append(&[here, there], 2);
    let old_and_unrouted = append(&[], 3);
    let young_and_finished = append(&[here], 4 * DAY);
    let last = append(&[here], 0);
    deliver(&journal, here, old_and_finished);
    journal.commit(here, vec![fate(old_and_half_finished, 0, Fate::Delivered)]).wait().unwrap();
    deliver(&journal, here, old_and_finished_here_only);
    deliver(&journal, here, young_and_finished);
    deliver(&journal, here, last);
    let before = journal.ledger().unwrap();

    journal.maintain(Millis(8 * DAY)).unwrap();
    let left: Vec<u64> = (1..=last).filter(|number| is_there(&journal, *number)).collect();
    assert_eq!(left, [old_and_half_finished, old_and_finished_here_only, young_and_finished, last]);
    assert!(!is_there(&journal, old_and_unrouted));
    assert_eq!(journal.ledger().unwrap(), before, "the counts stay");

    deliver(&journal, there, old_and_finished_here_only);
    journal.maintain(Millis(8 * DAY)).unwrap();
    assert!(!is_there(&journal, old_and_finished_here_only));
    assert_eq!(journal.append(arrived(source, &[here], 0)).wait().unwrap().number, last + 1);
}

#[test]
fn the_oldest_finished_requests_go_while_they_are_too_much() {
    let size = batch(SourceId(1), &[], 2, 1).body.len() as u64;
    let (journal, _folder) = open(7, 3 * size);
    let (source, here) = wired(&journal);
    for _ in 0..6 {
        journal.append(arrived(source, &[here], 0)).wait().unwrap();
    }
    for number in [1, 2, 4, 5, 6] {
        deliver(&journal, here, number);
    }
    journal.maintain(Millis(0)).unwrap();
    let left: Vec<u64> = (1..=6).filter(|number| is_there(&journal, *number)).collect();
    assert_eq!(left, [3, 4, 5, 6], "two of five finished ones are too much; the pending one does not count");
}

#[test]
fn many_more_than_one_chore_can_take_all_go() {
    let (journal, folder) = open(7, u64::MAX);
    let (source, _) = wired(&journal);
    let mut large = arrived(source, &[], 0);
    large.body = vec![b'x'; 10_000].into();
    let receipts: Vec<_> = (0..2_000).map(|_| journal.append(large.clone())).collect();
    receipts.into_iter().for_each(|receipt| assert!(receipt.wait().is_ok()));
    let numbers_left = || (1..=2_000).filter(|number| is_there_raw(&folder, *number)).count();
    assert_eq!(numbers_left(), 2_000);
    let file = folder.path().join("journal.sqlite3");
    journal.maintain(Millis(8 * DAY)).unwrap();
    assert_eq!(numbers_left(), 1, "only the newest stays");
    drop(journal);
    let size = file.metadata().unwrap().len();
    assert!(size < 3_000_000, "room is given back, but the file still has {size} bytes");
}

fn is_there_raw(folder: &tempfile::TempDir, number: u64) -> bool {
    let file = folder.path().join("journal.sqlite3");
    let connection = rusqlite::Connection::open(file).unwrap();
    let mut bodies = connection.prepare("SELECT 1 FROM bodies WHERE number = ?").unwrap();
    bodies.exists([i64::try_from(number).unwrap()]).unwrap()
}

#[test]
fn a_dead_letter_outlives_its_request() {
    let (journal, _folder) = open(7, u64::MAX);
    let (source, here) = wired(&journal);
    journal.append(arrived(source, &[here], 0)).wait().unwrap();
    journal.append(arrived(source, &[here], 0)).wait().unwrap();
    journal.commit(here, [death(1, 0, "c"), death(1, 1, "d")].concat()).wait().unwrap();
    journal.maintain(Millis(8 * DAY)).unwrap();
    assert!(!is_there(&journal, 1));

    let with = |code: &str| DeadLetterFilter { code: Some(code.to_owned()), ..DeadLetterFilter::default() };
    assert_eq!(journal.discard(with("d"), by()).wait().unwrap().count, 1);
    assert_eq!(journal.requeue(with("c"), by()).wait().unwrap().count, 1);
    let page = journal.read(here, 3, ALL).unwrap();
    let text = crate::sample::event_text(1, 0);
    assert_eq!(page.requests[0].body, format!(r#"{{"batch":[{text}]}}"#));
    let totals = &journal.ledger().unwrap().destinations["inmoment"];
    assert_eq!((totals.pending, totals.dead, totals.skipped[&SkipCode::Discarded]), (3, 0, 1));
    assert_eq!(totals.imbalance(), 0);
}

#[test]
fn message_ids_are_forgotten_after_a_day() {
    let (journal, _folder) = open(7, u64::MAX);
    let (source, here) = wired(&journal);
    let seen: Vec<Change> = (0..2_000)
        .map(|hash| Change::Seen(key(source, hash), Millis(i64::try_from(hash).unwrap())))
        .collect();
    journal.commit(here, seen).wait().unwrap();
    let remembered = || {
        let keys: Vec<_> = (0..2_000).map(|hash| key(source, hash)).collect();
        journal.seen(here, &keys, Millis(0)).unwrap().iter().filter(|seen| **seen == Seen::Same).count()
    };
    journal.maintain(Millis(DAY)).unwrap();
    assert_eq!(remembered(), 2_000, "not before");
    journal.maintain(Millis(DAY + 1_990)).unwrap();
    assert_eq!(remembered(), 10);
}
