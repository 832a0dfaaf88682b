//! The calls made for an event.

use crate::sample::{attempt, batch, durable, fate, position, wired};
use event::Millis;
use journal::{Archive, Attempt, Change, DeliveryStore, Fate, Intake, NewAttempt, NewRequest, SqliteJournal};

const DAY: i64 = 24 * 60 * 60 * 1_000;

fn ids(journal: &SqliteJournal, request: u64, index: u32) -> Vec<u64> {
    journal.attempts(position(request, index), 9).unwrap().iter().map(|one| one.id).collect()
}

#[test]
fn an_event_has_its_calls_at_all_destinations_in_order() {
    let (journal, _folder) = durable();
    let (source, here) = wired(&journal);
    let there = journal.destination("there").unwrap();
    journal.append(batch(source, &[here, there], 3, 1)).wait().unwrap();
    let failed = NewAttempt { status: None, result: "timeout".to_owned(), ..attempt(&[(1, 0)]) };
    journal.commit(here, vec![Change::Attempt(failed)]).wait().unwrap();
    journal.commit(there, vec![Change::Attempt(attempt(&[(1, 0), (1, 2)]))]).wait().unwrap();
    journal.commit(here, vec![Change::Attempt(attempt(&[(1, 0)]))]).wait().unwrap();
    assert_eq!(
        (ids(&journal, 1, 0), ids(&journal, 1, 1), ids(&journal, 1, 2)),
        (vec![1, 2, 3], vec![], vec![2])
    );
    assert_eq!(journal.attempts(position(1, 0), 2).unwrap().len(), 2);
    let [first, second, _] = &journal.attempts(position(1, 0), 9).unwrap()[..] else { panic!("three calls") };
    assert_eq!((first.destination, first.status, first.result.as_str()), (here, None, "timeout"));
    let made = attempt(&[(1, 0), (1, 2)]);
    assert_eq!((second.destination, &second.events, second.event_count), (there, &made.events, 2));
    assert_eq!((&second.call, &second.method, &second.target), (&made.call, &made.method, &made.target));
    assert_eq!((&second.request, &second.reply, second.status), (&made.request, &made.reply, made.status));
    assert_eq!((second.started_at, second.took_ms), (made.started_at, made.took_ms));
    assert!(!format!("{second:?}").contains("score"), "what was said is nobody's to log");
}

#[test]
fn long_texts_are_cut_between_characters_and_many_events_are_counted() {
    let (journal, _folder) = durable();
    let (source, here) = wired(&journal);
    journal.append(batch(source, &[here], 250, 1)).wait().unwrap();
    let events: Vec<(u64, u32)> = (0..250).map(|index| (1, index)).collect();
    let long = "é".repeat(Attempt::MAX_TEXT);
    let made = NewAttempt { request: format!("x{long}"), reply: long, ..attempt(&events) };
    journal.commit(here, vec![Change::Attempt(made)]).wait().unwrap();
    let kept = journal.attempts(position(1, 249), 9).unwrap().remove(0);
    assert_eq!((kept.events.len(), kept.event_count), (Attempt::MAX_EVENTS, 250));
    assert_eq!((kept.request.len(), kept.reply.len()), (Attempt::MAX_TEXT - 1, Attempt::MAX_TEXT));
}

#[test]
fn calls_go_with_the_last_of_their_events() {
    let (journal, _folder) = durable();
    let (source, here) = wired(&journal);
    for _ in 0..4 {
        journal.append(NewRequest { received_at: Millis(0), ..batch(source, &[here], 1, 1) }).wait().unwrap();
    }
    let finish = |number| journal.commit(here, vec![fate(number, 0, Fate::Delivered)]).wait().unwrap();
    journal.commit(here, vec![Change::Attempt(attempt(&[(1, 0), (2, 0)]))]).wait().unwrap();
    journal.commit(here, vec![Change::Attempt(attempt(&[(1, 0)]))]).wait().unwrap();
    finish(1);
    journal.maintain(Millis(8 * DAY)).unwrap();
    assert_eq!((ids(&journal, 1, 0), ids(&journal, 2, 0)), (vec![], vec![1]));
    finish(2);
    journal.maintain(Millis(8 * DAY)).unwrap();
    assert_eq!(ids(&journal, 2, 0), [0; 0]);

    // A call for an event that is gone already has nothing to go with.
    journal.commit(here, vec![Change::Attempt(attempt(&[(1, 0), (9, 0), (3, 7)]))]).wait().unwrap();
    journal.commit(here, vec![Change::Attempt(attempt(&[(1, 0), (3, 0)]))]).wait().unwrap();
    assert_eq!(ids(&journal, 3, 0), [3], "numbers are not given twice");
}

#[test]
fn nothing_is_left_of_calls_whose_events_are_gone() {
    let (journal, folder) = durable();
    let (source, here) = wired(&journal);
    for _ in 0..3 {
        journal.append(NewRequest { received_at: Millis(0), ..batch(source, &[here], 2, 1) }).wait().unwrap();
    }
    for number in 1..3 {
        let calls = [attempt(&[(number, 0)]), attempt(&[(number, 0), (number, 1)]), attempt(&[(7, 0)])];
        let fates = [fate(number, 0, Fate::Delivered), fate(number, 1, Fate::Delivered)];
        journal.commit(here, calls.map(Change::Attempt).into_iter().chain(fates).collect()).wait().unwrap();
    }
    journal.maintain(Millis(8 * DAY)).unwrap();
    let connection = rusqlite::Connection::open(folder.path().join("journal.sqlite3")).unwrap();
    for table in ["attempts", "attempt_events"] {
        let sql = format!("SELECT count(*) FROM {table}");
        assert_eq!(connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap(), 0, "{table}");
    }
}

#[test]
fn calls_count_when_finished_requests_are_too_much() {
    let folder = tempfile::tempdir().unwrap();
    let options =
        journal::Options { retention_bytes: 10_000, ..journal::Options::new(crate::sample::still(0)) };
    let journal = SqliteJournal::open(folder.path(), options).unwrap();
    let (source, here) = wired(&journal);
    for number in 1..4 {
        journal.append(batch(source, &[here], 1, 1)).wait().unwrap();
        let large = NewAttempt { reply: "x".repeat(6_000), ..attempt(&[(number, 0)]) };
        journal.commit(here, vec![Change::Attempt(large), fate(number, 0, Fate::Delivered)]).wait().unwrap();
    }
    journal.maintain(Millis(0)).unwrap();
    assert_eq!([1, 2, 3].map(|number| ids(&journal, number, 0).len()), [0, 0, 1]);
}
