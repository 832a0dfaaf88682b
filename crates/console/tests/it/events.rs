//! Events found, told and tried again.

use crate::past::{EventFacts, MINUTE, Past, START, texts};
use event::Millis;
use journal::{Change, DeliveryStore, LaneRecord, Position};
use serde_json::{Value, json};

fn at(ms: i64) -> String {
    let text = jiff::Timestamp::from_millisecond(ms).unwrap();
    format!("{text:.3}")
}

#[tokio::test]
async fn lists_find_exactly_what_is_asked_for() {
    let mut past = Past::filled(150).await;
    assert!(past.told.len() > 300);
    let user_of = |user: &'static str| move |told: &EventFacts| told.users.iter().any(|known| known == user);
    let (from, to) = (START + 40 * MINUTE, START + 200 * MINUTE);
    let within = move |told: &EventFacts| (from..to).contains(&told.received_at);
    let fate_of = |destination: Option<&'static str>, outcome: &'static str, code: Option<&'static str>| {
        move |told: &EventFacts| {
            told.fates.iter().any(|(name, became, why)| {
                destination.is_none_or(|wanted| wanted == *name)
                    && (outcome.is_empty() || outcome == *became)
                    && code.is_none_or(|code| why.as_deref() == Some(code))
            })
        }
    };
    let nowhere = |told: &EventFacts| told.fates.is_empty();
    type Is = Box<dyn Fn(&EventFacts) -> bool>;
    let cases: Vec<(String, Is)> = vec![
        (String::new(), Box::new(|_| true)),
        ("source=website".into(), Box::new(|told| told.source == "website")),
        ("destination=two".into(), Box::new(fate_of(Some("two"), "", None))),
        ("user=u5".into(), Box::new(user_of("u5"))),
        ("user=a9".into(), Box::new(user_of("a9"))),
        ("user=u7@example.com".into(), Box::new(user_of("u7@example.com"))),
        ("user=nobody".into(), Box::new(|_| false)),
        ("message_id=m17".into(), Box::new(|told| told.message_id == "m17")),
        ("type=page".into(), Box::new(|told| told.kind == "page")),
        ("outcome=pending".into(), Box::new(fate_of(None, "pending", None))),
        ("outcome=delivered&destination=one".into(), Box::new(fate_of(Some("one"), "delivered", None))),
        (
            "outcome=skipped".into(),
            Box::new(move |told| nowhere(told) || fate_of(None, "skipped", None)(told)),
        ),
        ("outcome=dead".into(), Box::new(fate_of(None, "dead", None))),
        ("code=score_invalid".into(), Box::new(fate_of(None, "", Some("score_invalid")))),
        ("code=duplicate&destination=two".into(), Box::new(fate_of(Some("two"), "", Some("duplicate")))),
        ("code=no_destination".into(), Box::new(nowhere)),
        (format!("from={}&to={}", at(from), at(to)), Box::new(within)),
        (
            format!("from={}&to={}&type=track&user=u4", at(from), at(to)),
            Box::new(move |told| within(told) && told.kind == "track" && user_of("u4")(told)),
        ),
    ];
    for (query, is) in cases {
        let wanted = past.ids(is);
        for limit in [3, 1_000] {
            let found = past.pages(&format!("events?{query}"), limit, false).await;
            assert_eq!(texts(&found, "id"), wanted, "{query} by {limit}");
        }
    }
}

#[tokio::test]
async fn an_item_says_what_is_true_of_its_event() {
    let mut past = Past::filled(60).await;
    let items = past.pages("events", 50, false).await;
    assert_eq!(items.len(), past.told.len());
    for (item, told) in items.iter().zip(past.told.iter().rev()) {
        let is = (&item["id"], &item["source"], &item["type"], &item["message_id"]);
        assert_eq!(is, (&json!(told.id), &json!(told.source), &json!(told.kind), &json!(told.message_id)));
        assert_eq!(item["received_at"], at(told.received_at));
        assert_eq!(item["user"], told.users.first().map_or(Value::Null, |user| json!(user)));
        assert_eq!(item["name"], if told.kind == "track" { json!("Submit </script>") } else { Value::Null });
        assert_eq!(item["requeued"], false);
        let fates: Vec<_> = item["fates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fate| {
                assert_eq!(fate["dead_letter"].is_u64(), fate["outcome"] == "dead", "{fate}");
                (fate["destination"].clone(), fate["outcome"].clone(), fate["code"].clone())
            })
            .collect();
        let wanted: Vec<_> = told
            .fates
            .iter()
            .map(|(name, outcome, code)| (json!(name), json!(outcome), json!(code)))
            .collect();
        assert_eq!(fates, wanted, "{}", told.id);
    }
}

