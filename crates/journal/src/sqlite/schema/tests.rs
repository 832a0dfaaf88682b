use super::*;
use crate::error::JournalError;

fn user_version(connection: &Connection) -> u32 {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn only_the_steps_a_file_has_not_seen_are_taken() {
    let mut connection = Connection::open_in_memory().unwrap();
    let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x); INSERT INTO b VALUES (1)"];
    migrate(&mut connection, &steps[..1]).unwrap();
    assert_eq!(user_version(&connection), 1);
    for _ in 0..2 {
        migrate(&mut connection, &steps).unwrap();
        assert_eq!(user_version(&connection), 2);
    }
    let rows: u32 = connection.query_row("SELECT count(*) FROM b", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn a_step_that_fails_leaves_the_format_before_it() {
    let mut connection = Connection::open_in_memory().unwrap();
    let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"];
    assert!(migrate(&mut connection, &steps).is_err());
    assert_eq!(user_version(&connection), 1);
    assert!(connection.query_row("SELECT count(*) FROM b", [], |_| Ok(())).is_err());
}

#[test]
fn a_newer_file_is_left_alone() {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.pragma_update(None, "user_version", known() + 1).unwrap();
    let Err(Broken::Refused(error)) = migrate(&mut connection, STEPS) else { panic!("it was not refused") };
    assert_eq!(error, JournalError::Newer { found: known() + 1, known: known() });
}

#[test]
fn dead_letters_with_a_message_id_are_found_by_an_index() {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection, STEPS).unwrap();
    let with_id = crate::sqlite::letters::WITH_MESSAGE_ID;
    let sql = format!("EXPLAIN QUERY PLAN SELECT l.id FROM dead_letters l WHERE {with_id} ORDER BY l.id");
    let plan: String = connection.query_row(&sql, ["m", "m"], |row| row.get("detail")).unwrap();
    assert!(plan.contains("USING INDEX dead_letters_by_message"), "{plan}");
}

#[test]
fn a_fresh_file_has_the_settings_that_cannot_be_changed_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fresh");
    std::fs::write(&path, "").unwrap();
    for _ in 0..2 {
        let connection = open_writer(&path.as_path().into()).unwrap();
        let text = |pragma: &str| -> rusqlite::types::Value {
            connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap()
        };
        assert_eq!(text("page_size"), i64::from(PAGE_BYTES).into());
        assert_eq!(text("auto_vacuum"), 2.into(), "incremental");
        assert_eq!(text("journal_mode"), "wal".to_owned().into());
        assert_eq!(text("synchronous"), 2.into(), "full");
        assert_eq!(text("wal_autocheckpoint"), 0.into());
    }
}

/// A journal as the first format had it: one request of two events, one of them dead; another pending.
fn of_the_first_format(path: &Path) {
    let mut connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "page_size", PAGE_BYTES).unwrap();
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL").unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    migrate(&mut connection, &STEPS[..1]).unwrap();
    connection
        .execute_batch(
            r#"
            INSERT INTO sources VALUES (1, 'website', 'web');
            INSERT INTO destinations VALUES (1, 'inmoment', 2, 1, 'wrong password', 10, 7, NULL);
            INSERT INTO routes VALUES (1, 1);
            INSERT INTO requests VALUES (1, 1, 2, 0, 60, 1000), (2, 1, 1, 1, 20, 2000);
            INSERT INTO bodies VALUES
                (1, 1, NULL, zeroblob(16), NULL, 0, 0, NULL, CAST('{"batch":[{"userId":"a"},{"userId":"b"}]}' AS BLOB)),
                (2, 1, 'identify', zeroblob(16), '192.0.2.1', 0, 0, NULL, CAST('{"userId":"c"}' AS BLOB));
            INSERT INTO fates VALUES (1, 1, 2, x'0102');
            INSERT INTO seen VALUES (1, 1, zeroblob(16), 5);
            INSERT INTO links VALUES (1, 'a', '77');
            INSERT INTO lanes VALUES
                (1, 'x:c', '{"head":{"request":2,"index":0},"attempts":3,"failing_ms":1,"retry_at":9,"wait_until":null}');
            INSERT INTO dead_letters VALUES
                (5, 1, 'bad_score', 'no score', 'm', 'track', 'b', 3000, 1, 1, 1, NULL, zeroblob(16), NULL, 1, 1000,
                 '{"userId":"b"}');
            INSERT INTO ledger VALUES (1, 'accepted', 3), (1, 'delivered', 1), (1, 'dead', 1);
            "#,
        )
        .unwrap();
}

