use crate::client::{Client, PASSWORD};
use crate::harness::{Harness, TOKEN};
use serde_json::json;

const NO_ID: &str = r#"{"type":"identify","traits":{},"anonymousId":"a","messageId":"m-none"}"#;

#[tokio::test]
async fn what_people_do_is_told_in_order_and_page_by_page() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    root.post("/api/v1/people", json!({ "name": "bob", "role": "viewer", "password": PASSWORD })).await;
    root.put("/api/v1/people/bob", json!({ "role": "operator", "password": "planted second password" }))
        .await;
    let mut bob = Client { peer: ([198, 51, 100, 7], 1).into(), ..Client::browser(&harness) };
    bob.sign_in("bob", PASSWORD).await;
    bob.sign_in("bob", "planted second password").await;
    bob.post("/api/v1/destinations/one/pause", json!({})).await;
    bob.post("/api/v1/destinations/one/resume", json!({})).await;
    bob.post("/api/v1/destinations/none/pause", json!({})).await;
    bob.put(
        "/api/v1/me/password",
        json!({ "current": "planted second password", "new": "planted third password" }),
    )
    .await;
    bob.delete("/api/v1/session").await;
    root.delete("/api/v1/people/bob").await;
    let told = [
        "admin token person.create root",
        "root session.begin root",
        "root person.create bob",
        "root person.change bob",
        "not signed in session.refused bob",
        "bob session.begin bob",
        "bob destination.pause one",
        "bob destination.resume one",
        "bob password.change bob",
        "bob session.end bob",
        "root person.remove bob",
    ];
    assert_eq!(harness.audited().await, told);

    // Nobody's first look is at itself.
    let all = root.get("/api/v1/audit").await.body;
    assert_eq!(all["next"], json!(null));
    let items = all["items"].as_array().unwrap();
    assert_eq!(items[0]["action"], "person.remove");
    assert_eq!((&items[2]["address"], &items[0]["address"]), (&json!("198.51.100.7"), &json!("192.0.2.1")));
    assert_eq!(items[7]["detail"], json!({ "role": "operator", "password": "changed" }));
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = root.get(&format!("/api/v1/audit?limit=3{after}")).await.body;
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let look = seen.remove(0);
    assert_eq!(
        (&look["who"], &look["action"]),
        (&json!("root"), &json!("audit.list")),
        "and the next one shows it"
    );
    assert_eq!(&seen, items);
    let of_bob = root.get("/api/v1/audit?who=bob&action=session.end").await.body;
    assert_eq!(of_bob["items"].as_array().unwrap().len(), 1);
    assert_eq!(root.get("/api/v1/audit?from=2026-11-18T11:06:41Z").await.body["items"], json!([]));
    assert_eq!(root.get("/api/v1/audit?to=2026-11-18T11:06:40Z").await.body["items"], json!([]));
    for bad in ["limit=0", "limit=1001", "after=x", "after=-1", "from=yesterday", "to=1", "whom=bob"] {
        let status = if bad.starts_with("after") { 422 } else { 400 };
        assert_eq!(
            root.get(&format!("/api/v1/audit?{bad}")).await.code(),
            (status, "invalid_request"),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn refused_sign_ins_are_counted_not_listed_and_what_was_typed_is_not_kept() {
    let harness = Harness::new();
    harness.person("ann", "viewer").await;
    let mut browser = Client::browser(&harness);
    for n in 0..4 {
        browser.sign_in("ann", "planted wrong password").await;
        browser.sign_in(&format!("planted-typed-{n}"), PASSWORD).await;
    }
    harness.pass(300);
    browser.sign_in("ann", "planted wrong password").await;
    harness.written().await;
    let refused = Client::program(&harness, TOKEN).get("/api/v1/audit?action=session.refused").await.body;
    let told: Vec<_> = refused["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["subject"].as_str().unwrap(), entry["detail"]["times"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, [("ann", 4), ("unknown name", 1), ("ann", 1)]);
    assert!(!refused.to_string().contains("planted"));
}

#[tokio::test]
async fn looks_at_personal_data_are_told_once_in_five_minutes() {
    let harness = Harness::new();
    harness.store(&[NO_ID, NO_ID]).await;
    harness.settled().await;
    let mut ann = harness.person("ann", "viewer").await;
    let letters = ann.get("/api/v1/dead-letters").await.body;
    let ids: Vec<u64> =
        letters["items"].as_array().unwrap().iter().map(|l| l["id"].as_u64().unwrap()).collect();
    for _ in 0..3 {
        for id in &ids[..2] {
            assert_eq!(ann.get(&format!("/api/v1/dead-letters/{id}")).await.status, 200);
        }
    }
    harness.pass(300);
    ann.get(&format!("/api/v1/dead-letters/{}", ids[0])).await;
    ann.get("/api/v1/dead-letters/999999").await;
    let looks: Vec<_> =
        harness.audited().await.into_iter().filter(|told| told.contains("dead_letter.view")).collect();
    let of = |id: u64| format!("ann dead_letter.view {id}");
    assert_eq!(looks, [of(ids[0]), of(ids[1]), of(ids[0])]);
}

#[tokio::test]
async fn no_secret_is_kept_or_told() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let made = root.post("/api/v1/tokens", json!({ "name": "ci", "role": "viewer" })).await;
    root.put("/api/v1/me/password", json!({ "current": PASSWORD, "new": "planted new password" })).await;
    let token = made.body["token"].as_str().unwrap()[4..].to_owned();
    let session = root.cookie.clone().unwrap().split_once('=').unwrap().1.to_owned();
    let setup = secrecy::ExposeSecret::expose_secret(&harness.setup.get().unwrap()).to_owned();
    let mut everything = root.get("/api/v1/audit").await.body.to_string();
    everything += &root.get("/api/v1/people").await.body.to_string();
    everything += &root.get("/api/v1/tokens").await.body.to_string();
    everything += &format!("{:?}", harness.settings);
    for kind in ["person", "session", "token"] {
        everything += &format!("{:?}", harness.documents(kind));
    }
    for secret in ["planted", TOKEN, &token, &session, &setup] {
        assert!(!everything.contains(secret), "{secret}");
    }
    // What is wrong with a body is said without repeating a password.
    for body in [json!({ "name": "x", "password": ["planted"] }), json!({ "name": "x", "password": 123_456 })]
    {
        let reply = Client::browser(&harness).post("/api/v1/session", body).await;
        assert_eq!(reply.code(), (400, "invalid_request"));
        assert!(!reply.body.to_string().contains("planted") && !reply.body.to_string().contains("123456"));
    }
}