#[tokio::test]
async fn paging_visits_everything_once_while_new_events_arrive() {
    let mut past = Past::filled(80).await;
    let before = past.ids(|_| true);
    let found = past.pages("events", 9, true).await;
    assert_eq!(texts(&found, "id"), before);
    assert!(past.told.len() > before.len() + 20, "nothing arrived meanwhile");
    let page = past.ok("events?limit=1").await;
    assert_eq!((&page["indexed"], &page["behind"]), (&json!(true), &json!(0)));
}

#[tokio::test]
async fn the_story_of_an_event() {
    let past = Past::filled(40).await;
    for told in past.told.iter().step_by(7) {
        let story = past.ok(&format!("events/{}", told.id)).await;
        assert_eq!(story["event"], serde_json::from_str::<Value>(&told.text).unwrap());
        assert_eq!((&story["raw"], &story["request_ip"]), (&json!(told.text), &json!("192.0.2.7")));
        let related = past.ids(|other| other.message_id == told.message_id && other.id != told.id);
        assert_eq!(texts(story["related"].as_array().unwrap(), "id"), related);
        let planned: Vec<_> =
            story["plans"].as_array().unwrap().iter().map(|plan| plan["destination"].clone()).collect();
        assert_eq!(planned.len(), told.fates.len());
        if let Some(plan) = story["plans"].get(0) {
            let outcome = plan["explanation"]["outcome"].as_str().unwrap();
            // A track without anything of a survey is skipped as a page is.
            assert_eq!(outcome == "skipped", ["page", "track"].contains(&told.kind), "{plan}");
        }
        assert_eq!((&story["attempts"], &story["original"]), (&json!([]), &Value::Null));
    }
    let looks = past.ok("audit?action=event.view").await;
    assert_eq!(looks["items"].as_array().unwrap().len(), past.told.iter().step_by(7).count());
}

#[tokio::test]
async fn a_pending_event_tells_how_often_its_end_user_was_tried_and_when_it_is_tried_next() {
    let past = Past::empty();
    let event = r#"{"type":"identify","userId":"ada","traits":{"email":"ada@example.com"},"messageId":"m"}"#;
    let number = past.arrive(0, true, &[event]).await;
    let story = past.ok(&format!("events/{number}.0")).await;
    assert_eq!(story["waits"], json!([]));
    let trouble = LaneRecord {
        head: Position { request: number, index: 0 },
        attempts: 9,
        failing_ms: 61_000,
        retry_at: Millis(1_795_000_030_000),
        wait_until: None,
        denied: 0,
    };
    let change = Change::LaneTrouble("x:ada".to_owned(), trouble);
    past.journal.commit(past.one, vec![change]).await.unwrap();
    let story = past.ok(&format!("events/{number}.0")).await;
    let [wait] = &story["waits"].as_array().unwrap()[..] else { panic!("{}", story["waits"]) };
    assert_eq!((&wait["destination"], &wait["lane"]["tries"]), (&json!("one"), &json!(9)));
    assert_eq!(wait["lane"]["next_try"], "2026-11-18T11:07:10.000Z");
}

#[tokio::test]
async fn calls_made_for_an_event_are_told_in_order() {
    use event::Millis;
    use journal::{Change, NewAttempt};
    let past = Past::filled(5).await;
    let told = past.told.iter().find(|told| told.source == "website").unwrap();
    let attempt = |status: Option<u16>, result: &str, started: i64| NewAttempt {
        events: vec![told.position],
        call: "create_response".to_owned(),
        method: "POST".to_owned(),
        target: "/v1/end_users/1/responses?<x>".to_owned(),
        request: "score=9&text=%3Cscript%3E".to_owned(),
        status,
        reply: "<html>\u{0}".to_owned(),
        result: result.to_owned(),
        started_at: Millis(started),
        took_ms: 12,
    };
    let changes =
        vec![Change::Attempt(attempt(None, "timeout", 1)), Change::Attempt(attempt(Some(200), "ok", 2))];
    past.journal.commit(past.two, changes).await.unwrap();
    let story = past.ok(&format!("events/{}", told.id)).await;
    let attempts = story["attempts"].as_array().unwrap();
    assert_eq!(texts(attempts, "result"), ["timeout", "ok"]);
    assert_eq!((&attempts[0]["status"], &attempts[1]["status"]), (&Value::Null, &json!(200)));
    for (member, wanted) in [
        ("destination", json!("two")),
        ("call", json!("create_response")),
        ("method", json!("POST")),
        ("target", json!("/v1/end_users/1/responses?<x>")),
        ("request", json!("score=9&text=%3Cscript%3E")),
        ("reply", json!("<html>\u{0}")),
        ("started_at", json!("1970-01-01T00:00:00.002Z")),
        ("took_ms", json!(12)),
        ("event_count", json!(1)),
    ] {
        assert_eq!(attempts[1][member], wanted, "{member}");
    }
}

