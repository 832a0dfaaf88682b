use crate::harness::{Harness, TOKEN};
use axum::body::Body;
use journal::JournalError;
use serde_json::json;
use std::time::Duration;

const NO_ID: &str =
    r#"{"type":"identify","traits":{"email":"planted@example.com"},"anonymousId":"a","messageId":"m-none"}"#;
const PAGE: &str = r#"{"type":"page","userId":"u","messageId":"m-page"}"#;

fn identify(user: &str) -> String {
    format!(
        r#"{{"type":"identify","userId":"{user}","traits":{{"email":"{user}@example.com"}},"messageId":"m-{user}"}}"#
    )
}

#[tokio::test]
async fn only_the_token_opens_it() {
    let harness = Harness::new();
    let wrong = [
        None,
        Some("Bearer x"),
        Some("Bearer "),
        Some("Basic planted-admin-token"),
        Some("planted-admin-token"),
    ];
    for path in ["/api/v1/status", "/api/v1/dead-letters", "/api/v1/nowhere"] {
        for auth in wrong {
            let (status, body) = harness.text("GET", path, Body::empty(), auth).await;
            let refused = if path == "/api/v1/nowhere" { 404 } else { 401 };
            assert_eq!(status, refused, "{path} {auth:?}");
            assert!(!body.contains(TOKEN));
        }
    }
    let (status, body) =
        harness.ask("POST", "/api/v1/dead-letters/discard", Body::from("{\"all\":true}"), None).await;
    assert_eq!((status, body["code"].as_str()), (401, Some("unauthorized")));
    assert!(body["what_to_do"].as_str().unwrap().contains("admin-token"));
    let (status, _) =
        harness.text("GET", "/api/v1/status", Body::empty(), Some(&format!("bearer {TOKEN}"))).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn health_needs_no_token_and_tells_of_a_full_disk() {
    let harness = Harness::new();
    assert_eq!(harness.ask("GET", "/health", Body::empty(), None).await, (200, json!({"status": "ok"})));
    harness.journal.fail_writes(Some(JournalError::Full));
    let (status, body) = harness.ask("GET", "/health", Body::empty(), None).await;
    assert_eq!((status, body["code"].as_str()), (503, Some("journal_full")));
}

#[tokio::test]
async fn the_status_balances_once_everything_has_its_fate() {
    let harness = Harness::new();
    harness.store(&[&identify("u1"), PAGE, NO_ID]).await;
    let status = harness.settled().await;
    for (key, wanted) in
        [("accepted", 6), ("skipped", 2), ("delivered", 0), ("pending", 0), ("dead", 4), ("imbalance", 0)]
    {
        assert_eq!(status[key], wanted, "{key}: {status}");
    }
    assert_eq!(status["skipped_by"]["unsupported_type"], 2);
    let names: Vec<_> =
        status["destinations"].as_array().unwrap().iter().map(|d| d["name"].clone()).collect();
    assert_eq!(names, ["one", "two"]);
    assert_eq!(status["destinations"][0]["state"], "running");
    assert!(status["destinations"][0]["calls"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn a_wait_ends_with_its_time_or_with_the_server() {
    let harness = Harness::new();
    harness.gate.send_replace(false);
    harness.store(&[&identify("u1")]).await;
    let (status, body) = harness.get("/api/v1/status?wait=settled&timeout_ms=30").await;
    assert_eq!((status, &body["settled"], &body["pending"]), (200, &json!(false), &json!(2)));
    let waiting = harness.get("/api/v1/status?wait=settled");
    let close = async {
        tokio::task::yield_now().await;
        harness.closing.send_replace(true);
    };
    let (answer, ()) = tokio::time::timeout(Duration::from_secs(20), async { tokio::join!(waiting, close) })
        .await
        .expect("the wait ends with the server");
    assert_eq!(answer.1["settled"], false);
}

#[tokio::test]
async fn dead_letters_page_by_page() {
    let harness = Harness::new();
    let users: Vec<String> = (0..5).map(|n| identify(&format!("u{n}"))).collect();
    let mut events: Vec<&str> = users.iter().map(String::as_str).collect();
    events.push(NO_ID);
    harness.store(&events).await;
    harness.settled().await;
    let (_, all) = harness.get("/api/v1/dead-letters?destination=one").await;
    assert_eq!(all["items"].as_array().unwrap().len(), 6);
    assert_eq!(all["next"], json!(null));
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let (_, page) = harness.get(&format!("/api/v1/dead-letters?destination=one&limit=2{after}")).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|letter| letter["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let ids: Vec<_> = all["items"].as_array().unwrap().iter().map(|letter| letter["id"].clone()).collect();
    assert_eq!(seen, ids);
    let (_, none) = harness.get("/api/v1/dead-letters?code=identity_missing&destination=two").await;
    let letter = &none["items"][0];
    assert_eq!(none["items"].as_array().unwrap().len(), 1);
    for (key, wanted) in [
        ("code", "identity_missing"),
        ("message_id", "m-none"),
        ("type", "identify"),
        ("destination", "two"),
        ("source", "website"),
        ("received_at", "2022-01-20T13:39:21.032Z"),
    ] {
        assert_eq!(letter[key], wanted, "{key}");
    }
    assert!(letter.get("event").is_none());
    let (status, whole) = harness.get(&format!("/api/v1/dead-letters/{}", letter["id"])).await;
    assert_eq!((status, whole["event"].as_str()), (200, Some(NO_ID)));
}

#[tokio::test]
async fn requeue_and_discard_take_what_was_selected() {
    let harness = Harness::new();
    harness.store(&[&identify("u1"), NO_ID]).await;
    harness.settled().await;
    let (_, one) = harness.get("/api/v1/dead-letters?code=identity_missing&destination=one").await;
    let id = one["items"][0]["id"].as_u64().unwrap();
    let (status, taken) = harness.post("/api/v1/dead-letters/discard", &format!("{{\"ids\":[{id}]}}")).await;
    assert_eq!((status, &taken["count"]), (200, &json!(1)));
    let (status, gone) = harness.get(&format!("/api/v1/dead-letters/{id}")).await;
    assert_eq!((status, gone["code"].as_str()), (404, Some("unknown_dead_letter")));
    let (_, taken) = harness.post("/api/v1/dead-letters/discard", r#"{"destination":"one"}"#).await;
    assert_eq!(taken["count"], 1);
    let status = harness.settled().await;
    assert_eq!((&status["dead"], &status["skipped_by"]["discarded"]), (&json!(2), &json!(2)));
    let (_, taken) = harness.post("/api/v1/dead-letters/requeue", r#"{"code":"identity_missing"}"#).await;
    assert_eq!(taken["count"], 1);
    let status = harness.settled().await;
    assert_eq!((&status["dead"], &status["imbalance"]), (&json!(2), &json!(0)), "it died again");
    let (_, taken) = harness.post("/api/v1/dead-letters/discard", r#"{"all":true}"#).await;
    assert_eq!(taken["count"], 2);
}

#[tokio::test]
async fn a_destination_is_paused_and_resumed() {
    let harness = Harness::new();
    let (status, answer) = harness.post("/api/v1/destinations/one/pause", "").await;
    assert_eq!((status, answer["standing"]["state"].as_str()), (200, Some("paused")));
    harness.store(&[&identify("u1")]).await;
    let (_, body) = harness.get("/api/v1/status?wait=settled&timeout_ms=200").await;
    assert_eq!(body["destinations"][0]["pending"], 1);
    assert_eq!(body["destinations"][0]["state"], "paused");
    let (_, answer) = harness.post("/api/v1/destinations/one/resume", "").await;
    assert_eq!(answer["standing"]["state"], "running");
    harness.settled().await;
}

#[tokio::test]
async fn what_cannot_be_understood_changes_nothing() {
    let harness = Harness::new();
    harness.store(&[NO_ID]).await;
    harness.settled().await;
    for (method, path, body, status, code) in [
        ("POST", "/api/v1/dead-letters/discard", "{}", 422, "selection_needed"),
        ("POST", "/api/v1/dead-letters/discard", "", 400, "invalid_request"),
        ("POST", "/api/v1/dead-letters/discard", r#"{"all":false}"#, 422, "selection_needed"),
        ("POST", "/api/v1/dead-letters/discard", r#"{"all":true,"ids":[1]}"#, 422, "invalid_request"),
        ("POST", "/api/v1/dead-letters/discard", r#"{"codes":"x"}"#, 400, "invalid_request"),
        ("POST", "/api/v1/dead-letters/discard", r#"{"up_to":9223372036854775808}"#, 400, "invalid_request"),
        ("GET", "/api/v1/status?wait=settled&timeout_ms=9223372036854775808", "", 400, "invalid_request"),
        ("POST", "/api/v1/dead-letters/discard", r#"{"destination":"three"}"#, 404, "unknown_destination"),
        ("POST", "/api/v1/destinations/three/pause", "", 404, "unknown_destination"),
        ("GET", "/api/v1/dead-letters?limit=0", "", 400, "invalid_request"),
        ("GET", "/api/v1/dead-letters?limit=1001", "", 400, "invalid_request"),
        ("GET", "/api/v1/dead-letters?colour=red", "", 400, "invalid_request"),
        ("GET", "/api/v1/dead-letters/x", "", 400, "invalid_request"),
        ("GET", "/api/v1/status?wait=forever", "", 400, "invalid_request"),
        ("DELETE", "/api/v1/status", "", 405, "invalid_request"),
        ("GET", "/elsewhere", "", 404, "not_found_here"),
    ] {
        let auth = format!("Bearer {TOKEN}");
        let (found, answer) = harness.ask(method, path, Body::from(body), Some(&auth)).await;
        assert_eq!((found, answer["code"].as_str()), (status, Some(code)), "{method} {path} {body}");
        assert!(!answer["what_to_do"].as_str().unwrap().is_empty());
    }
    let (status, answer) = harness.post("/api/v1/dead-letters/discard", &"[1".repeat(1 << 20)).await;
    assert_eq!((status, answer["code"].as_str()), (400, Some("invalid_request")));
    assert_eq!(harness.settled().await["dead"], 2);
}

#[tokio::test]
async fn metrics_tell_counts_and_nothing_personal() {
    let harness = Harness::new();
    harness.store(&[&identify("planted-user"), NO_ID, PAGE]).await;
    harness.settled().await;
    let (status, text) = harness.text("GET", "/metrics", Body::empty(), None).await;
    assert_eq!(status, 200);
    assert!(text.contains("rapport_events_dead{destination=\"one\"} 2"), "{text}");
    assert!(text.contains("rapport_gateway_requests_total{source=\"website\",status=\"200\"} 4"), "{text}");
    assert!(!text.contains("planted"), "{text}");
}
