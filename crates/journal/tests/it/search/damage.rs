//! The search database holds no truth: whatever happens to it, everything is found again.

use super::{by_user, positions};
use crate::sample::{batch, durable, fate, single, still, wired};
use event::Millis;
use journal::{Archive, DeliveryStore, EventFilter, Fate, Fates, Intake, NewRequest, Options, SqliteJournal};

/// Does something to the search database of a journal that holds three requests, and opens it again.
fn reopened(damage: impl FnOnce(&std::path::Path)) -> (SqliteJournal, tempfile::TempDir) {
    let (journal, folder) = durable();
    let (source, here) = wired(&journal);
    for tag in 1..4 {
        journal.append(batch(source, &[here], 2, tag)).wait().unwrap();
    }
    journal.await_search().unwrap();
    drop(journal);
    damage(&folder.path().join("search.sqlite3"));
    (SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap(), folder)
}

fn finds_everything(journal: &SqliteJournal) {
    journal.await_search().unwrap();
    assert_eq!(positions(journal, &by_user("u1")), [(3, 1), (2, 1), (1, 1)]);
    assert_eq!(positions(journal, &EventFilter::default()).len(), 6);
    assert_eq!(journal.ledger().unwrap().destinations["inmoment"].pending, 6);
}

#[test]
fn a_search_database_that_is_gone_or_damaged_is_made_anew() {
    finds_everything(&reopened(|_| ()).0);
    finds_everything(&reopened(|path| std::fs::remove_file(path).unwrap()).0);
    finds_everything(&reopened(|path| std::fs::write(path, "").unwrap()).0);
    finds_everything(&reopened(|path| std::fs::write(path, "garbage ".repeat(5_000)).unwrap()).0);
    finds_everything(
        &reopened(|path| {
            let whole = std::fs::read(path).unwrap();
            std::fs::write(path, &whole[..whole.len() / 2 + 100]).unwrap();
        })
        .0,
    );
    finds_everything(
        &reopened(|path| {
            let connection = rusqlite::Connection::open(path).unwrap();
            connection.execute_batch("DROP TABLE keys").unwrap();
        })
        .0,
    );
}

#[test]
fn damage_that_shows_only_in_use_is_mended_too() {
    let (journal, folder) = reopened(|path| {
        // The header and the pages of tables' roots stay; what hangs below them is rubbish.
        let connection = rusqlite::Connection::open(path).unwrap();
        let page: u32 = connection
            .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'keys'", [], |row| row.get(0))
            .unwrap();
        drop(connection);
        let mut whole = std::fs::read(path).unwrap();
        let from = (page as usize - 1) * 4_096;
        whole[from..from + 4_096].fill(0xa5);
        std::fs::write(path, whole).unwrap();
    });
    journal.await_search().unwrap();
    let page = journal.events(&by_user("u1"), 9).unwrap();
    assert_eq!((page.items.len(), page.indexed_to, page.end), (0, 0, 4), "it says that it cannot tell");
    finds_everything(&journal);
    drop(journal);
    finds_everything(&SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap());
}

#[test]
fn the_search_database_of_another_journal_is_not_believed() {
    let (other, other_folder) = durable();
    let (source, here) = wired(&other);
    for tag in 11..14 {
        other.append(single(source, &[here], tag)).wait().unwrap();
    }
    other.await_search().unwrap();
    drop(other);
    let strange = std::fs::read(other_folder.path().join("search.sqlite3")).unwrap();
    finds_everything(&reopened(|path| std::fs::write(path, &strange).unwrap()).0);

    let (journal, _folder) = reopened(|path| {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch("UPDATE progress SET next = 1000").unwrap();
    });
    finds_everything(&journal);
}

#[test]
fn what_is_removed_from_the_journal_is_removed_from_the_index() {
    let (journal, folder) = durable();
    let (source, here) = wired(&journal);
    for tag in 1..5 {
        journal
            .append(NewRequest { received_at: Millis(0), ..batch(source, &[here], 2, tag) })
            .wait()
            .unwrap();
    }
    // What is removed below has been indexed before: a crash can only leave in the index what once came into it.
    journal.await_search().unwrap();
    for number in [1, 3] {
        let changes = vec![fate(number, 0, Fate::Delivered), fate(number, 1, Fate::Delivered)];
        journal.commit(here, changes).wait().unwrap();
    }
    journal.maintain(Millis(8 * 24 * 60 * 60 * 1_000)).unwrap();
    journal.await_search().unwrap();
    let indexed = || {
        let connection = rusqlite::Connection::open(folder.path().join("search.sqlite3")).unwrap();
        let mut select = connection.prepare("SELECT DISTINCT request FROM events ORDER BY 1").unwrap();
        select.query_map([], |row| row.get::<_, i64>(0)).unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    assert_eq!(indexed(), [2, 4]);
    assert_eq!(positions(&journal, &by_user("u0")), [(4, 0), (2, 0)]);
    drop(journal);
    // As if a crash had come between the two removals.
    let connection = rusqlite::Connection::open(folder.path().join("search.sqlite3")).unwrap();
    connection.execute_batch("INSERT INTO events VALUES (1, 0, 0, 1, 1), (3, 1, 0, 1, 1)").unwrap();
    drop(connection);
    let journal = SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap();
    journal.await_search().unwrap();
    assert_eq!(indexed(), [2, 4]);
}

/// An index that was made when the first request had gone: what a crash left of it lies before the first segment.
#[test]
fn what_lies_between_segments_is_removed_too() {
    let (journal, folder) = durable();
    let (source, here) = wired(&journal);
    for tag in 1..5 {
        journal.append(batch(source, &[here], 2, tag)).wait().unwrap();
    }
    let done = [fate(1, 0, Fate::Delivered), fate(1, 1, Fate::Delivered)];
    journal.commit(here, done.into()).wait().unwrap();
    journal.maintain(Millis(1_800_000_000_000)).unwrap();
    drop(journal);
    let file = folder.path().join("search.sqlite3");
    std::fs::remove_file(&file).unwrap();
    let indexed = || {
        let connection = rusqlite::Connection::open(&file).unwrap();
        let mut select = connection.prepare("SELECT DISTINCT request FROM events ORDER BY 1").unwrap();
        select.query_map([], |row| row.get::<_, i64>(0)).unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    for _ in 0..2 {
        let journal = SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap();
        journal.await_search().unwrap();
        assert_eq!(indexed(), [2, 3, 4]);
        drop(journal);
        let connection = rusqlite::Connection::open(&file).unwrap();
        connection.execute_batch("INSERT INTO events VALUES (1, 0, 0, 1, 1), (900, 0, 0, 1, 1)").unwrap();
    }
}
