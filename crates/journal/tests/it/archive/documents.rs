//! Documents and the audit.

use event::Millis;
use journal::{
    Archive, AuditFilter, Document, DocumentChange, JournalError, NewAudit, Options, SqliteJournal,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// A journal whose clock moves on by one with each look.
fn ticking() -> (SqliteJournal, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let now = AtomicI64::new(0);
    let clock = Arc::new(move || Millis(now.fetch_add(1, Ordering::Relaxed)));
    (SqliteJournal::open(folder.path(), Options::new(clock)).unwrap(), folder)
}

fn put(kind: &str, key: &str, record: &str) -> DocumentChange {
    DocumentChange::Put { kind: kind.to_owned(), key: key.to_owned(), record: record.to_owned() }
}

fn remove(kind: &str, key: &str) -> DocumentChange {
    DocumentChange::Remove { kind: kind.to_owned(), key: key.to_owned() }
}

fn did(who: &str, action: &str) -> DocumentChange {
    DocumentChange::Audit(NewAudit {
        who: who.to_owned(),
        action: action.to_owned(),
        subject: "website".to_owned(),
        detail: r#"{"enabled":true}"#.to_owned(),
        address: (who == "ada").then(|| "192.0.2.1".to_owned()),
    })
}

fn keys(documents: &[Document]) -> Vec<(&str, &str)> {
    documents.iter().map(|one| (one.key.as_str(), one.record.as_str())).collect()
}

#[test]
fn documents_are_written_replaced_and_removed_and_survive_a_restart() {
    let (journal, folder) = ticking();
    let write = |changes| journal.write_documents(changes).wait().unwrap();
    write(vec![put("source", "b", "1"), put("source", "a", "2"), put("person", "a", "3")]);
    write(vec![
        put("source", "b", "4"),
        remove("source", "none"),
        put("source", "c", "5"),
        remove("source", "c"),
    ]);
    assert_eq!(keys(&journal.documents("source").unwrap()), [("a", "2"), ("b", "4")]);
    assert_eq!(keys(&journal.documents("person").unwrap()), [("a", "3")]);
    let [old, new] = &journal.documents("source").unwrap()[..] else { panic!("there are two") };
    assert!(old.changed_at < new.changed_at);
    assert!(!format!("{new:?}").contains('4'), "a record may be secret");
    drop(journal);
    let journal = SqliteJournal::open(folder.path(), Options::new(Arc::new(|| Millis(0)))).unwrap();
    assert_eq!(journal.document("source", "b").unwrap().unwrap().record, "4");
    assert_eq!(journal.document("source", "c").unwrap(), None);
}

#[test]
fn a_write_of_documents_is_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { max_pages: Some(120), ..Options::new(Arc::new(|| Millis(0))) };
    let journal = SqliteJournal::open(folder.path(), options).unwrap();
    let large = "x".repeat(2_000_000);
    let changes = vec![did("ada", "source.create"), put("source", "a", "1"), put("source", "b", &large)];
    assert_eq!(journal.write_documents(changes).wait(), Err(JournalError::Full));
    assert!(journal.documents("source").unwrap().is_empty());
    assert!(journal.audit(&AuditFilter::default(), 9).unwrap().items.is_empty());
    journal.write_documents(vec![put("source", "a", "1")]).wait().unwrap();
}

#[test]
fn the_audit_is_read_newest_first_by_who_what_and_when() {
    let (journal, _folder) = ticking();
    for (who, action) in [("ada", "login"), ("bob", "login"), ("ada", "source.create"), ("ada", "login")] {
        journal.write_documents(vec![did(who, action)]).wait().unwrap();
    }
    let read = |filter: AuditFilter, limit| {
        let page = journal.audit(&filter, limit).unwrap();
        (page.items.iter().map(|entry| entry.id).collect::<Vec<_>>(), page.more)
    };
    let none = AuditFilter::default;
    assert_eq!(read(none(), 9), (vec![4, 3, 2, 1], false));
    assert_eq!(read(none(), 4), (vec![4, 3, 2, 1], false));
    assert_eq!(read(none(), 2), (vec![4, 3], true));
    assert_eq!(read(AuditFilter { before: Some(3), ..none() }, 9), (vec![2, 1], false));
    assert_eq!(read(AuditFilter { who: Some("ada".to_owned()), ..none() }, 9), (vec![4, 3, 1], false));
    assert_eq!(read(AuditFilter { action: Some("login".to_owned()), ..none() }, 9), (vec![4, 2, 1], false));
    let second = journal.audit(&none(), 9).unwrap().items.remove(2);
    assert_eq!(read(AuditFilter { from: Some(second.at), ..none() }, 9), (vec![4, 3, 2], false));
    assert_eq!(read(AuditFilter { to: Some(second.at), ..none() }, 9), (vec![1], false));
    assert_eq!((second.who.as_str(), second.subject.as_str(), second.address), ("bob", "website", None));
    let first = journal.audit(&none(), 9).unwrap().items.remove(3);
    assert_eq!((first.detail.as_str(), first.address.as_deref()), (r#"{"enabled":true}"#, Some("192.0.2.1")));
}

#[test]
fn the_audit_is_kept_for_400_days() {
    let (journal, _folder) = ticking();
    journal.write_documents(vec![did("ada", "login"), put("source", "a", "1")]).wait().unwrap();
    let at = journal.audit(&AuditFilter::default(), 9).unwrap().items[0].at.0;
    journal.maintain(Millis(at + 400 * DAY)).unwrap();
    assert_eq!(journal.audit(&AuditFilter::default(), 9).unwrap().items.len(), 1);
    journal.maintain(Millis(at + 400 * DAY + 1)).unwrap();
    assert!(journal.audit(&AuditFilter::default(), 9).unwrap().items.is_empty());
    assert_eq!(journal.documents("source").unwrap().len(), 1, "documents are not a matter of age");
}
