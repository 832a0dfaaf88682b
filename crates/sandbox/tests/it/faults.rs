use std::io::ErrorKind;

use crate::client::{Client, start, start_with};
use sandbox::Options;

const CREATE: &str = r#""match": {"method": "POST", "path": "/v1/end_users"}"#;

async fn end_users(running: &sandbox::RunningSandbox) -> usize {
    let mut control = Client::connect(running.control_addr()).await;
    let state = control.call("GET", "/state", "").await.expect("a reply").json();
    state["end_users"].as_array().expect("a list").len()
}

#[tokio::test]
async fn a_reset_before_execution_leaves_nothing_behind() {
    let running =
        start_with(&format!(r#"{{"rules": [{{{CREATE}, "action": "reset_before", "times": 1}}]}}"#)).await;
    let mut client = Client::signed_in(running.addr()).await;
    let error = client.call("POST", "/v1/end_users", "email=a@x").await.expect_err("no reply");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(end_users(&running).await, 0);
    let mut client = Client::signed_in(running.addr()).await;
    assert_eq!(client.call("POST", "/v1/end_users", "email=a@x").await.expect("a reply").status, 201);
}

#[tokio::test]
async fn a_reset_after_execution_leaves_the_record_behind() {
    let running =
        start_with(&format!(r#"{{"rules": [{{{CREATE}, "action": "reset_after", "times": 1}}]}}"#)).await;
    let mut client = Client::signed_in(running.addr()).await;
    let error = client.call("POST", "/v1/end_users", "email=a@x").await.expect_err("no reply");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(end_users(&running).await, 1);
    let mut client = Client::signed_in(running.addr()).await;
    let again = client.call("POST", "/v1/end_users", "email=a@x").await.expect("a reply");
    assert_eq!(again.json()["error"], "Validation failed: Email has already been taken");
}

#[tokio::test]
async fn a_truncated_reply_ends_within_its_body() {
    for bytes in [0, 1, 40, 1_000_000] {
        let script =
            format!(r#"{{"rules": [{{{CREATE}, "action": {{"truncate": {{"bytes": {bytes}}}}}}}]}}"#);
        let running = start_with(&script).await;
        let mut client = Client::signed_in(running.addr()).await;
        let reply = client.call("POST", "/v1/end_users", "email=a@x").await.expect("a head");
        let claimed: usize =
            reply.header("content-length").and_then(|text| text.parse().ok()).expect("a length");
        assert!(reply.cut && reply.status == 201, "{}", reply.head);
        assert_eq!(reply.body.len(), bytes.min(claimed - 1));
        assert_eq!(end_users(&running).await, 1);
    }
}

#[tokio::test]
async fn garbage_is_a_success_that_is_not_json() {
    let running = start_with(&format!(r#"{{"rules": [{{{CREATE}, "action": "garbage"}}]}}"#)).await;
    let mut client = Client::signed_in(running.addr()).await;
    let reply = client.call("POST", "/v1/end_users", "email=a@x").await.expect("a reply");
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/html")));
    assert!(reply.body.starts_with(b"<html>"));
    assert_eq!(end_users(&running).await, 1);
}

#[tokio::test]
async fn a_slow_reply_belongs_to_a_request_that_was_executed_at_once() {
    let running = start_with(&format!(
        r#"{{"rules": [{{{CREATE}, "action": {{"latency": {{"ms": 600000}}}}, "times": 1}}]}}"#
    ))
    .await;
    let mut slow = Client::signed_in(running.addr()).await;
    slow.send("POST", "/v1/end_users", "", "email=a@x").await.expect("sent");
    let mut control = Client::connect(running.control_addr()).await;
    let seen =
        control.call("GET", "/requests?path=/v1/end_users&wait_for=1", "").await.expect("a reply").json();
    assert_eq!((&seen["met"], &seen["requests"][0]["delay_ms"]), (&true.into(), &600_000.into()));
    assert_eq!(end_users(&running).await, 1);
    // Other requests do not wait for it.
    let mut quick = Client::signed_in(running.addr()).await;
    assert_eq!(quick.call("POST", "/v1/end_users", "email=b@x").await.expect("a reply").status, 201);
}

#[tokio::test]
async fn latency_holds_a_reply_back() {
    let running = start_with(r#"{"rules": [{"action": {"latency": {"ms": 40}}}]}"#).await;
    let begun = std::time::Instant::now();
    let mut client = Client::connect(running.addr()).await;
    assert_eq!(client.sign_in("demo-password").await.expect("a reply").status, 200);
    assert!(begun.elapsed() >= std::time::Duration::from_millis(40), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_storm_and_a_burst_answer_instead_of_the_api() {
    let running = start_with(
        r#"{"rules": [
            {"match": {"path": "/v1/segments"}, "action": {"rate_storm": {"reset_in": 30, "retry_after": 30}}},
            {"match": {"path_prefix": "/v1"}, "times": 2, "action": {"status": {"code": 503, "headers": {"X-Why": "maintenance"}}}}
        ]}"#,
    )
    .await;
    let mut client = Client::signed_in(running.addr()).await;
    let storm = client.call("GET", "/v1/segments", "").await.expect("a reply");
    assert_eq!((storm.status, storm.header("x-rate-limit-reset")), (429, Some("1714662960")));
    assert_eq!(storm.header("retry-after"), Some("30"));
    for expected in [503, 503, 201] {
        let reply = client.call("POST", "/v1/end_users", "email=a@x").await.expect("a reply");
        assert_eq!(reply.status, expected);
        assert_eq!(reply.header("x-why").is_some(), expected == 503);
    }
}

#[tokio::test]
async fn revoked_tokens_are_refused_until_the_next_grant() {
    let running = start_with(
        r#"{"rules": [{"match": {"path": "/v1/segments"}, "times": 1, "action": "revoke_tokens"}]}"#,
    )
    .await;
    let mut client = Client::signed_in(running.addr()).await;
    for _ in 0..2 {
        let reply = client.call("GET", "/v1/segments", "").await.expect("a reply");
        assert_eq!((reply.status, &reply.json()["error"]), (401, &"The access token was revoked".into()));
        assert!(reply.header("www-authenticate").is_some());
    }
    client.sign_in("demo-password").await.expect("a reply");
    assert_eq!(client.call("GET", "/v1/segments", "").await.expect("a reply").status, 200);
}

#[tokio::test]
async fn a_connection_without_faults_stays_open() {
    let running = start(Options::default()).await;
    let mut client = Client::signed_in(running.addr()).await;
    for n in 0..20 {
        let reply =
            client.call("POST", "/v1/end_users", &format!("email={n}@x")).await.expect("the same connection");
        assert_eq!(reply.status, 201);
        assert_eq!(reply.header("date"), Some("Thu, 02 May 2024 15:15:30 GMT"), "the sandbox's own clock");
    }
    let id = 700_100_201;
    client.call("POST", &format!("/v1/end_users/{id}/declines"), "").await.expect("a reply");
    let gone =
        client.call("DELETE", &format!("/v1/end_users/{id}/declines/810200301"), "").await.expect("a reply");
    assert_eq!((gone.status, gone.body.as_slice()), (204, b"".as_slice()));
    assert_eq!(client.call("GET", "/v1/declines", "").await.expect("a reply").body, b"[]");
}
