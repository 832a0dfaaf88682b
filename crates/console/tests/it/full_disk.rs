use crate::client::{Client, PASSWORD};
use crate::harness::{Harness, TOKEN};
use serde_json::json;

const NO_ID: &str = r#"{"type":"identify","traits":{},"anonymousId":"a","messageId":"m-none"}"#;

#[tokio::test]
async fn a_full_disk_keeps_nobody_from_looking_and_nothing_is_done_unrecorded() {
    let harness = Harness::new();
    harness.store(&[NO_ID]).await;
    harness.settled().await;
    let ann = harness.person("ann", "administrator").await;
    let made = ann.clone().post("/api/v1/tokens", json!({ "name": "ci", "role": "viewer" })).await;
    let (cookie, token) = (ann.cookie.clone(), made.body["token"].as_str().unwrap().to_owned());
    let letters = ann.clone().get("/api/v1/dead-letters").await.body;
    assert_eq!(letters["items"].as_array().unwrap().len(), 2);
    drop(ann);
    let harness = harness.restart_without_room().await;
    harness.pass(3_600);
    let mut ann = Client { cookie, ..Client::browser(&harness) };
    assert_eq!(ann.get("/api/v1/status").await.status, 200);
    assert_eq!(Client::program(&harness, &token).get("/api/v1/status").await.status, 200);
    assert_eq!(Client::program(&harness, TOKEN).get("/api/v1/status").await.status, 200);

    let full = (503, "journal_full");
    assert_eq!(Client::browser(&harness).sign_in("ann", PASSWORD).await.code(), full);
    let person = json!({ "name": "bob", "role": "viewer", "password": PASSWORD });
    assert_eq!(ann.post("/api/v1/people", person).await.code(), full);
    assert_eq!(ann.post("/api/v1/destinations/one/pause", json!({})).await.code(), full);
    assert_eq!(ann.get("/api/v1/status").await.body["destinations"][0]["state"], "running");
    assert_eq!(ann.post("/api/v1/dead-letters/discard", json!({ "all": true })).await.code(), full);
    assert_eq!(ann.get("/api/v1/status").await.body["dead"], 2);
    assert_eq!(
        ann.get("/api/v1/dead-letters").await.code(),
        full,
        "who looks through them is written down first"
    );
    let path = format!("/api/v1/dead-letters/{}", letters["items"][0]["id"]);
    assert_eq!(ann.get(&path).await.code(), full, "who looks is written down first");
    assert_eq!(ann.get(&path).await.code(), full, "also the second time");
}
