use crate::client::{Client, PASSWORD};
use crate::harness::{Harness, TOKEN};
use serde_json::json;

const OTHER: &str = "planted other password";
const PATH: &str = "/api/v1/me/password";

#[tokio::test]
async fn the_own_password_needs_the_current_one_and_ends_the_other_sessions() {
    let harness = Harness::new();
    let mut ann = harness.person("Ann", "viewer").await;
    let mut elsewhere = Client::browser(&harness);
    elsewhere.sign_in("ann", PASSWORD).await;
    let mut bob = harness.person("bob", "viewer").await;
    for (body, field) in [
        (json!({ "current": "wrong password", "new": OTHER }), "current"),
        (json!({ "current": "", "new": OTHER }), "current"),
        (json!({ "current": PASSWORD, "new": "elevenchars" }), "new"),
        (json!({ "current": PASSWORD, "new": "x".repeat(1025) }), "new"),
    ] {
        let reply = ann.put(PATH, body).await;
        assert_eq!((reply.code(), reply.body["field"].as_str()), ((422, "invalid_request"), Some(field)));
    }
    assert_eq!(elsewhere.get("/api/v1/me").await.status, 200);
    assert_eq!(ann.put(PATH, json!({ "current": PASSWORD, "new": OTHER })).await.status, 204);
    assert_eq!(ann.get("/api/v1/me").await.status, 200);
    assert_eq!(elsewhere.get("/api/v1/me").await.code(), (401, "session_expired"));
    assert_eq!(bob.get("/api/v1/me").await.status, 200);
    assert_eq!(elsewhere.sign_in("ann", PASSWORD).await.status, 401);
    assert_eq!(elsewhere.sign_in("ann", OTHER).await.status, 200);
}

#[tokio::test]
async fn an_open_session_does_not_find_the_password() {
    let harness = Harness::new();
    let mut ann = harness.person("ann", "viewer").await;
    for _ in 0..5 {
        assert_eq!(ann.put(PATH, json!({ "current": "wrong password", "new": OTHER })).await.status, 422);
    }
    assert_eq!(ann.put(PATH, json!({ "current": PASSWORD, "new": OTHER })).await.code(), (429, "throttled"));
    harness.pass(1);
    assert_eq!(ann.put(PATH, json!({ "current": PASSWORD, "new": OTHER })).await.status, 204);
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made() {
    let harness = Harness::new();
    let ann = harness.person("ann", "viewer").await;
    let (mut one, mut two) = (ann.clone(), ann);
    let (first, second) = tokio::join!(
        one.put(PATH, json!({ "current": PASSWORD, "new": "planted password one" })),
        two.put(PATH, json!({ "current": PASSWORD, "new": "planted password two" })),
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 422]);
}

#[tokio::test]
async fn a_token_has_no_password() {
    let harness = Harness::new();
    let mut token = Client::program(&harness, TOKEN);
    let reply = token.put(PATH, json!({ "current": PASSWORD, "new": OTHER })).await;
    assert_eq!(reply.code(), (422, "invalid_request"));
    assert_eq!(token.delete("/api/v1/session").await.status, 204);
    let me = json!({ "name": "admin token", "role": "administrator", "kind": "token", "session": null });
    assert_eq!(token.get("/api/v1/me").await.body, me);
}
