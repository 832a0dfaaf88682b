use crate::client::Client;
use crate::harness::Harness;
use serde_json::json;

#[tokio::test]
async fn a_token_is_shown_once_and_opens_until_it_is_removed() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let made = root.post("/api/v1/tokens", json!({ "name": "ci", "role": "operator" })).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let token = made.body["token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("rpt_"));
    let created_at = "2026-11-18T11:06:40.000Z";
    let mut listed = root.get("/api/v1/tokens").await.body["items"][0].clone();
    let id = listed["id"].as_str().unwrap().to_owned();
    let wanted = json!({
        "id": id, "name": "ci", "role": "operator", "created_at": created_at, "created_by": "root",
        "last_used_at": null, "expires_at": null,
    });
    assert_eq!(listed, wanted);
    assert!(!format!("{:?}", harness.documents("token")).contains(&token[4..]));

    let mut ci = Client::program(&harness, &token);
    let me = json!({ "name": "ci", "role": "operator", "kind": "token", "session": null });
    assert_eq!(ci.get("/api/v1/me").await.body, me);
    // A program needs no header against other sites: no browser sends its token unasked.
    assert_eq!(ci.post("/api/v1/dead-letters/discard", json!({ "ids": [] })).await.status, 200);
    assert_eq!(ci.get("/api/v1/people").await.code(), (403, "forbidden"));
    listed = root.get("/api/v1/tokens").await.body["items"][0].clone();
    assert_eq!(listed["last_used_at"], created_at);
    harness.pass(59);
    ci.get("/api/v1/me").await;
    assert_eq!(root.get("/api/v1/tokens").await.body["items"][0]["last_used_at"], created_at);
    harness.pass(1);
    ci.get("/api/v1/me").await;
    assert_ne!(root.get("/api/v1/tokens").await.body["items"][0]["last_used_at"], created_at);

    assert_eq!(root.delete("/api/v1/tokens/0123456789abcdef").await.code(), (404, "unknown_token"));
    assert_eq!(root.delete(&format!("/api/v1/tokens/{id}")).await.status, 204);
    assert_eq!(ci.get("/api/v1/me").await.code(), (401, "unauthorized"));
    assert_eq!(root.get("/api/v1/tokens").await.body["items"], json!([]));
    let told = harness.audited().await;
    assert!(told.contains(&"root token.create ci".to_owned()), "{told:?}");
    assert!(told.contains(&"token ci dead_letters.discard dead letters".to_owned()), "{told:?}");
    assert!(told.contains(&"root token.remove ci".to_owned()), "{told:?}");
}

#[tokio::test]
async fn a_token_ends_when_it_says() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    for bad in ["2026-11-18T11:06:40Z", "2020-01-01T00:00:00Z", "tomorrow", ""] {
        let reply =
            root.post("/api/v1/tokens", json!({ "name": "x", "role": "viewer", "expires_at": bad })).await;
        let status = if bad.starts_with('2') { 422 } else { 400 };
        assert_eq!((reply.status, &reply.body["field"]), (status, &json!("expires_at")), "{bad}");
    }
    let end = "2026-11-18T12:06:40.000Z";
    let made =
        root.post("/api/v1/tokens", json!({ "name": "ci", "role": "viewer", "expires_at": end })).await;
    assert_eq!(made.body["expires_at"], end);
    let mut ci = Client::program(&harness, made.body["token"].as_str().unwrap());
    harness.pass(3_599);
    assert_eq!(ci.get("/api/v1/me").await.status, 200);
    harness.pass(1);
    assert_eq!(ci.get("/api/v1/me").await.code(), (401, "unauthorized"));
    let taken = root.post("/api/v1/tokens", json!({ "name": "CI", "role": "viewer" })).await;
    assert_eq!(taken.code(), (409, "conflict"));
}
