//! Survey answers.

use crate::sample::{answer, durable, position, wired};
use event::Millis;
use journal::{Answer, AnswerFilter, AnswerKind, Archive, Change, Journal, NewAnswer, SqliteJournal};

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Five answers: scores 0 to 3 a minute apart, then a decline.
fn some() -> (SqliteJournal, tempfile::TempDir) {
    let (journal, folder) = durable();
    let (_, here) = wired(&journal);
    let there = journal.destination("there").unwrap();
    for score in 0..4_u8 {
        let delivered_at = Millis(i64::from(score) * 60_000);
        let text = (score % 2 == 0).then(|| "good".to_owned());
        let one = NewAnswer { delivered_at, text, ..answer(1, score.into(), score) };
        journal.commit(if score < 3 { here } else { there }, vec![Change::Answer(one)]).wait().unwrap();
    }
    let decline = NewAnswer {
        kind: AnswerKind::Decline,
        score: None,
        text: Some(String::new()),
        external_id: None,
        email: Some("ada@x".to_owned()),
        end_user_id: "eu-0".to_owned(),
        answered_at: None,
        delivered_at: Millis(240_000),
        position: position(2, 0),
    };
    journal.commit(here, vec![Change::Answer(decline)]).wait().unwrap();
    (journal, folder)
}

#[test]
fn answers_are_read_newest_first_and_whole() {
    let (journal, _folder) = some();
    let page = journal.answers(&AnswerFilter::default(), 9).unwrap();
    assert_eq!(page.items.iter().map(|one| one.id).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
    let NewAnswer { position, kind, score, external_id, email, end_user_id, answered_at, .. } =
        answer(1, 0, 0);
    let first = Answer {
        id: 1,
        destination: journal.destination("inmoment").unwrap(),
        position,
        kind,
        score,
        text: Some("good".to_owned()),
        external_id,
        email,
        end_user_id,
        answered_at,
        delivered_at: Millis(0),
    };
    assert!(page.items[4] == first);
    assert!(!format!("{first:?}").contains("good"), "what was said is nobody's to log");
    let pages = |before, limit| {
        let page = journal.answers(&AnswerFilter { before, ..AnswerFilter::default() }, limit).unwrap();
        (page.items.iter().map(|one| one.id).collect::<Vec<_>>(), page.more)
    };
    assert_eq!((pages(None, 3), pages(Some(3), 3)), ((vec![5, 4, 3], true), (vec![2, 1], false)));
}

#[test]
fn answers_are_filtered() {
    let (journal, _folder) = some();
    let none = AnswerFilter::default;
    let ids = |filter: AnswerFilter| {
        let page = journal.answers(&filter, 9).unwrap();
        let mut ids: Vec<u64> = page.items.iter().map(|one| one.id).collect();
        let counted: u64 = journal.answer_counts(&filter, 7).unwrap().iter().map(|one| one.count).sum();
        assert_eq!(counted, ids.len() as u64, "what is listed is what is counted");
        ids.sort_unstable();
        ids
    };
    let user = |user: &str| AnswerFilter { user: Some(user.to_owned()), ..none() };
    let there = journal.destination("there").unwrap();
    assert_eq!(ids(none()), [1, 2, 3, 4, 5]);
    assert_eq!(ids(AnswerFilter { destination: Some(there), ..none() }), [4]);
    assert_eq!(ids(AnswerFilter { from: Some(Millis(60_000)), to: Some(Millis(180_000)), ..none() }), [2, 3]);
    assert_eq!(ids(AnswerFilter { kind: Some(AnswerKind::Decline), ..none() }), [5]);
    assert_eq!(ids(AnswerFilter { with_text: true, ..none() }), [1, 3]);
    assert_eq!((ids(user("ext-2")), ids(user("eu-0")), ids(user("ada@x"))), (vec![3], vec![1, 5], vec![5]));
    assert_eq!(ids(user("nobody")), [0; 0]);
    assert_eq!(ids(AnswerFilter { before: Some(2), with_text: true, ..none() }), [1]);
}

#[test]
fn answers_are_counted_by_time_kind_and_score() {
    let (journal, _folder) = some();
    let (_, here) = wired(&journal);
    journal
        .commit(here, vec![Change::Answer(NewAnswer { delivered_at: Millis(1), ..answer(3, 0, 1) })])
        .wait()
        .unwrap();
    let counts = journal.answer_counts(&AnswerFilter::default(), 120_000).unwrap();
    let counts: Vec<_> = counts.iter().map(|one| (one.at.0, one.kind.word(), one.score, one.count)).collect();
    let expected = [
        (0, "response", Some(0), 1),
        (0, "response", Some(1), 2),
        (120_000, "response", Some(2), 1),
        (120_000, "response", Some(3), 1),
        (240_000, "decline", None, 1),
    ];
    assert_eq!(counts, expected);
}

#[test]
fn answers_outlive_their_events_and_go_by_their_own_age() {
    let (journal, _folder) = some();
    let left = || journal.answers(&AnswerFilter::default(), 9).unwrap().items.len();
    journal.maintain(Millis(400 * DAY)).unwrap();
    assert_eq!(left(), 5);
    journal.maintain(Millis(400 * DAY + 60_001)).unwrap();
    assert_eq!(left(), 3);
}
