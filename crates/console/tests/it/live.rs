//! Events as they arrive, and what becomes of them, over server-sent events.

use crate::harness::TOKEN;
use crate::past::Past;
use axum::body::Body;
use http_body_util::BodyExt;
use journal::{Change, DeliveryStore, Fate, NewDeadLetter, Position, SkipCode};
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt;

const IDENTIFY: &str =
    r#"{"type":"identify","userId":"u1","messageId":"m1","traits":{"email":"u1@example.com"}}"#;
const PAGE: &str =
    r#"{"type":"page","userId":"u2","messageId":"m2","name":"</script>\r\ndata: x\n\nevent: y"}"#;

#[derive(Debug, PartialEq)]
struct Message {
    event: String,
    id: String,
    data: Value,
}

/// A reader.
struct Reader {
    status: u16,
    body: Body,
    read: String,
}

impl Reader {
    async fn new(past: &Past, query: &str, last: Option<&str>) -> Reader {
        let mut request = axum::http::Request::builder().uri(format!("/api/v1/live{query}"));
        request = request.header("authorization", format!("Bearer {TOKEN}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let reply = past.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = reply.status().as_u16();
        if status == 200 {
            assert_eq!(reply.headers()["content-type"], "text/event-stream");
            assert_eq!(reply.headers()["cache-control"], "no-store");
        }
        Reader { status, body: reply.into_body(), read: String::new() }
    }

    /// The next message; nothing at the end.
    async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some((message, rest)) = self.read.split_once("\n\n") {
                let message = parsed(message);
                self.read = rest.to_owned();
                return Some(message);
            }
            let frame = tokio::time::timeout(Duration::from_secs(20), self.body.frame()).await;
            let data = frame.expect("a message comes")?.unwrap().into_data().unwrap();
            self.read.push_str(std::str::from_utf8(&data).unwrap());
        }
    }

    async fn messages(&mut self, count: usize) -> Vec<Message> {
        let mut messages = Vec::new();
        while messages.len() < count {
            messages.push(self.next().await.expect("more comes"));
        }
        messages
    }
}

fn parsed(text: &str) -> Message {
    let field = |name: &str| {
        let found: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix(&format!("{name}: "))).collect();
        assert!(found.len() <= 1, "{text:?}");
        found.first().copied().unwrap_or_default().to_owned()
    };
    Message { event: field("event"), id: field("id"), data: serde_json::from_str(&field("data")).unwrap() }
}

