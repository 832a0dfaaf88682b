//! Conflicts as people look at them.

use crate::sample::{conflict, durable, position, still, wired};
use event::Millis;
use journal::{
    Archive, Change, ConflictCount, ConflictFilter, ConflictRecord, DeliveryStore, DestinationId, Options,
    SqliteJournal, UniqueField,
};

fn some() -> (SqliteJournal, DestinationId, DestinationId, tempfile::TempDir) {
    let (journal, folder) = durable();
    let (_, here) = wired(&journal);
    let there = journal.destination("there").unwrap();
    let keep = |at, record| journal.commit(at, vec![Change::Conflict(record)]).wait().unwrap();
    keep(here, conflict("x:1", UniqueField::Email));
    keep(here, conflict("x:1", UniqueField::PhoneNumber));
    keep(there, conflict("x:1", UniqueField::Email));
    keep(here, ConflictRecord { dismissed: true, ..conflict("x:2", UniqueField::Email) });
    (journal, here, there, folder)
}

fn numbers(journal: &SqliteJournal, filter: &ConflictFilter, limit: usize) -> (Vec<u64>, bool) {
    let page = journal.conflicts(filter, limit).unwrap();
    (page.items.iter().map(|one| one.id).collect(), page.more)
}

#[test]
fn conflicts_are_listed_newest_first_and_keep_their_numbers() {
    let (journal, here, there, _folder) = some();
    let all = ConflictFilter { dismissed: true, ..ConflictFilter::default() };
    let of = |destination| ConflictFilter { destination: Some(destination), ..ConflictFilter::default() };
    for (filter, limit, expected) in [
        (ConflictFilter::default(), 9, (vec![3, 2, 1], false)),
        (all.clone(), 9, (vec![4, 3, 2, 1], false)),
        (of(here), 9, (vec![2, 1], false)),
        (of(there), 9, (vec![3], false)),
        (ConflictFilter { id: Some(2), ..ConflictFilter::default() }, 9, (vec![2], false)),
        (ConflictFilter { id: Some(4), ..ConflictFilter::default() }, 9, (vec![], false)),
        (all.clone(), 2, (vec![4, 3], true)),
        (ConflictFilter { before: Some(3), ..all.clone() }, 2, (vec![2, 1], false)),
        (ConflictFilter { lane: Some("x:1".to_owned()), ..all.clone() }, 9, (vec![3, 2, 1], false)),
        (ConflictFilter { lane: Some("x:none".to_owned()), ..all.clone() }, 9, (vec![], false)),
    ] {
        assert_eq!(numbers(&journal, &filter, limit), expected, "{filter:?}");
    }
    let again = ConflictRecord { times: 2, position: position(7, 1), ..conflict("x:1", UniqueField::Email) };
    journal.commit(here, vec![Change::Conflict(again.clone())]).wait().unwrap();
    let page = journal.conflicts(&ConflictFilter { id: Some(1), ..all }, 1).unwrap();
    assert!(page.items[0].record == again);
    assert!(!format!("{page:?}").contains("ada@x"), "whose it is is nobody's to log");
}

#[test]
fn open_conflicts_are_counted_by_destination_and_field() {
    let (journal, here, there, _folder) = some();
    let count = |destination, field| ConflictCount { destination, field, count: 1 };
    let (email, phone) = (UniqueField::Email, UniqueField::PhoneNumber);
    let expected = [count(here, email), count(here, phone), count(there, email)];
    assert_eq!(journal.conflict_counts().unwrap(), expected);
    journal.commit(here, vec![Change::ConflictEnds("x:1".to_owned(), email)]).wait().unwrap();
    assert_eq!(journal.conflict_counts().unwrap(), expected[1..]);
}

#[test]
fn a_conflict_that_was_damaged_is_not_used() {
    let (journal, here, _, folder) = some();
    drop(journal);
    let file = rusqlite::Connection::open(folder.path().join("journal.sqlite3")).unwrap();
    file.execute("UPDATE conflicts SET record = replace(record, 'ada@x', 'eva@x') WHERE id = 1", []).unwrap();
    drop(file);
    let journal = SqliteJournal::open(folder.path(), Options::new(still(0))).unwrap();
    assert_eq!(numbers(&journal, &ConflictFilter::default(), 9), (vec![3, 2], false));
    let restored = journal.restore(here).unwrap().conflicts;
    let values: Vec<_> = restored.iter().map(|one| (one.lane.as_str(), one.value.as_str())).collect();
    assert_eq!(values, [("x:1", "ada@x"), ("x:2", "ada@x")]);
}

#[test]
fn conflicts_go_when_they_have_not_come_up_for_the_age_of_answers() {
    let (journal, here, _, _folder) = some();
    let old = ConflictRecord { last: Millis(-500 * 86_400_000), ..conflict("x:1", UniqueField::Email) };
    journal.commit(here, vec![Change::Conflict(old)]).wait().unwrap();
    journal.maintain(Millis(0)).unwrap();
    assert_eq!(numbers(&journal, &ConflictFilter::default(), 9).0, [3, 2]);
}