#[tokio::test]
async fn what_is_asked_for_wrongly_is_named() {
    let past = Past::filled(3).await;
    for (path, status, field) in [
        ("events?limit=0", 400, "limit"),
        ("events?limit=1001", 400, "limit"),
        ("events?limit=many", 400, "limit"),
        ("events?from=yesterday", 400, "from"),
        ("events?from=2026-11-26T00:00:00Z&to=2026-11-25T00:00:00Z", 422, "to"),
        ("events?type=fridge", 400, "type"),
        ("events?outcome=lost", 400, "outcome"),
        ("events?after=1", 422, "after"),
        ("events?after=1.0.0", 422, "after"),
        ("events?after=%00", 422, "after"),
        ("events?colour=red", 400, "colour"),
        ("events?user=a&user=b", 400, "user"),
        ("events/1", 422, "id"),
        ("events/..%2F..%2Fetc%2Fpasswd", 422, "id"),
        ("events/1.0%00", 422, "id"),
        ("events/01.0", 422, "id"),
    ] {
        let (found, answer) = past.get(path).await;
        assert_eq!((found, answer["field"].as_str()), (status, Some(field)), "{path}: {answer}");
        assert_eq!(answer["code"], "invalid_request");
    }
    for (path, code) in [
        ("events?destination=three", "unknown_destination"),
        ("events?source=three", "unknown_source_here"),
        ("events/999.0", "unknown_event"),
        ("events/1.77", "unknown_event"),
        ("events/18446744073709551615.4294967295", "unknown_event"),
    ] {
        let (found, answer) = past.get(path).await;
        assert_eq!((found, answer["code"].as_str()), (404, Some(code)), "{path}: {answer}");
    }
    let far = past.ok("events?after=18446744073709551615.0&from=0001-01-01T00:00:00Z").await;
    assert_eq!(far["items"].as_array().unwrap().len(), past.told.len());
}

#[tokio::test]
async fn a_stored_event_is_tried_again_at_one_destination() {
    let past = Past::empty();
    let text = r#"{"type":"identify","userId":"u1","messageId":"m1","traits":{"email":"u1@example.com"}}"#;
    let number = past.arrive(0, true, &[text, text]).await;
    let path = format!("events/{number}.1/replay");
    let (status, answer) = past.post(&path, r#"{"destination":"one"}"#).await;
    assert_eq!(
        (status, answer["code"].as_str()),
        (404, Some("unknown_destination")),
        "nobody delivers to it"
    );
    past.running.start(&["one".to_owned()]);
    past.ok("status?wait=settled&timeout_ms=1").await;
    let (status, entered) = past.post(&path, r#"{"destination":"one"}"#).await;
    assert_eq!((status, &entered["id"]), (200, &json!(format!("{}.0", number + 1))));
    let story = past.ok(&format!("events/{}.0", number + 1)).await;
    assert_eq!(
        (&story["raw"], &story["requeued"], &story["original"]),
        (&json!(text), &json!(true), &Value::Null)
    );
    assert_eq!(story["fates"].as_array().unwrap().len(), 1, "for that destination alone");
    assert_eq!(
        texts(story["related"].as_array().unwrap(), "id"),
        [format!("{number}.1"), format!("{number}.0")]
    );
    let audit = past.ok("audit?action=event.replay").await;
    assert_eq!(texts(audit["items"].as_array().unwrap(), "subject"), [format!("{number}.1")]);
    for (path, body, status, code) in [
        (path.as_str(), r#"{"destination":"three"}"#, 404, "unknown_destination"),
        (path.as_str(), "{}", 400, "invalid_request"),
        ("events/999.0/replay", r#"{"destination":"one"}"#, 404, "unknown_event"),
        ("events/x/replay", r#"{"destination":"one"}"#, 422, "invalid_request"),
    ] {
        let (found, answer) = past.post(path, body).await;
        assert_eq!((found, answer["code"].as_str()), (status, Some(code)), "{path} {body}");
    }
}
