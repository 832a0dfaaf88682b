//! How requests lie on the disk: compressed, checked when they are read, and older files.

use crate::sample::{
    ALL, batch, death, durable, event_text, fate, key, position, rejected, still, user, wired,
};
use bytes::Bytes;
use event::Millis;
use journal::{
    Archive, Change, DeadLetterFilter, DeliveryStore, DestinationId, Fate, Fates, Intake, JournalError,
    MessageKey, NewRequest, Options, Seen, SourceId, SqliteJournal, Storage,
};
use rusqlite::Connection;
use std::path::Path;

fn open(folder: &Path) -> SqliteJournal {
    SqliteJournal::open(folder, Options::new(still(1_700_000_300_000))).unwrap()
}

fn file(folder: &Path) -> std::path::PathBuf {
    folder.join("journal.sqlite3")
}

/// A batch whose events repeat themselves.
fn large(source: SourceId, destination: DestinationId, events: u32) -> NewRequest {
    batch(source, &[destination], events, 7)
}

#[test]
fn a_body_that_repeats_itself_takes_little_room_and_comes_back_byte_for_byte() {
    let (journal, folder) = durable();
    let (source, destination) = wired(&journal);
    let request = large(source, destination, 60_000);
    let length = request.body.len();
    journal.append(request.clone()).wait().unwrap();
    let page = journal.read(destination, 0, ALL).unwrap();
    assert_eq!(page.requests[0].body, request.body);
    assert!(!page.requests[0].damaged);
    assert_eq!(journal.event_text(position(1, 59_999)).unwrap(), Some(event_text(7, 59_999)));
    drop(journal);
    let stored = std::fs::metadata(file(folder.path())).unwrap().len();
    assert!(stored < length as u64 / 2, "{length} bytes became {stored}");
}

