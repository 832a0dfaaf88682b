//! The calls in an event's history, on the real journal.

use crate::events::{answer, identify};
use crate::harness::{Harness, LIVE, Phase};
use delivery::DestinationState;
use journal::{Archive, Attempt, Position};
use serde_json::json;

fn story(harness: &Harness, request: u64, index: u32) -> Vec<Attempt> {
    harness.journal.attempts(Position { request, index }, 100).unwrap()
}

fn told(attempts: &[Attempt]) -> Vec<(&str, Option<u16>, &str, u64)> {
    attempts.iter().map(|one| (one.call.as_str(), one.status, one.result.as_str(), one.event_count)).collect()
}

async fn deliver(harness: &mut Harness) {
    let (handle, _caller) = harness.start(&LIVE);
    let mut outcomes = handle.outcomes();
    harness.settle(&mut outcomes).await;
    handle.shutdown().await;
}

#[tokio::test]
async fn the_calls_made_for_an_event_are_kept_with_it() {
    let mut harness = Harness::new();
    let events = [
        identify("u1", json!({"plan": "a"})),
        identify("u1", json!({"plan": "b"})),
        answer("u1", "Nice & good"),
    ];
    let request = harness.send(&events).await;
    deliver(&mut harness).await;
    let both = [("get_end_user", Some(404), "unknown", 2), ("create_end_user", Some(201), "ok", 2)];
    for index in [0, 1] {
        assert_eq!(told(&story(&harness, request, index)), both);
    }
    let answered = story(&harness, request, 2);
    assert_eq!(told(&answered), [("create_response", Some(201), "ok", 1)]);
    let attempt = &answered[0];
    assert_eq!(attempt.method, "POST");
    assert!(attempt.target.starts_with("/v1/end_users/") && attempt.target.ends_with("/responses"));
    assert!(attempt.request.contains("score=9&") && attempt.request.contains("text=Nice+%26+good"));
    assert!(attempt.reply.contains("Nice & good"), "{}", attempt.reply);
    assert_eq!((attempt.started_at.0, attempt.took_ms), (crate::world::START, 0));
    assert_eq!(attempt.destination, harness.destination);
    assert_eq!(attempt.events, [Position { request, index: 2 }]);
}

#[tokio::test]
async fn a_call_that_could_not_be_sent_or_is_refused_is_kept_too() {
    let mut harness = Harness::new();
    let request = harness.send(&[identify("u1", json!({}))]).await;
    let (handle, _caller) = harness.start(&Phase { password: "wrong", ..LIVE });
    handle.watch().wait_for(|glance| glance.state == DestinationState::Halted).await.unwrap();
    handle.shutdown().await;
    let refused = ("get_end_user", None, "credentials", 1);
    assert_eq!(told(&story(&harness, request, 0)), [refused]);
    deliver(&mut harness).await;
    let then = [("get_end_user", Some(404), "unknown", 1), ("create_end_user", Some(201), "ok", 1)];
    assert_eq!(told(&story(&harness, request, 0))[1..], then);
}
