use crate::client::{Client, PASSWORD};
use crate::harness::{Harness, TOKEN};
use serde_json::json;

const OTHER: &str = "planted other password";

#[tokio::test]
async fn people_are_made_changed_and_removed() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let reply =
        root.post("/api/v1/people", json!({ "name": "Bob", "role": "viewer", "password": PASSWORD })).await;
    let created_at = "2026-11-18T11:06:40.000Z";
    let bob = json!({ "name": "Bob", "role": "viewer", "disabled": false, "created_at": created_at, "last_login_at": null });
    assert_eq!((reply.status, reply.body), (200, bob));
    let taken =
        root.post("/api/v1/people", json!({ "name": "bOB", "role": "viewer", "password": PASSWORD })).await;
    assert_eq!(taken.code(), (409, "conflict"));
    let mut bob = Client::browser(&harness);
    bob.sign_in("bob", PASSWORD).await;
    let listed = root.get("/api/v1/people").await.body;
    assert_eq!(listed["items"][0]["last_login_at"], created_at);
    assert_eq!((&listed["items"][1]["name"], listed["items"].as_array().unwrap().len()), (&json!("root"), 2));
    assert!(!listed.to_string().contains("argon2"));

    let discard = "/api/v1/dead-letters/discard";
    assert_eq!(bob.post(discard, json!({ "ids": [] })).await.code(), (403, "forbidden"));
    let reply = root.put("/api/v1/people/BOB", json!({ "role": "operator" })).await;
    assert_eq!((reply.status, &reply.body["role"]), (200, &json!("operator")));
    assert_eq!(bob.post(discard, json!({ "ids": [] })).await.status, 200, "at once, in the same session");

    assert_eq!(root.delete("/api/v1/people/bob").await.status, 204);
    assert_eq!(bob.get("/api/v1/me").await.code(), (401, "session_expired"));
    assert_eq!(bob.sign_in("bob", PASSWORD).await.code(), (401, "login_refused"));
    assert_eq!(root.delete("/api/v1/people/bob").await.code(), (404, "unknown_person"));
    // Somebody new with the old name has none of the old sessions.
    root.post("/api/v1/people", json!({ "name": "bob", "role": "viewer", "password": PASSWORD })).await;
    assert_eq!(bob.get("/api/v1/me").await.status, 401);
}

#[tokio::test]
async fn a_disabled_person_is_out_at_once_and_can_come_back() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let mut bob = harness.person("bob", "operator").await;
    assert_eq!(root.put("/api/v1/people/bob", json!({ "disabled": true })).await.body["disabled"], true);
    assert_eq!(bob.get("/api/v1/me").await.code(), (401, "session_expired"));
    assert_eq!(bob.sign_in("bob", PASSWORD).await.code(), (401, "login_refused"));
    assert_eq!(root.put("/api/v1/people/bob", json!({ "disabled": false })).await.status, 200);
    assert_eq!(bob.get("/api/v1/me").await.status, 401, "the old session does not come back");
    assert_eq!(bob.sign_in("bob", PASSWORD).await.status, 200);
    assert_eq!(harness.documents("session").len(), 2);
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let mut bob = harness.person("bob", "operator").await;
    assert_eq!(root.put("/api/v1/people/bob", json!({ "password": OTHER })).await.status, 200);
    assert_eq!(bob.get("/api/v1/me").await.code(), (401, "session_expired"));
    assert_eq!(bob.sign_in("bob", PASSWORD).await.status, 401);
    assert_eq!(bob.sign_in("bob", OTHER).await.status, 200);
    let own = root.put("/api/v1/people/root", json!({ "password": OTHER })).await;
    assert_eq!(own.code(), (422, "invalid_request"), "the own one needs the current one");
    assert_eq!(
        root.put("/api/v1/people/bob", json!({ "password": "short" })).await.body["field"],
        "password"
    );
    assert_eq!(bob.get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn there_is_always_an_administrator() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let mut token = Client::program(&harness, TOKEN);
    harness.person("bob", "operator").await;
    for client in [&mut root, &mut token] {
        for change in [
            json!({ "role": "operator" }),
            json!({ "disabled": true }),
            json!({ "role": "viewer", "disabled": false }),
        ] {
            let reply = client.put("/api/v1/people/root", change).await;
            assert_eq!(reply.code(), (409, "last_administrator"));
        }
        assert_eq!(client.delete("/api/v1/people/root").await.code(), (409, "last_administrator"));
    }
    assert_eq!(root.put("/api/v1/people/bob", json!({ "role": "administrator" })).await.status, 200);
    assert_eq!(root.put("/api/v1/people/bob", json!({ "disabled": true })).await.status, 200);
    assert_eq!(
        root.delete("/api/v1/people/root").await.code(),
        (409, "last_administrator"),
        "bob is disabled"
    );
    assert_eq!(root.put("/api/v1/people/bob", json!({ "disabled": false })).await.status, 200);
    // Of two who remove each other at once, one stays.
    let mut bob = Client::browser(&harness);
    bob.sign_in("bob", PASSWORD).await;
    let (one, two) = tokio::join!(root.delete("/api/v1/people/bob"), bob.delete("/api/v1/people/root"));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert!(statuses == [204, 409] || statuses == [204, 401], "{statuses:?}");
    assert_eq!(token.get("/api/v1/people").await.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_name_carries_nothing_into_headers_paths_or_pages() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let long = "x".repeat(10_240);
    for name in [
        "a\r\nSet-Cookie: rapport_session=x",
        "a\nb",
        "a\0b",
        "\"quoted\"",
        "<script>alert(1)</script>",
        "../people",
        "..",
        "a/b",
        "a%2fb",
        "admin token",
        "unknown name",
        "ünïcode",
        "a\u{200b}b",
        "",
        &long,
    ] {
        for path in ["/api/v1/people", "/api/v1/tokens"] {
            let body = if path.ends_with("people") {
                json!({ "name": name, "role": "viewer", "password": PASSWORD })
            } else {
                json!({ "name": name, "role": "viewer" })
            };
            let reply = root.post(path, body).await;
            assert_eq!(reply.code(), (422, "invalid_request"), "{path} {name:.40}");
            assert_eq!(reply.body["field"], "name");
            assert!(reply.set_cookie().is_none());
        }
    }
    for path in ["a%0d%0ab", "%00", "%3Cscript%3E", "%2e%2e", "a%2fb", "%c3%bc", &long] {
        for method in ["PUT", "DELETE"] {
            let reply = root.raw(method, &format!("/api/v1/people/{path}"), "{}").await;
            assert_eq!(reply.code(), (404, "unknown_person"), "{method} {path:.40}");
            assert!(!reply.body.to_string().contains("script"));
        }
    }
    assert_eq!(root.raw("DELETE", "/api/v1/people/%ff", "").await.code(), (400, "invalid_request"));
    assert_eq!(harness.documents("person").len(), 1);
    assert_eq!(harness.documents("token").len(), 0);
}
