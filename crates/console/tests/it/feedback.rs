//! Survey answers, counted and listed.

use crate::past::{MINUTE, Past, START, texts};
use event::Millis;
use jiff::Timestamp;
use journal::{AnswerKind, Change, DeliveryStore, Fate, NewSurveyAnswer, ONE_ANSWER_IN, Position};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

const DAY: i64 = 1_440 * MINUTE;

fn at(ms: i64) -> String {
    let text = jiff::Timestamp::from_millisecond(ms).unwrap();
    format!("{text:.3}")
}

/// 300 answers over 20 days, of all kinds and scores. Every second one was given two days before it was delivered.
async fn answered(past: &Past) -> Vec<NewSurveyAnswer> {
    let mut answers = Vec::new();
    for nth in 0..300u32 {
        let number = past.arrive(0, true, &[r#"{"type":"track","userId":"u"}"#]).await;
        let kind = if nth % 5 == 4 { AnswerKind::Decline } else { AnswerKind::Response };
        let score = (nth * 7 % 13).try_into().ok().filter(|_| kind == AnswerKind::Response && nth % 17 != 3);
        let answer = NewSurveyAnswer {
            position: Position { request: number, index: 0 },
            kind,
            score,
            text: (nth % 3 == 0).then(|| "<img src=x onerror=alert(1)>\u{0}".to_owned()),
            external_id: (nth % 11 != 0).then(|| format!("u{}", nth % 9)),
            email: Some(format!("u{}@example.com", nth % 9)),
            end_user_id: format!("{}", 1_000 + nth % 9),
            answered_at: (nth % 2 == 0).then_some((START + i64::from(nth) * DAY / 15 - 2 * DAY) / 1_000),
            dated_at: None,
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

/// For each answer, the next that took its place at InMoment: its rule, worked out the long way.
fn replaced(answers: &[NewSurveyAnswer]) -> Vec<Option<usize>> {
    let mut replaced = vec![None; answers.len()];
    // Whose they are, when the record began, and who counts.
    let mut records: Vec<((bool, String, AnswerKind), i64, usize)> = Vec::new();
    for (nth, answer) in answers.iter().enumerate() {
        let whose = (is_of("two", nth), answer.end_user_id.clone(), answer.kind);
        let dated_at = answer.dated_at().0;
        let newest = records.iter_mut().filter(|record| record.0 == whose).max_by_key(|record| record.1);
        match newest.filter(|record| (record.1 - dated_at).abs() < ONE_ANSWER_IN.0) {
            Some(record) => {
                replaced[record.2] = Some(nth);
                record.2 = nth;
            }
            None => records.push((whose, dated_at, nth)),
        }
    }
    replaced
}

fn is_of(destination: &str, nth: usize) -> bool {
    match destination {
        "two" => nth.is_multiple_of(4),
        "one" => !nth.is_multiple_of(4),
        _ => true,
    }
}

#[tokio::test]
async fn counts_are_those_of_the_answers_that_inmoment_counts() {
    let past = Past::empty();
    let answers = answered(&past).await;
    let replaced = replaced(&answers);
    assert!(replaced.iter().flatten().count() > 5, "some took the place of others");
    for (destination, query) in [("", ""), ("one", "&destination=one"), ("two", "&destination=two")] {
        let found = past.ok(&format!("feedback?from={}&points=600{query}", at(START - 3 * DAY))).await;
        let of: Vec<&NewSurveyAnswer> = (0..)
            .zip(&answers)
            .filter(|(nth, _)| is_of(destination, *nth) && replaced[*nth].is_none())
            .map(|(_, answer)| answer)
            .collect();
        let sent = (0..).zip(&answers).filter(|(nth, _)| is_of(destination, *nth));
        let declines = sent.clone().filter(|(_, answer)| answer.kind == AnswerKind::Decline).count();
        let all = sent.count();
        assert_eq!(found["sent"]["declines"], declines);
        assert_eq!(found["sent"]["responses"], all - declines);
        let count = |is: &dyn Fn(&NewSurveyAnswer) -> bool| of.iter().filter(|answer| is(answer)).count();
        let response = |answer: &NewSurveyAnswer| answer.kind == AnswerKind::Response;
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
        let sum: u64 = series["sent"].as_array().unwrap().iter().filter_map(Value::as_u64).sum();
        assert_eq!(sum, u64::try_from(all).unwrap());
        for member in ["responses", "declines", "promoters", "passives", "detractors"] {
            let sum: u64 = series[member].as_array().unwrap().iter().filter_map(Value::as_u64).sum();
            assert_eq!(found[member], sum, "{member}");
            assert_eq!(series[member].as_array().unwrap().len(), series["at"].as_array().unwrap().len());
        }
    }
}

#[tokio::test]
async fn a_span_counts_exactly_what_was_given_in_it() {
    let past = Past::empty();
    let answers = answered(&past).await;
    let replaced = replaced(&answers);
    // Neither begins nor ends with a day, an hour or a second.
    let (from, to) = (START + 3 * DAY + 1_234_567, START + 8 * DAY + 7_654_321);
    let found = past.ok(&format!("feedback?from={}&to={}&points=6", at(from), at(to))).await;
    assert_eq!(
        (&found["from"], &found["to"], &found["tz"]),
        (&json!(at(from)), &json!(at(to)), &json!("UTC"))
    );
    assert_eq!(found["series"]["step"], "day");
    let day = from.div_euclid(DAY) * DAY;
    let begins: Vec<i64> = [from].into_iter().chain((1..6).map(|nth| day + nth * DAY)).collect();
    assert_eq!(found["series"]["at"], json!(begins.iter().map(|at| at / 1_000).collect::<Vec<_>>()));
    let within = |from: i64, to: i64, counts: bool| {
        let within = (0..).zip(&answers).filter(|(_, answer)| (from..to).contains(&answer.given_at().0));
        within.filter(|(nth, _): &(usize, _)| !counts || replaced[*nth].is_none()).count()
    };
    for (nth, begin) in begins.iter().enumerate() {
        let end = begins.get(nth + 1).copied().unwrap_or(to);
        let series = |name: &str| found["series"][name][nth].as_u64().unwrap();
        let wanted = (within(*begin, end, true), within(*begin, end, false));
        let wanted = (u64::try_from(wanted.0).unwrap(), u64::try_from(wanted.1).unwrap());
        assert_eq!((series("responses") + series("declines"), series("sent")), wanted, "day {nth}");
    }
    let none = past.ok("feedback?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z").await;
    assert_eq!((&none["responses"], &none["nps"]), (&json!(0), &Value::Null));
    assert!(none["series"]["nps"].as_array().unwrap().iter().all(Value::is_null));
}

/// One answer each hour from the beginning of a day of 25 hours to its end, in Berlin.
#[tokio::test]
async fn days_are_those_of_the_time_zone() {
    let past = Past::empty();
    let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
    let begin = ms("2026-10-24T22:00:00Z");
    for nth in 0..25_u32 {
        let number = past.arrive(0, true, &[r#"{"type":"track","userId":"u"}"#]).await;
        let answer = NewSurveyAnswer {
            position: Position { request: number, index: 0 },
            kind: AnswerKind::Response,
            score: Some(9),
            text: None,
            external_id: None,
            email: None,
            end_user_id: nth.to_string(),
            answered_at: Some(begin / 1_000 + i64::from(nth) * 3_600),
            dated_at: None,
            delivered_at: Millis(START),
        };
        past.journal.commit(past.one, vec![Change::Answer(answer)]).await.unwrap();
    }
    let span = "from=2026-10-24T12:00:00Z&to=2026-10-26T12:00:00Z&points=3";
    for (tz, named, responses) in [
        ("&tz=Europe/Berlin", "Europe/Berlin", vec![0, 25, 0]),
        ("&tz=europe/berlin", "Europe/Berlin", vec![0, 25, 0]),
        ("&tz=UTC", "UTC", vec![2, 23, 0]),
        ("", "UTC", vec![2, 23, 0]),
        ("&tz=Asia/Calcutta", "Asia/Calcutta", vec![0, 21, 4]),
        ("&tz=America/New_York", "America/New_York", vec![6, 19, 0]),
    ] {
        let found = past.ok(&format!("feedback?{span}{tz}")).await;
        assert_eq!((&found["tz"], &found["series"]["responses"]), (&json!(named), &json!(responses)), "{tz}");
        assert_eq!(found["responses"], 25);
    }
    let long = "x".repeat(5_000);
    for tz in [
        "Mars/Olympus",
        "",
        "../../etc/passwd",
        "Europe/Berlin%00",
        "Etc/Unknown",
        "+02:00",
        "CET-1CEST",
        &long,
    ] {
        let (status, answer) = past.get(&format!("feedback?tz={tz}")).await;
        let (code, field) = (&answer["code"], &answer["field"]);
        assert_eq!((status, code, field), (422, &json!("unknown_time_zone"), &json!("tz")), "{tz}");
    }
}

#[tokio::test]
async fn what_an_answer_took_the_place_of_is_its_history() {
    let past = Past::empty();
    let answers = answered(&past).await;
    let replaced = replaced(&answers);
    let event = |nth: usize| format!("{}.0", answers[nth].position.request);
    let all = past.ok("feedback/answers?limit=1000").await;
    let items = all["items"].as_array().unwrap();
    let of = |nth: usize| items.iter().find(|item| item["event"] == event(nth)).unwrap();
    let mut replaces = vec![0; answers.len()];
    for (nth, by) in replaced.iter().enumerate() {
        assert_eq!(of(nth)["counts"], by.is_none());
        assert_eq!(of(nth)["replaced_by"], by.map_or(Value::Null, |by| of(by)["id"].clone()));
        assert_eq!(of(nth)["replaces"], replaces[nth]);
        if let Some(by) = by {
            replaces[*by] = replaces[nth] + 1;
        }
    }
    let (last, many) = (0..).zip(&replaces).max_by_key(|(_, many)| **many).unwrap();
    let mut wanted = vec![event(last)];
    let mut nth: usize = last;
    while let Some(before) = replaced.iter().position(|by| *by == Some(nth)) {
        wanted.push(event(before));
        nth = before;
    }
    assert_eq!(wanted.len(), many + 1);
    let history = past.ok(&format!("feedback/answers?one_with={}", of(nth)["id"])).await;
    let mut events = texts(history["items"].as_array().unwrap(), "event");
    events.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(events, wanted);
    for (query, counts) in [("counts=true", true), ("counts=false", false)] {
        let found = past.ok(&format!("feedback/answers?limit=1000&{query}")).await;
        let wanted = replaced.iter().filter(|by| by.is_none() == counts).count();
        assert_eq!(found["items"].as_array().unwrap().len(), wanted, "{query}");
    }
    assert_eq!(past.ok("feedback/answers?one_with=987654321").await["items"], json!([]));
}

#[tokio::test]
async fn answers_are_listed_last_given_first() {
    let mut past = Past::empty();
    let answers = answered(&past).await;
    type Is = fn(usize, &NewSurveyAnswer) -> bool;
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
        let mut wanted: Vec<(usize, &NewSurveyAnswer)> =
            (0..).zip(&answers).filter(|(nth, answer)| is(*nth, answer)).collect();
        wanted.sort_by_key(|(nth, answer)| std::cmp::Reverse((answer.given_at(), *nth)));
        let wanted: Vec<String> =
            wanted.iter().map(|(_, answer)| format!("{}.0", answer.position.request)).collect();
        assert_eq!(texts(&found, "event"), wanted, "{query}");
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
    // Given two days before it was delivered: both are told, and it is found by when it was given.
    let late = answers.iter().rfind(|answer| answer.answered_at.is_some()).unwrap();
    let given_at = late.given_at().0;
    let dated = past.ok(&format!("feedback/answers?from={}&to={}", at(given_at), at(given_at + 1))).await;
    let item = &dated["items"][0];
    assert_eq!(item["event"], format!("{}.0", late.position.request));
    assert_eq!(
        (&item["answered_at"], &item["delivered_at"]),
        (&json!(at(given_at)), &json!(at(late.delivered_at.0)))
    );
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
        ("feedback/answers?after=7", "after"),
        ("feedback/answers?counts=1", "counts"),
        ("feedback/answers?one_with=-1", "one_with"),
        ("feedback/answers?limit=0", "limit"),
    ] {
        let (status, answer) = past.get(path).await;
        assert_eq!((status, answer["field"].as_str()), (400, Some(field)), "{path}: {answer}");
    }
}