#[test]
fn a_journal_of_the_first_format_is_brought_up_to_date_with_all_it_holds() {
    use crate::{
        Archive, Change, DeadLetterFilter, DeliveryStore, EventFilter, Fate, Fates, Options, Position,
        SavedCalls,
    };
    let folder = tempfile::tempdir().unwrap();
    of_the_first_format(&folder.path().join("journal.sqlite3"));
    for round in 0..2 {
        let options = Options::new(std::sync::Arc::new(|| event::Millis(0)));
        let journal = crate::SqliteJournal::open(folder.path(), options).unwrap();
        let here = journal.destination("inmoment").unwrap();
        let restored = journal.restore(here).unwrap();
        assert_eq!((restored.cursor, restored.end, restored.destination.calls), (2, 3 + round, 10));
        assert_eq!(restored.destination.calls_saved, SavedCalls { known: 7, ..SavedCalls::default() });
        // It was paused before the time was recorded.
        assert_eq!(
            (restored.destination.paused, restored.lanes["x:c"].attempts),
            (Some(event::Millis(1)), 3)
        );
        assert_eq!(journal.links(here, &["a"]).unwrap(), [Some("77".to_owned())]);
        let seen = crate::MessageKey { source: crate::SourceId(1), id: 0, content: 1 };
        let other = crate::MessageKey { id: 1, ..seen };
        assert_eq!(
            journal.seen(here, &[seen, other], event::Millis(5)).unwrap(),
            [crate::Seen::Same, crate::Seen::Never]
        );
        assert_eq!(journal.oldest_pending(here).unwrap(), Some(event::Millis(2000)));
        let totals = &journal.ledger().unwrap().destinations["inmoment"];
        assert_eq!((totals.accepted, totals.delivered, totals.imbalance()), (3, 1, 0));
        journal.await_search().unwrap();
        let of_b = EventFilter { user: Some("b".to_owned()), ..EventFilter::default() };
        let found = journal.events(&of_b, 9).unwrap().items;
        assert_eq!(found.last().unwrap().fates[0].fate, Some(Fate::Dead));
        if round == 0 {
            assert_eq!(found[0].fates[0].dead_letter, Some(5));
            assert_eq!(journal.dead_letter_groups(&DeadLetterFilter::default()).unwrap()[0].sample, 5);
            let by = crate::NewAudit {
                who: "ada".to_owned(),
                action: "dead_letter.edit".to_owned(),
                subject: "5".to_owned(),
                detail: "{}".to_owned(),
                address: None,
            };
            let again = journal.requeue_edited(5, r#"{"userId":"b","x":1}"#.into(), by).wait();
            assert_eq!(again, Ok(Position { request: 3, index: 0 }));
        } else {
            assert_eq!(journal.original(3).unwrap().unwrap().event, r#"{"userId":"b"}"#);
            let commit =
                vec![Change::Fate(Position { request: 2, index: 0 }, Fate::Delivered), Change::Cursor(3)];
            journal.commit(here, commit).wait().unwrap();
        }
    }
}

/// What is kept of an answer beyond what came with it, in the order of the answers.
type Worked = (i64, i64, i64, i64, i64, Option<i64>, i64, bool);

fn worked(connection: &Connection) -> Vec<Worked> {
    let sql =
        "SELECT id, given_at, kept_as, began_at, nth, replaced_by, class, said FROM answers ORDER BY id";
    let read = |row: &rusqlite::Row<'_>| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
            row.get(6)?,
            row.get(7)?,
        ))
    };
    connection.prepare(sql).unwrap().query_map([], read).unwrap().collect::<Result<_, _>>().unwrap()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn answers_of_the_fourth_format_count_as_if_they_were_kept_today(
        answers in proptest::collection::vec(
            (1..3_u32, 0..3_u8, 0..4_u8, proptest::option::of(-50..250_i64), -1..2_i64, proptest::prelude::any::<bool>()),
            0..50,
        ),
    ) {
        use crate::records::{AnswerKind, DestinationId, NewSurveyAnswer, Position};
        let mut old = Connection::open_in_memory().unwrap();
        migrate(&mut old, &STEPS[..4]).unwrap();
        let mut new = Connection::open_in_memory().unwrap();
        migrate(&mut new, &STEPS[..5]).unwrap();
        for (nth, (destination, user, score, hours, more, said)) in (0..).zip(answers) {
            let declined = score == 0;
            let answer = NewSurveyAnswer {
                position: Position { request: 1, index: nth },
                kind: if declined { AnswerKind::Decline } else { AnswerKind::Response },
                score: [None, Some(9), Some(11), None][usize::from(score)],
                text: said.then(String::new).or((!declined).then(|| "said".to_owned())),
                external_id: None,
                email: None,
                end_user_id: format!("eu-{user}"),
                answered_at: hours.map(|hours| if hours < -48 { i64::MIN } else { hours * 3_600 + more }),
                dated_at: hours.map(|hours| if hours < -48 { i64::MIN } else { hours * 3_600 + more }),
                delivered_at: event::Millis(i64::from(nth) * 9_000_001),
            };
            old.execute(
                "INSERT INTO answers (destination, request, event_index, kind, score, text, end_user_id, answered_at,
                 delivered_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)",
                rusqlite::params![
                    destination,
                    nth,
                    answer.kind.word(),
                    answer.score,
                    answer.text,
                    answer.end_user_id,
                    answer.answered_at,
                    answer.delivered_at.0
                ],
            )
            .unwrap();
            super::super::answers::keep(&new, DestinationId(destination), &answer).unwrap();
        }
        migrate(&mut old, &STEPS[..5]).unwrap();
        proptest::prop_assert_eq!(worked(&old), worked(&new));
    }
}
