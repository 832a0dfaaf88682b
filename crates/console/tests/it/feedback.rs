//! Survey answers, counted and listed.

use crate::past::{MINUTE, Past, START, texts};
use event::Millis;
use journal::{AnswerKind, Change, Fate, Journal, NewAnswer, Position};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

const DAY: i64 = 1_440 * MINUTE;

fn at(ms: i64) -> String {
    let text = jiff::Timestamp::from_millisecond(ms).unwrap();
    format!("{text:.3}")
}

/// 300 answers over 20 days, of all kinds and scores.
async fn answered(past: &Past) -> Vec<NewAnswer> {
    let mut answers = Vec::new();
    for nth in 0..300u32 {
        let number = past.arrive(0, true, &[r#"{"type":"track","userId":"u"}"#]).await;
        let kind = if nth % 5 == 4 { AnswerKind::Decline } else { AnswerKind::Response };
        let score = (nth * 7 % 13).try_into().ok().filter(|_| kind == AnswerKind::Response && nth % 17 != 3);
        let answer = NewAnswer {
            position: Position { request: number, index: 0 },
            kind,
            score,
            text: (nth % 3 == 0).then(|| "<img src=x onerror=alert(1)>\u{0}".to_owned()),
            external_id: (nth % 11 != 0).then(|| format!("u{}", nth % 9)),
            email: Some(format!("u{}@example.com", nth % 9)),
            end_user_id: format!("{}", 1_000 + nth % 9),
            answered_at: (nth % 2 == 0).then_some(1_700_000_000),
            delivered_at: Millis(START + i64::from(nth) * DAY / 15),
        };
        let destination = if nth % 4 == 0 { past.two } else { past.one };
        let changes = vec![Change::Fate(answer.position, Fate::Delivered), Change::Answer(answer.clone())];
        past.journal.commit(destination, changes).await.unwrap();
        answers.push(answer);
    }
    past.now.store(START + 20 * DAY, Ordering::Relaxed);
    answers
}

fn is_of(destination: &str, nth: usize) -> bool {
    match destination {
        "two" => nth.is_multiple_of(4),
        "one" => !nth.is_multiple_of(4),
        _ => true,
    }
}

#[tokio::test]
async fn counts_are_those_of_the_answers() {
    let past = Past::empty();
    let answers = answered(&past).await;
    for (destination, query) in [("", ""), ("one", "&destination=one"), ("two", "&destination=two")] {
        let found = past.ok(&format!("feedback?points=600{query}")).await;
        let of: Vec<&NewAnswer> = (0..)
            .zip(&answers)
            .filter(|(nth, _)| is_of(destination, *nth))
            .map(|(_, answer)| answer)
            .collect();
        let count = |is: &dyn Fn(&NewAnswer) -> bool| of.iter().filter(|answer| is(answer)).count();
        let response = |answer: &NewAnswer| answer.kind == AnswerKind::Response;
        let scored = |from: u8, to: u8| {
            count(&|answer| {
                response(answer) && answer.score.is_some_and(|score| (from..=to).contains(&score))
            })
        };
        assert_eq!(found["responses"], count(&response));
        assert_eq!(found["declines"], count(&|answer| !response(answer)));
        for score in 0..=10 {
            assert_eq!(found["scores"][usize::from(score)], scored(score, score), "{score}");
        }
        assert_eq!(
            found["other_scores"],
            count(&|answer| response(answer) && answer.score.is_none_or(|score| score > 10))
        );
        let (promoters, detractors) = (scored(9, 10), scored(0, 6));
        assert_eq!(
            (&found["promoters"], &found["passives"], &found["detractors"]),
            (&json!(promoters), &json!(scored(7, 8)), &json!(detractors))
        );
        let nps = (promoters as f64 - detractors as f64) * 100.0 / scored(0, 10) as f64;
        assert!((found["nps"].as_f64().unwrap() - nps).abs() <= 0.05, "{nps} {}", found["nps"]);
        let series = &found["series"];
        for member in ["responses", "declines", "promoters", "passives", "detractors"] {
            let sum: u64 = series[member].as_array().unwrap().iter().filter_map(Value::as_u64).sum();
            assert_eq!(found[member], sum, "{member}");
            assert_eq!(series[member].as_array().unwrap().len(), series["at"].as_array().unwrap().len());
        }
    }
}

#[tokio::test]
async fn a_span_counts_what_was_delivered_in_it() {
    let past = Past::empty();
    let answers = answered(&past).await;
    let day = START.div_euclid(DAY) * DAY;
    let (from, to) = (day + 3 * DAY, day + 8 * DAY);
    let found = past.ok(&format!("feedback?from={}&to={}&points=5", at(from), at(to))).await;
    assert_eq!((&found["from"], &found["to"]), (&json!(at(from)), &json!(at(to))));
    let begins: Vec<i64> = (3..8).map(|nth| (day + nth * DAY) / 1_000).collect();
    assert_eq!(found["series"]["at"], json!(begins));
    for nth in 0..5 {
        let begin = from + i64::try_from(nth).unwrap() * DAY;
        let within = answers.iter().filter(|answer| (begin..begin + DAY).contains(&answer.delivered_at.0));
        let declines = within.filter(|answer| answer.kind == AnswerKind::Decline).count();
        assert_eq!(found["series"]["declines"][nth], declines, "day {nth}");
    }
    let none = past.ok("feedback?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z").await;
    assert_eq!((&none["responses"], &none["nps"]), (&json!(0), &Value::Null));
    assert!(none["series"]["nps"].as_array().unwrap().iter().all(Value::is_null));
}

#[tokio::test]
async fn answers_are_listed_newest_first() {
    let mut past = Past::empty();
    let answers = answered(&past).await;
    type Is = fn(usize, &NewAnswer) -> bool;
    let cases: [(&str, Is); 7] = [
        ("", |_, _| true),
        ("destination=two", |nth, _| is_of("two", nth)),
        ("kind=decline", |_, answer| answer.kind == AnswerKind::Decline),
        ("with_text=true", |_, answer| answer.text.is_some()),
        ("user=u3", |_, answer| answer.external_id.as_deref() == Some("u3")),
        ("user=u3@example.com", |_, answer| answer.email.as_deref() == Some("u3@example.com")),
        ("user=1003&kind=response", |_, answer| {
            answer.end_user_id == "1003" && answer.kind == AnswerKind::Response
        }),
    ];
    for (query, is) in cases {
        let found = past.pages(&format!("feedback/answers?{query}"), 16, false).await;
        let wanted: Vec<String> = (0..)
            .zip(&answers)
            .filter(|(nth, answer)| is(*nth, answer))
            .map(|(_, answer)| format!("{}.0", answer.position.request))
            .collect();
        assert_eq!(texts(&found, "event"), wanted.into_iter().rev().collect::<Vec<_>>(), "{query}");
    }
    let newest = past.ok("feedback/answers?limit=1").await;
    let (item, told) = (&newest["items"][0], answers.last().unwrap());
    assert_eq!(item["delivered_at"], at(told.delivered_at.0));
    assert_eq!(
        (&item["score"], &item["external_id"], &item["end_user_id"]),
        (&json!(told.score), &json!(told.external_id), &json!(told.end_user_id))
    );
    let (_, hostile) = past.get("feedback/answers?with_text=true&limit=1").await;
    assert_eq!(hostile["items"][0]["text"], "<img src=x onerror=alert(1)>\u{0}");
    let dated = past.ok("feedback/answers").await;
    assert_eq!(dated["items"][1]["answered_at"], "2023-11-14T22:13:20.000Z");
    let audit = past.ok("audit?action=answers.view").await;
    assert_eq!(
        audit["items"].as_array().unwrap().len(),
        5,
        "all, one destination's, and those of three end users"
    );
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_named() {
    let past = Past::empty();
    for (path, field) in [
        ("feedback?points=0", "points"),
        ("feedback?points=601", "points"),
        ("feedback?from=1", "from"),
        ("feedback/answers?kind=shrug", "kind"),
        ("feedback/answers?with_text=1", "with_text"),
        ("feedback/answers?after=x", "after"),
        ("feedback/answers?limit=0", "limit"),
    ] {
        let (status, answer) = past.get(path).await;
        assert_eq!((status, answer["field"].as_str()), (400, Some(field)), "{path}: {answer}");
    }
}
