//! What people order, and its audit entry: one write.

use crate::sample::{batch, by, death, durable, fate, position, wired};
use event::Millis;
use journal::{
    Archive, AuditFilter, Change, DeadLetterFilter, DeliveryStore, DestinationId, Fate, Fates, Intake,
    JournalError, NewAudit, Options, SqliteJournal,
};
use std::sync::Arc;

/// The audit's actions, oldest first.
fn told(journal: &SqliteJournal) -> Vec<String> {
    let page = journal.audit(&AuditFilter::default(), 99).unwrap();
    page.items.into_iter().rev().map(|entry| entry.action).collect()
}

fn order(action: &str) -> NewAudit {
    NewAudit { action: action.to_owned(), ..by() }
}

fn one(id: u64) -> DeadLetterFilter {
    DeadLetterFilter { ids: Some(vec![id]), ..DeadLetterFilter::default() }
}

/// Three dead letters, 1 to 3, of one request.
fn with_letters(journal: &SqliteJournal) -> DestinationId {
    let (source, here) = wired(journal);
    journal.append(batch(source, &[here], 4, 1)).wait().unwrap();
    let deaths = [death(1, 0, "c"), death(1, 1, "c"), death(1, 2, "c")].concat();
    journal.commit(here, deaths).wait().unwrap();
    here
}

#[test]
fn every_order_is_told_with_who_gave_it() {
    let (journal, _folder) = durable();
    let here = with_letters(&journal);
    journal.requeue(one(1), order("requeue")).wait().unwrap();
    journal.discard(one(2), order("discard")).wait().unwrap();
    journal.requeue_edited(3, "{}".into(), order("edit")).wait().unwrap();
    journal.replay(position(1, 0), here, order("replay")).wait().unwrap();
    let pause = vec![Change::Paused(Some(Millis(5))), Change::Audit(order("pause"), Millis(5))];
    journal.commit(here, pause).wait().unwrap();
    assert_eq!(told(&journal), ["requeue", "discard", "edit", "replay", "pause"]);
    let last = journal.audit(&AuditFilter::default(), 1).unwrap().items.remove(0);
    assert_eq!((last.who.as_str(), last.subject.as_str(), last.at), ("ada", "of the test", Millis(5)));
}

#[test]
fn what_was_not_done_is_not_told() {
    let (journal, _folder) = durable();
    let here = with_letters(&journal);
    assert!(matches!(journal.requeue_edited(9, "{}".into(), by()).wait(), Err(JournalError::NotFound(_))));
    assert!(matches!(journal.requeue_edited(1, "x".into(), by()).wait(), Err(JournalError::Refused(_))));
    assert!(matches!(journal.replay(position(7, 0), here, by()).wait(), Err(JournalError::NotFound(_))));
    // A commit that is refused for one of its changes makes none of them true.
    let twice = vec![Change::Audit(by(), Millis(0)), fate(1, 0, Fate::Delivered)];
    assert!(journal.commit(here, twice).wait().is_err());
    assert_eq!(told(&journal), [""; 0]);
}

#[test]
fn what_cannot_be_told_is_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let options = |max_pages| Options { max_pages, ..Options::new(Arc::new(|| Millis(0))) };
    let journal = SqliteJournal::open(folder.path(), options(Some(150))).unwrap();
    let here = with_letters(&journal);
    // There is room for each of these alone, and none for so long an entry.
    let long = || NewAudit { detail: "x".repeat(2_000_000), ..by() };
    let before = (journal.ledger().unwrap(), journal.restore(here).unwrap().destination);
    assert_eq!(journal.requeue(one(1), long()).wait(), Err(JournalError::Full));
    assert_eq!(journal.discard(one(1), long()).wait(), Err(JournalError::Full));
    assert_eq!(journal.requeue_edited(1, "{}".into(), long()).wait(), Err(JournalError::Full));
    assert_eq!(journal.replay(position(1, 3), here, long()).wait(), Err(JournalError::Full));
    let pause = vec![Change::Paused(Some(Millis(5))), Change::Audit(long(), Millis(0))];
    assert_eq!(journal.commit(here, pause).wait(), Err(JournalError::Full));
    assert_eq!((journal.ledger().unwrap(), journal.restore(here).unwrap().destination), before);
    assert_eq!(told(&journal), [""; 0]);
    journal.requeue(one(1), by()).wait().unwrap();
    assert_eq!(told(&journal), ["test.order"]);
}
