//! Copies of a journal, which know that they are copies.

use crate::sample::{ALL, batch, durable, still, wired};
use event::Millis;
use journal::{
    DeliveryStore, DestinationId, InFlightRecord, Intake, Offline, Options, SourceId, SqliteJournal,
};
use std::path::Path;
use tempfile::TempDir;

/// Since when what is pending in this journal may be at InMoment, and up to which request.
fn mark(folder: &Path) -> (Millis, u64) {
    let journal = SqliteJournal::open(folder, Options::new(still(0))).unwrap();
    let (_, here) = wired(&journal);
    let flights = journal.restore(here).unwrap().in_flight;
    let [mark] = &flights[..] else { panic!("{flights:?}") };
    assert_eq!(mark.call, InFlightRecord::RESTORED);
    (mark.started_at, mark.head.request)
}

fn copy(of: &Offline, taken_at: i64) -> TempDir {
    let copied = tempfile::tempdir().unwrap();
    of.copy_to(&copied.path().join("journal.sqlite3"), Millis(taken_at)).unwrap();
    copied
}

/// A journal of one request, which nobody has open.
fn of_one_request() -> (SourceId, DestinationId, TempDir) {
    let (journal, folder) = durable();
    let (source, here) = wired(&journal);
    journal.append(batch(source, &[here], 1, 1)).wait().unwrap();
    (source, here, folder)
}

/// The journal that the first copy is of has gone on since then, whenever the second copy is taken.
#[test]
fn a_copy_of_a_copy_is_marked_since_the_first_one() {
    let (source, here, folder) = of_one_request();
    let first = copy(&Offline::open(folder.path()).unwrap(), 1_000);
    assert_eq!(mark(first.path()), (Millis(1_000), 2));
    let journal = SqliteJournal::open(first.path(), Options::new(still(0))).unwrap();
    journal.append(batch(source, &[here], 1, 2)).wait().unwrap();
    drop(journal);
    let second = copy(&Offline::open(first.path()).unwrap(), 900_000_000);
    assert_eq!(mark(second.path()), (Millis(1_000), 3));
}

/// How many requests a copy holds, after everything in it was looked at.
fn copied(offline: &Offline) -> u64 {
    let folder = copy(offline, 1_000);
    let (contents, findings) = Offline::open(folder.path()).unwrap().inspect();
    assert_eq!(findings, []);
    contents.requests
}

#[test]
fn a_copy_is_taken_again_when_a_server_comes_into_the_folder_meanwhile() {
    let (source, destination, folder) = of_one_request();
    let before = Offline::open(folder.path()).unwrap();
    assert_eq!(copied(&before), 1);

    // What a server writes after the folder was found unused is only in the copy if that is noticed.
    let journal = SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap();
    journal.append(batch(source, &[destination], 3, 2)).wait().unwrap();
    assert_eq!(copied(&before), 2, "a server runs now");
    drop(journal);
    assert_eq!(copied(&before), 2, "a server has come and gone");
    let journal = SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap();
    assert_eq!(journal.read(destination, 0, ALL).unwrap().requests.len(), 2);
}