/// A dead letter's event and an edited one's original are packed as well, and can be read, requeued and edited.
#[test]
fn a_large_dead_letter_is_stored_small_and_comes_back() {
    let (journal, folder) = durable();
    let (source, destination) = wired(&journal);
    let event = format!(r#"{{"type":"track","userId":"u","pad":"{}"}}"#, "x".repeat(1_000_000));
    let body = Bytes::from(format!(r#"{{"batch":[{event},{event}]}}"#));
    journal.append(NewRequest { body, ..batch(source, &[destination], 2, 1) }).wait().unwrap();
    let changes = [death(1, 0, "a"), death(1, 1, "b")].concat();
    journal.commit(destination, changes).wait().unwrap();
    let letters = journal.dead_letters(&DeadLetterFilter::default(), 9).unwrap().items;
    assert_eq!(letters.iter().filter(|letter| letter.event == event).count(), 2);
    journal.requeue_edited(2, Bytes::from_static(b"{}"), crate::sample::by()).wait().unwrap();
    assert_eq!(journal.original(2).unwrap().unwrap().event, event);
    journal.requeue(DeadLetterFilter::default(), crate::sample::by()).wait().unwrap();
    let page = journal.read(destination, 3, ALL).unwrap();
    assert_eq!(page.requests[0].body, format!(r#"{{"batch":[{event}]}}"#));
    drop(journal);
    assert!(std::fs::metadata(file(folder.path())).unwrap().len() < 1_000_000);
}

/// Many are taken in pieces: all of those there were, each once, and none that died again meanwhile.
#[test]
fn many_dead_letters_are_requeued_and_discarded_in_pieces() {
    let (journal, _folder) = durable();
    let (source, destination) = wired(&journal);
    journal.append(large(source, destination, 2_000)).wait().unwrap();
    let changes: Vec<Change> = (0..2_000).flat_map(|index| death(1, index, "c")).collect();
    journal.commit(destination, changes).wait().unwrap();
    let some = DeadLetterFilter { up_to: Some(1_100), ..DeadLetterFilter::default() };
    assert_eq!(journal.requeue(some, crate::sample::by()).wait().unwrap().count, 1_100);
    let rest = DeadLetterFilter::default();
    assert_eq!(journal.discard(rest, crate::sample::by()).wait().unwrap().count, 900);
    let totals = &journal.ledger().unwrap().destinations["inmoment"];
    assert_eq!((totals.dead, totals.pending, totals.imbalance()), (0, 1_100, 0));
    let requests = journal.read(destination, 2, ALL).unwrap().requests;
    let numbers: Vec<u32> = requests.iter().map(|request| request.first_index).collect();
    assert_eq!(numbers, (0..1_100).collect::<Vec<u32>>());
    let audit = journal.audit(&Default::default(), 9).unwrap();
    assert_eq!(audit.items.len(), 2, "an order is one entry, however many pieces it takes");
}

/// The file as the version before wrote it.
fn of_format_2(folder: &Path) {
    let packed = include_bytes!("data/format-2.sqlite3.zst");
    let bytes = zstd::stream::decode_all(&packed[..]).unwrap();
    std::fs::write(file(folder), bytes).unwrap();
}

#[test]
fn a_journal_of_format_2_is_brought_up_to_date_and_everything_in_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    of_format_2(folder.path());
    let journal = open(folder.path());
    let (source, destination) = wired(&journal);
    let page = journal.read(destination, 0, ALL).unwrap();
    let numbers: Vec<u64> = page.requests.iter().map(|request| request.number).collect();
    assert_eq!(numbers, [2, 3, 4, 5, 6]);
    assert!(page.requests.iter().all(|request| !request.damaged));
    assert_eq!(page.requests[1].body, batch(source, &[], 3, 3).body);
    assert_eq!(page.requests[3].rejected, [rejected(0), rejected(2)]);
    assert_eq!(page.requests[0].fates, [2, 0, 2]);
    let restored = journal.restore(destination).unwrap();
    assert_eq!((restored.cursor, restored.lanes.len(), restored.in_flight.len()), (2, 1, 1));
    assert_eq!(journal.links(destination, &["ext-1"]).unwrap(), [Some("eu-1".to_owned())]);
    assert_eq!(journal.users(destination, &["eu-1"]).unwrap(), [Some(user("eu-1", Some("ext-1")))]);
    let letters = journal.dead_letters(&DeadLetterFilter::default(), 9).unwrap().items;
    let texts: Vec<&str> = letters.iter().map(|letter| letter.event.as_str()).collect();
    assert_eq!(texts, [event_text(1, 2), event_text(2, 0)]);
    assert_eq!(journal.original(6).unwrap().unwrap().event, event_text(2, 2));
    assert_eq!(journal.document("source", "website").unwrap().unwrap().record, r#"{"a":1}"#);
    // Of what was dealt with then, only the message id is known.
    let other = MessageKey { content: 5, ..key(source, 77) };
    let seen = journal.seen(destination, &[key(source, 77), other, key(source, 78)], Millis(0)).unwrap();
    assert_eq!(seen, [Seen::Same, Seen::Same, Seen::Never]);
    assert_eq!(journal.requeue(DeadLetterFilter::default(), crate::sample::by()).wait().unwrap().count, 2);
    journal.commit(destination, vec![fate(2, 1, Fate::Delivered)]).wait().unwrap();
    let totals = &journal.ledger().unwrap().destinations["inmoment"];
    assert_eq!((totals.accepted, totals.pending, totals.imbalance()), (13, 10, 0));
    // What its source takes was counted, and every row that says where events go has a checksum now.
    let connection = Connection::open(file(folder.path())).unwrap();
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let stored = number("SELECT sum(bytes + 256) FROM requests")
        + number(
            "SELECT ifnull(sum(octet_length(event) + ifnull(octet_length(packed), 0) + 256), 0) FROM dead_letters",
        );
    assert_eq!(journal.stored_bytes(source), stored.unsigned_abs());
    for table in ["sources", "destinations", "routes", "ledger", "stored"] {
        assert_eq!(number(&format!("SELECT count(*) FROM {table} WHERE sum IS NULL")), 0, "{table}");
    }
}

/// A journal of two requests whose second is changed on the disk by this statement.
fn changed(sql: &str) -> (SqliteJournal, DestinationId, tempfile::TempDir) {
    let (journal, folder) = durable();
    let (source, destination) = wired(&journal);
    for tag in 1..=3 {
        journal.append(batch(source, &[destination], 3, tag)).wait().unwrap();
    }
    journal.commit(destination, vec![fate(2, 0, Fate::Delivered)]).wait().unwrap();
    let known = Change::KnowUser(user("eu-1", Some("ext-1")));
    journal.commit(destination, vec![known]).wait().unwrap();
    journal.commit(destination, death(3, 1, "c").into()).wait().unwrap();
    drop(journal);
    let connection = Connection::open(file(folder.path())).unwrap();
    connection.execute_batch(sql).unwrap();
    drop(connection);
    (open(folder.path()), destination, folder)
}

#[test]
fn a_request_that_the_disk_changed_is_set_aside_and_the_others_are_not() {
    let changes = [
        "UPDATE bodies SET body = CAST(replace(CAST(body AS TEXT), 'track', 'trick') AS BLOB) WHERE number = 2",
        "UPDATE bodies SET body = CAST(replace(CAST(body AS TEXT), 'u1', 'u9') AS BLOB) WHERE number = 2",
        "UPDATE bodies SET request_ip = '10.0.0.3' WHERE number = 2",
        "UPDATE bodies SET source = 9 WHERE number = 2",
        "UPDATE bodies SET length = 5 WHERE number = 2",
        "UPDATE bodies SET rejected = '{\"event_without_ids\":[[0,4000000000]]}' WHERE number = 2",
        "UPDATE bodies SET kind = 'surprise' WHERE number = 2",
        "UPDATE requests SET received_at = received_at + 1 WHERE number = 2",
        "UPDATE bodies SET number = 900 WHERE number = 2",
        "UPDATE fates SET fates = x'000100' WHERE request = 2",
        "DELETE FROM bodies WHERE number = 2",
    ];
    for sql in changes {
        let (journal, destination, _folder) = changed(sql);
        let page = journal.read(destination, 0, ALL).unwrap();
        let damaged: Vec<bool> = page.requests.iter().map(|request| request.damaged).collect();
        assert_eq!(damaged, [false, true, false], "{sql}");
        let letters = death(2, 2, "event_unreadable");
        journal.commit(destination, letters.into()).wait().unwrap();
        let kept = journal.dead_letters(&DeadLetterFilter::default(), 9).unwrap().items;
        assert_eq!(kept.len(), 2, "{sql}");
        assert_eq!(
            journal.requeue(DeadLetterFilter::default(), crate::sample::by()).wait().unwrap().count,
            1
        );
        let left = journal.dead_letters(&DeadLetterFilter::default(), 9).unwrap().items;
        assert_eq!(left[0].code, "event_unreadable", "{sql}: what may be wrong is not sent");
        assert_eq!(journal.ledger().unwrap().destinations["inmoment"].imbalance(), 0, "{sql}");
    }
}

#[test]
fn what_was_known_and_is_damaged_is_not_believed() {
    let (journal, destination, _folder) = changed(
        "UPDATE users SET record = replace(record, 'gold', 'lead');
         UPDATE links SET end_user_id = 'eu-2';",
    );
    assert_eq!(journal.users(destination, &["eu-1"]).unwrap(), [None]);
    assert_eq!(journal.links(destination, &["ext-1"]).unwrap(), [None]);
}

#[test]
fn a_dead_letter_that_the_disk_changed_is_shown_as_that_and_not_requeued() {
    let (journal, _, _folder) =
        changed("UPDATE dead_letters SET event = replace(event, 'u1', 'u2') WHERE request = 3");
    let shown = journal.dead_letters(&DeadLetterFilter::default(), 9).unwrap().items;
    assert_eq!(shown[0].code, "event_unreadable");
    for _ in 0..2 {
        let taken = journal.requeue(DeadLetterFilter::default(), crate::sample::by()).wait().unwrap();
        assert_eq!(taken.count, 0);
    }
    let edited = journal.requeue_edited(shown[0].id, Bytes::from_static(b"{}"), crate::sample::by()).wait();
    assert!(edited.is_ok(), "a person may say what it was");
}

#[test]
fn a_setting_that_the_disk_changed_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let put = |record: &str| journal::DocumentChange::Put {
        kind: "source".to_owned(),
        key: "website".to_owned(),
        record: record.to_owned(),
    };
    journal.write_documents(vec![put(r#"{"enabled":true}"#)]).wait().unwrap();
    drop(journal);
    let connection = Connection::open(file(folder.path())).unwrap();
    connection.execute("UPDATE documents SET record = '{\"enabled\":null}'", []).unwrap();
    drop(connection);
    let journal = open(folder.path());
    assert!(matches!(journal.documents("source"), Err(JournalError::Damaged(_))));
}

/// Zeroes each page of the file in turn, and flips bits all over it: what comes out is what went in, or is said to be
/// damaged.
#[test]
fn whatever_the_disk_does_to_a_page_no_wrong_event_comes_out() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let (source, destination) = wired(&journal);
    for tag in 1..=40 {
        journal.append(batch(source, &[destination], 40, tag)).wait().unwrap();
    }
    drop(journal);
    let whole = std::fs::read(file(folder.path())).unwrap();
    let pages = whole.len() / 8_192;
    let mut state = 7_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let zeroed = (0..pages).map(|page| {
        let mut bytes = whole.clone();
        bytes[page * 8_192..(page + 1) * 8_192].fill(0);
        (format!("page {page} zeroed"), bytes)
    });
    let flipped = (0..200).map(|_| {
        let (place, bit) = (random(whole.len()), random(8));
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << bit;
        (format!("bit {bit} of byte {place} flipped"), bytes)
    });
    let mut said = 0;
    for (what, bytes) in zeroed.chain(flipped) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(file(folder.path()), bytes).unwrap();
        let journal = match SqliteJournal::open(folder.path(), Options::new(still(0))) {
            Ok(journal) => journal,
            Err(error) => {
                said += 1;
                assert!(!error.to_string().is_empty());
                continue;
            }
        };
        match journal.read(destination, 0, ALL) {
            Ok(page) => {
                for request in page.requests.iter().filter(|request| !request.damaged) {
                    let tag = request.request_id[0];
                    assert_eq!(request.body, batch(source, &[], 40, tag).body, "{what}");
                    assert_eq!(request.received_at, Millis(1_700_000_000_000 + i64::from(tag)), "{what}");
                }
                said += usize::from(page.requests.iter().any(|request| request.damaged));
            }
            Err(error) => {
                said += 1;
                if matches!(error, JournalError::Damaged(_)) && error.to_string().contains("malformed") {
                    assert!(matches!(journal.healthy(), Err(JournalError::Damaged(_))), "{what}");
                }
            }
        }
    }
    assert!(said > 20, "the damage was met {said} times");
}

/// A damaged message id is one forgotten. It never stands for an event of another destination or source, which would be lost.
#[test]
fn a_message_id_whose_row_became_anothers_stands_for_nothing_there() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let (source, destination) = wired(&journal);
    let (other, app) =
        (journal.destination("other").unwrap(), journal.source("app", event::SourceKind::Mobile).unwrap());
    let known = MessageKey { content: 9, ..key(source, 77) };
    journal.commit(destination, vec![Change::Seen(known, Millis(5))]).wait().unwrap();
    let seen = |journal: &SqliteJournal| {
        let of = |destination, key| journal.seen(destination, &[key], Millis(0)).unwrap()[0];
        [of(destination, known), of(other, known), of(destination, MessageKey { source: app, ..known })]
    };
    assert_eq!(seen(&journal), [Seen::Same, Seen::Never, Seen::Never]);
    drop(journal);
    for sql in ["UPDATE seen SET destination = 2", "UPDATE seen SET destination = 1, source = 2"] {
        Connection::open(file(folder.path())).unwrap().execute_batch(sql).unwrap();
        let journal = open(folder.path());
        assert!(seen(&journal)[1..].iter().all(|seen| *seen != Seen::Same), "{sql}: {:?}", seen(&journal));
    }
    // As the version before wrote it.
    let hash = "zeroblob(15) || x'4D' || zeroblob(15) || x'09'";
    let sql = format!("DELETE FROM seen; INSERT INTO seen VALUES (1, 1, CAST({hash} AS BLOB), 5)");
    Connection::open(file(folder.path())).unwrap().execute_batch(&sql).unwrap();
    assert_eq!(seen(&open(folder.path()))[0], Seen::Same);
}
