//! The data folder: whose it is, who holds it, and what else may be found in it.

use crate::child;
use crate::sample::{ALL, batch, durable, still, wired};
use journal::{Archive, DeliveryStore, Intake, JournalError, Options, SqliteJournal};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn open(folder: &Path) -> Result<SqliteJournal, JournalError> {
    SqliteJournal::open(folder, Options::new(still(1_700_000_000_000)))
}

#[test]
fn a_second_opener_is_told_who_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).unwrap();
    let who = format!("process {}, started 2023-11-14 22:13:20 UTC", std::process::id());
    assert_eq!(open(folder.path()).err(), Some(JournalError::Locked(who)));
    drop(journal);
    open(folder.path()).unwrap();
}

#[test]
fn the_lock_holds_between_processes_and_ends_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = child::command("folder::holder", folder.path(), "").spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    while lines.next().unwrap().unwrap() != "open" {}
    let Err(JournalError::Locked(who)) = open(folder.path()) else { panic!("it was not refused") };
    assert!(who.starts_with(&format!("process {}, started ", process.id())), "{who}");
    process.kill().unwrap();
    process.wait().unwrap();
    open(folder.path()).unwrap();
}

#[test]
#[ignore = "the child process of the test above"]
fn holder() {
    let _journal = open(&child::folder()).unwrap();
    child::tell("open");
    child::stay();
}

#[test]
fn everything_in_it_is_its_owners_alone() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new/data");
    let journal = open(&folder).unwrap();
    let (source, destination) = wired(&journal);
    journal.append(batch(source, &[destination], 1, 1)).wait().unwrap();
    journal.await_search().unwrap();
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    let files: Vec<_> = folder.read_dir().unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 8, "{files:?}");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

#[test]
fn closing_folds_the_log_in_and_opening_finds_everything() {
    let (journal, folder) = durable();
    let (source, destination) = wired(&journal);
    let receipts: Vec<_> =
        (0..100).map(|tag| journal.append(batch(source, &[destination], 2, tag))).collect();
    journal.await_search().unwrap();
    drop(journal);
    receipts.into_iter().for_each(|receipt| assert!(receipt.wait().is_ok(), "what was queued is written"));
    let mut names: Vec<_> = folder.path().read_dir().unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["journal.sqlite3", "lock", "reserve", "search.sqlite3"]);
    let journal = open(folder.path()).unwrap();
    assert_eq!(wired(&journal), (source, destination));
    assert_eq!(journal.read(destination, 0, ALL).unwrap().requests.len(), 100);
    assert_eq!(*journal.appended().borrow(), 101);
    assert_eq!(journal.append(batch(source, &[destination], 2, 1)).wait().unwrap().number, 101);
}

#[test]
fn a_newer_journal_is_left_alone() {
    let (journal, folder) = durable();
    drop(journal);
    let file = folder.path().join("journal.sqlite3");
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&file).unwrap();
    assert_eq!(open(folder.path()).err(), Some(JournalError::Newer { found: 99, known: 8 }));
    assert!(before == std::fs::read(&file).unwrap(), "the file was changed");
}

#[test]
fn what_cannot_be_used_is_said_plainly() {
    let parent = tempfile::tempdir().unwrap();
    let in_the_way = parent.path().join("file");
    std::fs::write(&in_the_way, "x").unwrap();
    let message = open(&in_the_way).unwrap_err().to_string();
    assert_eq!(
        message,
        format!("the data folder cannot be used: {}: File exists (os error 17)", in_the_way.display())
    );
    let folder = parent.path().join("data");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("journal.sqlite3");
    std::fs::write(
        &file,
        "this is not a database, and it is long enough to be told from an empty one".repeat(20),
    )
    .unwrap();
    let message = open(&folder).unwrap_err().to_string();
    assert_eq!(message, JournalError::Damaged(format!("{} is not a journal", file.display())).to_string());
}

#[test]
fn a_folder_whose_lock_file_was_deleted_is_still_held() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).unwrap();
    std::fs::remove_file(folder.path().join("lock")).unwrap();
    assert_eq!(open(folder.path()).err(), Some(JournalError::Locked("another process".to_owned())));
    drop(journal);
    open(folder.path()).unwrap();
}

#[test]
fn no_file_of_the_folder_is_opened_through_a_link() {
    for name in ["lock", "journal.sqlite3", "journal.sqlite3-wal", "search.sqlite3"] {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let target = elsewhere.path().join("precious");
        std::fs::write(&target, "precious").unwrap();
        std::os::unix::fs::symlink(&target, folder.path().join(name)).unwrap();
        let message = open(folder.path()).unwrap_err().to_string();
        assert!(message.contains("symbolic link") && message.contains(name), "{message}");
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");
    }
    // The folder itself may be reached by a link: it is the operator's to say where the data is.
    let (real, around) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(real.path(), around.path().join("data")).unwrap();
    let journal = open(&around.path().join("data")).unwrap();
    assert!(matches!(open(real.path()), Err(JournalError::Locked(_))));
    drop(journal);
}

#[test]
fn a_folder_or_database_that_is_replaced_under_the_server_is_said() {
    let around = tempfile::tempdir().unwrap();
    let folder = around.path().join("data");
    let journal = open(&folder).unwrap();
    journal.maintain_now().unwrap();
    assert_eq!(journal.status().folder_trouble, None);
    std::fs::rename(&folder, around.path().join("away")).unwrap();
    // What must be opened anew is not found under its name now.
    journal.maintain_now().ok();
    assert!(journal.status().folder_trouble.unwrap().contains("data was moved, removed or replaced"));
    std::fs::rename(around.path().join("away"), &folder).unwrap();
    journal.maintain_now().unwrap();
    assert_eq!(journal.status().folder_trouble, None);
    let database = folder.join("journal.sqlite3");
    std::fs::copy(&database, folder.join("copy")).unwrap();
    std::fs::rename(folder.join("copy"), &database).unwrap();
    journal.maintain_now().ok();
    assert!(journal.status().folder_trouble.unwrap().contains("journal.sqlite3"));
}