fn ids(messages: &[Message]) -> Vec<(&str, &str)> {
    messages.iter().map(|one| (one.event.as_str(), one.data["id"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn an_event_is_shown_as_it_arrives_and_then_what_became_of_it() {
    let past = Past::empty();
    past.arrive(0, false, &[IDENTIFY]).await;
    past.running.start(&["one".to_owned()]);
    past.ok("status?wait=settled").await;
    let mut reader = Reader::new(&past, "", None).await;
    let number = past.arrive(0, false, &[PAGE, IDENTIFY]).await;
    let messages = reader.messages(4).await;
    let (page, identify) = (format!("{number}.0"), format!("{number}.1"));
    assert_eq!(ids(&messages[..2]), [("received", page.as_str()), ("received", identify.as_str())]);
    let item = &messages[0].data;
    assert_eq!(
        (&item["type"], &item["source"], &item["user"]),
        (&json!("page"), &json!("website"), &json!("u2"))
    );
    for message in &messages[..2] {
        let pending =
            json!([{"destination": "one", "outcome": "pending", "code": null, "dead_letter": null}]);
        assert_eq!(message.data["fates"], pending, "what became of it is told by outcomes");
    }
    let outcome = |id: &str| messages[2..].iter().find(|one| one.data["id"] == id).unwrap();
    assert_eq!(outcome(&page).event, "outcome");
    assert_eq!(
        (&outcome(&page).data["outcome"], &outcome(&page).data["code"]),
        (&json!("skipped"), &json!("unsupported_type"))
    );
    let skipped_as_seen = &outcome(&identify).data;
    assert_eq!(
        (&skipped_as_seen["destination"], &skipped_as_seen["code"]),
        (&json!("one"), &json!("duplicate"))
    );
    assert!(outcome(&page).data["at"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn a_reader_who_comes_back_goes_on_where_it_was() {
    let past = Past::empty();
    past.running.start(&["one".to_owned()]);
    let mut reader = Reader::new(&past, "", None).await;
    let number = past.arrive(0, false, &[PAGE, PAGE, PAGE]).await;
    let all = reader.messages(6).await;
    drop(reader);
    for read in 1..6 {
        let mut again = Reader::new(&past, "", Some(&all[read - 1].id)).await;
        // In the middle of a request, the whole request comes again.
        let from = if read < 3 { 0 } else { read };
        assert_eq!(again.messages(6 - from).await, all[from..], "after {read}");
    }
    let mut waiting = Reader::new(&past, "", Some(&all[5].id)).await;
    past.arrive(0, false, &[PAGE]).await;
    assert_eq!(ids(&waiting.messages(1).await), [("received", format!("{}.0", number + 1).as_str())]);
}

#[tokio::test]
async fn what_cannot_be_resumed_is_admitted() {
    let past = Past::empty();
    let first = past.arrive(0, false, &[PAGE]).await;
    past.arrive(0, false, &[IDENTIFY]).await;
    let mut reader = Reader::new(&past, "", Some(&format!("00ff-{first}-77"))).await;
    let messages = reader.messages(2).await;
    assert_eq!((messages[0].event.as_str(), &messages[0].data["missed"]), ("gap", &Value::Null));
    assert!(messages[0].data["why"].as_str().unwrap().contains("started anew"));
    assert_eq!(ids(&messages[1..]), [("received", format!("{}.0", first + 1).as_str())]);
    // From the future: nothing of before comes again.
    let mut reader =
        Reader::new(&past, "", Some(&messages[1].id.replace(&format!("-{}-", first + 1), "-999-"))).await;
    let next = past.arrive(0, false, &[PAGE]).await;
    assert_eq!(ids(&reader.messages(1).await), [("received", format!("{next}.0").as_str())]);
}

#[tokio::test]
async fn more_than_can_be_shown_is_a_gap_and_the_newest_come() {
    let past = Past::empty();
    let mut reader = Reader::new(&past, "", None).await;
    let first = past.arrive(0, false, &[PAGE]).await;
    let place = reader.messages(1).await.remove(0).id;
    drop(reader);
    for _ in 0..70 {
        past.arrive(0, false, &[PAGE; 10]).await;
    }
    // Until all of it can be found, the newest is shown of what can.
    past.ok("events?limit=1").await;
    let mut reader = Reader::new(&past, "", Some(&place)).await;
    let messages = reader.messages(501).await;
    assert_eq!((messages[0].event.as_str(), &messages[0].data["missed"]), ("gap", &Value::Null));
    assert!(
        messages[0].data["why"].as_str().unwrap().contains("the events of 20 requests"),
        "{:?}",
        messages[0]
    );
    let shown = ids(&messages[1..]);
    assert_eq!(shown.first(), Some(&("received", format!("{}.0", first + 21).as_str())));
    assert_eq!(shown.last(), Some(&("received", format!("{}.9", first + 70).as_str())));
}

#[tokio::test]
async fn filters_hold_for_events_and_outcomes() {
    let past = Past::empty();
    past.running.start(&["one".to_owned(), "two".to_owned()]);
    let queries = [
        "?type=page",
        "?source=billing",
        "?destination=two",
        "?outcome=pending",
        "?outcome=skipped&type=page",
    ];
    let mut readers = Vec::new();
    for query in queries {
        readers.push(Reader::new(&past, query, None).await);
    }
    let website = past.arrive(0, true, &[IDENTIFY, PAGE]).await;
    let billing = past.arrive(1, false, &[PAGE]).await;
    past.ok("status?wait=settled").await;
    let (identify, page, other) = (format!("{website}.0"), format!("{website}.1"), format!("{billing}.0"));
    let wanted: [Vec<(&str, &str)>; 5] = [
        vec![
            ("outcome", &other),
            ("outcome", &page),
            ("outcome", &page),
            ("received", &other),
            ("received", &page),
        ],
        vec![("outcome", &other), ("received", &other)],
        vec![("outcome", &identify), ("outcome", &page), ("received", &identify), ("received", &page)],
        vec![("received", &other), ("received", &identify), ("received", &page)],
        vec![("outcome", &other), ("outcome", &page), ("outcome", &page)],
    ];
    for ((reader, query), mut wanted) in readers.iter_mut().zip(queries).zip(wanted) {
        let messages = reader.messages(wanted.len()).await;
        let mut found = ids(&messages);
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{query}");
        if query.contains("outcome=skipped") {
            assert!(messages.iter().all(|one| one.data["outcome"] == "skipped"));
        }
        // Nothing else was sent: what comes next is what happens next.
        assert!(reader.read.is_empty(), "{query}: {}", reader.read);
    }
}

#[tokio::test]
async fn fates_that_no_delivery_told_of_are_no_outcomes_but_the_event_is_shown() {
    let past = Past::empty();
    let mut reader = Reader::new(&past, "", None).await;
    let number = past.arrive(0, true, &[IDENTIFY]).await;
    let position = Position { request: number, index: 0 };
    let letter = NewDeadLetter {
        position,
        code: "rejected".to_owned(),
        reason: String::new(),
        message_id: "m1".to_owned(),
        kind: "identify".to_owned(),
        user: None,
        died_at: event::Millis(0),
    };
    let dead = vec![Change::Fate(position, Fate::Dead), Change::DeadLetter(letter)];
    past.journal.commit(past.one, dead).await.unwrap();
    let skipped = vec![Change::Fate(position, Fate::Skipped(SkipCode::Duplicate))];
    past.journal.commit(past.two, skipped).await.unwrap();
    let messages = reader.messages(1).await;
    let fates = messages[0].data["fates"].as_array().unwrap();
    assert!(
        fates.iter().all(|fate| fate["outcome"] == "pending" && fate["dead_letter"].is_null()),
        "{fates:?}"
    );
}

#[tokio::test]
async fn there_are_fifty_seats() {
    let past = Past::empty();
    let mut readers = Vec::new();
    for _ in 0..50 {
        readers.push(Reader::new(&past, "", None).await);
    }
    assert!(readers.iter().all(|reader| reader.status == 200));
    assert_eq!(Reader::new(&past, "", None).await.status, 503);
    let (status, answer) = past.get("live").await;
    assert_eq!((status, answer["code"].as_str()), (503, Some("too_many_live")));
    readers.pop();
    assert_eq!(Reader::new(&past, "", None).await.status, 200);
}

#[tokio::test]
async fn what_is_asked_for_wrongly_is_refused() {
    let past = Past::empty();
    for (query, field) in [("?type=x", "type"), ("?outcome=x", "outcome"), ("?colour=x", "colour")] {
        let (status, answer) = past.get(&format!("live{query}")).await;
        assert_eq!((status, answer["field"].as_str()), (400, Some(field)), "{answer}");
    }
    for (query, code) in [("?source=x", "unknown_source_here"), ("?destination=x", "unknown_destination")] {
        let (status, answer) = past.get(&format!("live{query}")).await;
        assert_eq!((status, answer["code"].as_str()), (404, Some(code)), "{answer}");
    }
    for last in ["", "x", "a-1", "a-1-2-3", "<script>", "a-99999999999999999999-1"] {
        assert_eq!(Reader::new(&past, "", Some(last)).await.status, 422, "{last:?}");
    }
}

#[tokio::test]
async fn it_ends_with_the_server() {
    let past = Past::empty();
    let mut reader = Reader::new(&past, "", None).await;
    past.arrive(0, false, &[PAGE]).await;
    assert_eq!(reader.messages(1).await[0].event, "received");
    past.closing.send_replace(true);
    assert_eq!(reader.next().await, None);
}
