//! Survey answers.

use crate::sample::{answer, durable, position, wired};
use event::Millis;
use journal::{
    AnswerCount, AnswerCounts, AnswerFilter, AnswerKind, Archive, Change, DeliveryStore, NewSurveyAnswer,
    ONE_ANSWER_IN, SqliteJournal, SurveyAnswer,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Five answers: scores 0 to 3 a minute apart, then a decline.
fn some() -> (SqliteJournal, tempfile::TempDir) {
    let (journal, folder) = durable();
    let (_, here) = wired(&journal);
    let there = journal.destination("there").unwrap();
    for score in 0..4_u8 {
        let delivered_at = Millis(i64::from(score) * 60_000);
        let text = (score % 2 == 0).then(|| "good".to_owned());
        let one = NewSurveyAnswer {
            answered_at: None,
            dated_at: None,
            delivered_at,
            text,
            ..answer(1, score.into(), score)
        };
        journal.commit(if score < 3 { here } else { there }, vec![Change::Answer(one)]).wait().unwrap();
    }
    let decline = NewSurveyAnswer {
        kind: AnswerKind::Decline,
        score: None,
        text: Some(String::new()),
        external_id: None,
        email: Some("ada@x".to_owned()),
        end_user_id: "eu-0".to_owned(),
        answered_at: None,
        dated_at: None,
        delivered_at: Millis(240_000),
        position: position(2, 0),
    };
    journal.commit(here, vec![Change::Answer(decline)]).wait().unwrap();
    (journal, folder)
}

#[test]
fn answers_are_read_last_given_first_and_whole() {
    let (journal, _folder) = some();
    let page = journal.answers(&AnswerFilter::default(), 9).unwrap();
    assert_eq!(page.items.iter().map(|one| one.id).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
    let NewSurveyAnswer { position, kind, score, external_id, email, end_user_id, .. } = answer(1, 0, 0);
    let first = SurveyAnswer {
        id: 1,
        destination: journal.destination("inmoment").unwrap(),
        position,
        kind,
        score,
        text: Some("good".to_owned()),
        external_id,
        email,
        end_user_id,
        given_at: Millis(0),
        delivered_at: Millis(0),
        replaces: 0,
        replaced_by: None,
    };
    assert!(page.items[4] == first);
    assert!(!format!("{first:?}").contains("good"), "what was said is nobody's to log");
    let pages = |behind, limit| {
        let page = journal.answers(&AnswerFilter { behind, ..AnswerFilter::default() }, limit).unwrap();
        (page.items.iter().map(|one| one.id).collect::<Vec<_>>(), page.more)
    };
    let third = Some((Millis(120_000), 3));
    assert_eq!((pages(None, 3), pages(third, 3)), ((vec![5, 4, 3], true), (vec![2, 1], false)));
}

#[test]
fn an_answer_goes_by_when_it_was_given_and_not_by_when_it_was_delivered() {
    let (journal, _folder) = durable();
    let (_, here) = wired(&journal);
    let days = |days: i64| Millis(days * DAY);
    // Given on the days 3, 1 and 2, and on the day of the delivery; i64's ends are no times.
    let given = [
        Some(3 * DAY / 1_000),
        Some(DAY / 1_000),
        Some(2 * DAY / 1_000),
        None,
        Some(i64::MAX),
        Some(i64::MIN),
    ];
    for (nth, answered_at) in (0..).zip(given) {
        let one = NewSurveyAnswer { answered_at, delivered_at: days(9), ..answer(1, nth.into(), nth) };
        journal.commit(here, vec![Change::Answer(one)]).wait().unwrap();
    }
    let page = journal.answers(&AnswerFilter::default(), 9).unwrap();
    assert_eq!(page.items.iter().map(|one| one.id).collect::<Vec<_>>(), [5, 4, 1, 3, 2, 6]);
    assert!(page.items.iter().all(|one| one.delivered_at == days(9)));
    let edges = [days(1), days(2), days(3), days(9), Millis(9 * DAY + 1)];
    let counts = journal.answer_counts(&AnswerFilter::default(), &edges).unwrap();
    assert_eq!(counts.iter().map(|one| one.sent.scores.iter().sum()).collect::<Vec<u64>>(), [1, 1, 1, 1]);
}

#[test]
fn answers_are_filtered() {
    let (journal, _folder) = some();
    let none = AnswerFilter::default;
    let ids = |filter: AnswerFilter| {
        let page = journal.answers(&filter, 9).unwrap();
        let mut ids: Vec<u64> = page.items.iter().map(|one| one.id).collect();
        let all = [Millis(i64::MIN), Millis(i64::MAX)];
        let count = journal.answer_counts(&filter, &all).unwrap()[0].sent;
        let count = count.scores.iter().sum::<u64>() + count.other_scores + count.declines;
        assert_eq!(count, ids.len() as u64, "what is listed is what is counted");
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
    let behind = Some((Millis(60_000), 2));
    assert_eq!(ids(AnswerFilter { behind, with_text: true, ..none() }), [1]);
}

#[test]
fn answers_are_counted_by_time_kind_and_score() {
    let (journal, _folder) = some();
    let (_, here) = wired(&journal);
    let later =
        NewSurveyAnswer { answered_at: None, dated_at: None, delivered_at: Millis(1), ..answer(3, 0, 1) };
    let odd = NewSurveyAnswer { score: Some(11), end_user_id: "eu-11".to_owned(), ..later.clone() };
    journal.commit(here, vec![Change::Answer(later), Change::Answer(odd)]).wait().unwrap();
    let edges = [0, 120_000, 240_000, 240_001].map(Millis);
    let counts = journal.answer_counts(&AnswerFilter::default(), &edges).unwrap();
    let scores = |of: &[(usize, u64)]| {
        of.iter().fold([0; 11], |mut all, (score, count)| {
            all[*score] = *count;
            all
        })
    };
    let sent = [
        AnswerCount { scores: scores(&[(0, 1), (1, 2)]), other_scores: 1, declines: 0 },
        AnswerCount { scores: scores(&[(2, 1), (3, 1)]), ..AnswerCount::default() },
        AnswerCount { declines: 1, ..AnswerCount::default() },
    ];
    assert_eq!(counts.iter().map(|one| one.sent).collect::<Vec<_>>(), sent);
    assert_eq!(
        counts[0].counted,
        AnswerCount { scores: scores(&[(0, 1), (1, 1)]), other_scores: 1, declines: 0 }
    );
    assert_eq!((counts[1].counted, counts[2].counted), (sent[1], sent[2]));
    for few in [&edges[..0], &edges[..1]] {
        assert!(journal.answer_counts(&AnswerFilter::default(), few).unwrap().is_empty());
    }
}

/// InMoment's rule, worked out the long way: every answer is held against all records that there are.
fn kept_by_inmoment(answers: &[NewSurveyAnswer]) -> Vec<Vec<usize>> {
    struct Record {
        whose: (String, AnswerKind),
        began_at: i64,
        members: Vec<usize>,
    }
    let mut records: Vec<Record> = Vec::new();
    for (nth, answer) in answers.iter().enumerate() {
        let whose = (answer.end_user_id.clone(), answer.kind);
        let dated_at = answer.dated_at().0;
        let newest = records.iter_mut().filter(|record| record.whose == whose).max_by_key(|one| one.began_at);
        match newest.filter(|record| (record.began_at - dated_at).abs() < ONE_ANSWER_IN.0) {
            Some(record) => record.members.push(nth),
            None => records.push(Record { whose, began_at: dated_at, members: vec![nth] }),
        }
    }
    records.into_iter().map(|record| record.members).collect()
}

/// Answers of three end users over ten days, in no order; some without a time of their own.
fn many() -> impl Strategy<Value = Vec<NewSurveyAnswer>> {
    let hours = prop_oneof![4 => (0..240_i64).prop_map(Some), 1 => Just(None)];
    // The seconds around a whole number of hours are where a day ends.
    let given = proptest::option::of(0..240_i64);
    let one = (0..3_u8, any::<bool>(), 0..11_u8, hours, -1..=1_i64, any::<bool>(), given);
    let one = one.prop_map(|(user, declined, score, hours, more, said, given)| NewSurveyAnswer {
        kind: if declined { AnswerKind::Decline } else { AnswerKind::Response },
        score: (!declined).then_some(score),
        text: said.then(|| "said".to_owned()),
        end_user_id: format!("eu-{user}"),
        answered_at: given.map(|hours| 1_700_000_000 + hours * 3_600),
        dated_at: hours.map(|hours| 1_700_000_000 + hours * 3_600 + more),
        ..answer(1, 0, score)
    });
    let numbered = |answers: Vec<NewSurveyAnswer>| {
        (0..)
            .zip(answers)
            .map(|(nth, one)| NewSurveyAnswer {
                position: position(1, nth),
                delivered_at: Millis((1_700_000_000 + i64::from(nth) * 9_000) * 1_000),
                ..one
            })
            .collect()
    };
    proptest::collection::vec(one, 0..60).prop_map(numbered)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn of_the_answers_within_24_hours_the_last_counts_and_the_others_are_its_history(
        answers in many(), others in many(), from in 0..240_i64, hours in 0..240_i64,
    ) {
        let (journal, _folder) = durable();
        let (_, here) = wired(&journal);
        let there = journal.destination("there").unwrap();
        // What another destination has is not looked at: the two are mixed.
        let mut changes = BTreeMap::new();
        for (id, all) in [(here, &answers), (there, &others)] {
            let all = all.iter().cloned().map(Change::Answer).enumerate();
            changes.extend(all.map(|(nth, change)| ((nth, id), change)));
        }
        for ((_, id), change) in changes {
            journal.commit(id, vec![change]).wait().unwrap();
        }
        let of_here = AnswerFilter { destination: Some(here), ..AnswerFilter::default() };
        let kept = journal.answers(&of_here, 999).unwrap().items;
        let mut ids = vec![0; answers.len()];
        for one in &kept {
            ids[usize::try_from(one.position.index).unwrap()] = one.id;
        }
        let records = kept_by_inmoment(&answers);
        for members in &records {
            for (nth, member) in members.iter().enumerate() {
                let one = kept.iter().find(|one| one.id == ids[*member]).unwrap();
                let next = members.get(nth + 1).map(|next| ids[*next]);
                prop_assert_eq!((one.replaces as usize, one.replaced_by), (nth, next));
                let one_with = Some(one.id);
                let history = journal.answers(&AnswerFilter { one_with, ..AnswerFilter::default() }, 999).unwrap();
                let mut history: Vec<u64> = history.items.iter().map(|one| one.id).collect();
                history.sort_unstable();
                prop_assert_eq!(history, members.iter().map(|member| ids[*member]).collect::<Vec<_>>());
            }
        }
        let counts = |nth: usize| records.iter().any(|members| members.last() == Some(&nth));
        let (first, end) = (1_700_000_000_000 + from * 3_600_000, 1_700_000_000_000 + (from + hours) * 3_600_000);
        let edges = [Millis(first), Millis(first.midpoint(end)), Millis(end)];
        let found = journal.answer_counts(&of_here, &edges).unwrap();
        for (bucket, span) in found.iter().zip(edges.windows(2)) {
            let mut wanted = AnswerCounts::default();
            for (nth, answer) in answers.iter().enumerate() {
                if !(span[0].0..span[1].0).contains(&answer.given_at().0) {
                    continue;
                }
                for (count, of) in [(true, &mut wanted.sent), (counts(nth), &mut wanted.counted)] {
                    let place = match answer.score {
                        Some(score) => &mut of.scores[usize::from(score)],
                        None => &mut of.declines,
                    };
                    *place += u64::from(count);
                }
            }
            prop_assert_eq!(*bucket, wanted);
        }
    }
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
