use crate::client::{Client, PASSWORD};
use crate::harness::{Harness, TOKEN};
use console::setup_link;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

fn wanted(harness: &Harness) -> Value {
    let token = harness.setup.get().unwrap();
    json!({ "token": token.expose_secret(), "name": "Ann", "password": PASSWORD })
}

#[tokio::test]
async fn the_link_makes_the_first_administrator_once() {
    let harness = Harness::new();
    let mut browser = Client::browser(&harness);
    let before = browser.get("/api/v1/setup").await;
    let fresh = json!({ "needs_administrator": true, "version": "1.2.3", "signed_in": false });
    assert_eq!((before.status, before.body), (200, fresh));
    let link = setup_link(&harness.settings, "http://127.0.0.1:8081/").unwrap().unwrap();
    let wanted = wanted(&harness);
    let token = wanted["token"].as_str().unwrap();
    assert_eq!(link.expose_secret(), format!("http://127.0.0.1:8081/#/start?token={token}"));

    let reply = browser.post("/api/v1/setup", wanted.clone()).await;
    assert_eq!(
        (reply.status, &reply.body["name"], &reply.body["role"]),
        (200, &json!("Ann"), &json!("administrator"))
    );
    assert_eq!(reply.body["kind"], "person");
    assert_eq!(browser.get("/api/v1/setup").await.body["signed_in"], true);
    assert_eq!(browser.get("/api/v1/people").await.status, 200);

    let again = Client::browser(&harness).post("/api/v1/setup", wanted).await;
    assert_eq!(again.code(), (409, "already_set_up"));
    assert!(harness.setup.get().is_none() && setup_link(&harness.settings, "http://x").unwrap().is_none());
    assert_eq!(harness.audited().await, ["Ann setup Ann", "Ann people.list people"]);
}

#[tokio::test]
async fn nobody_else_starts_it() {
    let harness = Harness::new();
    let good = wanted(&harness);
    let mut browser = Client::browser(&harness);
    for (change, status, code, field) in [
        (json!({ "token": "" }), 403, "setup_token_wrong", None),
        (json!({ "token": TOKEN }), 403, "setup_token_wrong", None),
        (json!({ "token": 5 }), 400, "invalid_request", Some("token")),
        (json!({ "name": "a\r\nb" }), 422, "invalid_request", Some("name")),
        (json!({ "name": "" }), 422, "invalid_request", Some("name")),
        (json!({ "password": "elevenchars" }), 422, "invalid_request", Some("password")),
        (json!({ "role": "administrator" }), 400, "invalid_request", Some("role")),
    ] {
        let mut wanted = good.clone();
        wanted.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let reply = browser.post("/api/v1/setup", wanted).await;
        assert_eq!(reply.code(), (status, code), "{change}");
        assert_eq!(reply.body["field"].as_str(), field, "{change}");
        assert!(reply.set_cookie().is_none());
    }
    let foreign = browser.with(&[("sec-fetch-site", "cross-site"), ("origin", "http://evil.example")]);
    assert_eq!(foreign.clone().post("/api/v1/setup", good.clone()).await.code(), (403, "csrf"));
    assert_eq!(browser.get("/api/v1/setup").await.body["needs_administrator"], true);
    assert_eq!(browser.post("/api/v1/setup", good).await.status, 200);
}

#[tokio::test]
async fn of_two_at_once_one_becomes_it() {
    let harness = Harness::new();
    let (mut one, mut two) = (Client::browser(&harness), Client::browser(&harness));
    let mut other = wanted(&harness);
    other["name"] = json!("bob");
    let (first, second) =
        tokio::join!(one.post("/api/v1/setup", wanted(&harness)), two.post("/api/v1/setup", other));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn a_link_of_an_earlier_start_opens_nothing() {
    let harness = Harness::new();
    let earlier = wanted(&harness);
    let harness = harness.restart();
    let mut browser = Client::browser(&harness);
    assert_eq!(browser.post("/api/v1/setup", earlier).await.code(), (403, "setup_token_wrong"));
    assert_eq!(browser.post("/api/v1/setup", wanted(&harness)).await.status, 200);
}
