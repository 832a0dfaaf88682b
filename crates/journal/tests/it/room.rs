//! A full disk: nothing is answered for that is not stored, and it passes by itself.

use crate::child;
use crate::sample::{batch, still, wired};
use event::Millis;
use journal::{
    Archive, Change, DeliveryStore, Fates, Intake, JournalError, NewRequest, Options, SourceId,
    SqliteJournal, Storage,
};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::process::Command;

fn large(source: SourceId) -> NewRequest {
    NewRequest { body: vec![b'x'; 50_000].into(), ..batch(source, &[], 1, 1) }
}

#[test]
fn a_full_journal_says_so_and_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { max_pages: Some(200), ..Options::new(still(0)) };
    let journal = SqliteJournal::open(folder.path(), options).unwrap();
    let (source, _) = wired(&journal);
    assert_eq!(journal.healthy(), Ok(()));
    let mut stored = 0;
    let error = loop {
        match journal.append(large(source)).wait() {
            Ok(appended) => stored = appended.number,
            Err(error) => break error,
        }
    };
    assert!(stored > 10);
    assert_eq!(error, JournalError::Full);
    assert_eq!(journal.healthy(), Err(JournalError::Full));
    assert_eq!(journal.append(large(source)).wait(), Err(JournalError::Full));
    assert_eq!(*journal.appended().borrow(), stored + 1, "nothing else was stored");
    assert_eq!(journal.ledger().unwrap().unrouted, stored);

    // A year later what is finished goes, and there is room.
    journal.maintain(Millis(still(0)().0 + 2_000_000_000_000)).unwrap();
    assert_eq!(journal.append(large(source)).wait().unwrap().number, stored + 1);
    assert_eq!(journal.healthy(), Ok(()));
}

#[test]
fn a_file_that_may_not_grow_is_a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    // Writing past the limit is then an error (EFBIG) and not a signal.
    let limited = "trap '' XFSZ; ulimit -S -f 4096";
    let mut process = child::command("room::filler", folder.path(), limited).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let stored = lines.by_ref().find_map(|line| line.strip_prefix("full after ").map(str::to_owned));
    let stored: u64 = stored.expect("the child filled its folder").parse().unwrap();
    let id = process.id().to_string();
    assert!(Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited"]).status().unwrap().success());
    let again = lines.by_ref().find_map(|line| line.strip_prefix("again ").map(str::to_owned));
    assert_eq!(again.expect("the child recovered").parse::<u64>().unwrap(), stored + 1);
    lines.for_each(drop);
    assert!(process.wait().unwrap().success());
    let journal = SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap();
    assert_eq!(journal.ledger().unwrap().unrouted, stored + 1);
}

/// Appends until it fails, and then until it succeeds.
#[test]
#[ignore = "the child process of the test above"]
fn filler() {
    let options = Options { reserve_bytes: 256 << 10, ..Options::new(still(0)) };
    let journal = SqliteJournal::open(&child::folder(), options).unwrap();
    let (source, _) = wired(&journal);
    let mut stored = 0;
    let error = loop {
        match journal.append(large(source)).wait() {
            Ok(appended) => stored = appended.number,
            Err(error) => break error,
        }
    };
    assert_eq!(error, JournalError::Full);
    assert_eq!(journal.healthy(), Err(JournalError::Full));
    child::tell(&format!("full after {stored}"));
    let again = loop {
        match journal.append(large(source)).wait() {
            Ok(appended) => break appended.number,
            Err(error) => assert_eq!(error, JournalError::Full),
        }
    };
    assert_eq!(journal.healthy(), Ok(()));
    child::tell(&format!("again {again}"));
}

#[test]
fn room_is_kept_aside_and_used_to_go_on_when_the_disk_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let reserve = folder.path().join("reserve");
    let options = Options { max_pages: Some(200), reserve_bytes: 1 << 20, ..Options::new(still(0)) };
    let journal = SqliteJournal::open(folder.path(), options).unwrap();
    let (source, here) = wired(&journal);
    assert_eq!(reserve.metadata().unwrap().len(), 1 << 20);
    assert!(reserve.metadata().unwrap().blocks() * 512 >= 1 << 20, "it takes its room for real");
    assert_eq!(journal.status().reserve, Some(true));
    while journal.append(large(source)).wait().is_ok() {}
    assert_eq!(journal.healthy(), Err(JournalError::Full));
    // With the room that is given back what must go on does: what is finished goes, and there is room again.
    journal.commit(here, vec![Change::Paused(Some(Millis(5)))]).wait().unwrap();
    journal.maintain(Millis(2_000_000_000_000)).unwrap();
    journal.append(batch(source, &[here], 1, 1)).wait().unwrap();
    assert_eq!((journal.healthy(), journal.status().reserve), (Ok(()), Some(true)));
    drop(journal);
    assert!(reserve.is_file(), "it stays for the next start");
}

#[test]
fn no_room_is_kept_aside_when_none_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { reserve_bytes: 0, ..Options::new(still(0)) };
    let journal = SqliteJournal::open(folder.path(), options).unwrap();
    assert_eq!((journal.status().reserve, journal.healthy()), (None, Ok(())));
    assert!(!folder.path().join("reserve").exists());
}
