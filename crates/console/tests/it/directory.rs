//! Sources and destinations made, changed and removed over the API.

use crate::client::Client;
use crate::harness::{Harness, TOKEN};
use event::Millis;
use journal::{Archive, DocumentChange};
use serde_json::{Value, json};

async fn root(harness: &Harness) -> Client {
    harness.person("root", "administrator").await
}

fn login() -> Value {
    json!({
        "name": "shop", "username": "ada@example.com", "password": "planted-shop-password",
        "account_token": "NPS-EU-planted-shop-0001", "sources": ["website"],
    })
}

/// Everything that is kept of people's settings, as one text.
fn kept(harness: &Harness) -> String {
    ["source", "destination", "alert"].iter().flat_map(|kind| harness.documents(kind)).fold(
        String::new(),
        |mut text, (key, record)| {
            text += &format!("{key} {record}\n");
            text
        },
    )
}

#[tokio::test]
async fn a_source_is_made_and_its_write_key_is_told_once() {
    let harness = Harness::new();
    let mut root = root(&harness).await;
    let made = root
        .post("/api/v1/sources", json!({ "name": "app", "kind": "mobile", "rate_limit": "10/min" }))
        .await;
    assert_eq!(made.status, 201);
    let key = made.body["write_key"].as_str().unwrap().to_owned();
    assert_eq!(key.len(), 27);
    assert_eq!((&made.body["managed_by"], &made.body["kind"]), (&json!("console"), &json!("mobile")));
    assert_eq!((&made.body["rate_limit"], &made.body["enabled"]), (&json!("10/min"), &json!(true)));
    let shown = root.get("/api/v1/sources/app").await.body;
    assert!(!shown.to_string().contains(&key) && !kept(&harness).contains(&key), "{shown}");
    assert_eq!(harness.running.applied().0, ["website", "app"]);
    let listed = root.get("/api/v1/sources").await.body;
    assert_eq!(
        (&listed["items"][0]["name"], &listed["items"][0]["managed_by"], &listed["items"][0]["destinations"]),
        (&json!("website"), &json!("config"), &json!(["one", "two"]))
    );
    let again = root.post("/api/v1/sources", json!({ "name": "app", "kind": "web" })).await;
    assert_eq!((again.code(), &again.body["field"]), ((409, "conflict"), &json!("name")));
    let of_file = root.post("/api/v1/sources", json!({ "name": "website", "kind": "web" })).await;
    assert_eq!(of_file.code(), (409, "conflict"));
}

#[tokio::test]
async fn a_rotated_key_has_an_overlap_and_a_change_stays_after_a_restart() {
    let harness = Harness::new();
    let mut admin = root(&harness).await;
    let first = admin.post("/api/v1/sources", json!({ "name": "app", "kind": "web" })).await.body;
    let rotated = admin.post("/api/v1/sources/app/rotate", json!({ "overlap_hours": 2 })).await;
    assert_eq!(rotated.status, 200);
    assert_ne!(rotated.body["write_key"], first["write_key"]);
    assert_eq!(rotated.body["old_key_until"], "2026-11-18T13:06:40.000Z");
    let long = admin.post("/api/v1/sources/app/rotate", json!({ "overlap_hours": 721 })).await;
    assert_eq!((long.code(), &long.body["field"]), ((422, "invalid_request"), &json!("overlap_hours")));
    let off = admin.put("/api/v1/sources/app", json!({ "enabled": false, "rate_limit": "5/s" })).await;
    assert_eq!((&off.body["enabled"], &off.body["rate_limit"]), (&json!(false), &json!("5/s")));
    drop(admin);
    let harness = harness.restart();
    let mut program = Client::program(&harness, TOKEN);
    let after = program.get("/api/v1/sources/app").await.body;
    assert_eq!((&after["enabled"], &after["rate_limit"]), (&json!(false), &json!("5/s")));
    assert_eq!(after["old_key_until"], "2026-11-18T13:06:40.000Z");
    let free = program.put("/api/v1/sources/app", json!({ "rate_limit": "" })).await;
    assert_eq!(free.body["rate_limit"], Value::Null);
    harness.pass(3 * 3_600);
    assert_eq!(program.get("/api/v1/sources/app").await.body["old_key_until"], Value::Null);
}

#[tokio::test]
async fn a_destination_is_made_and_none_of_its_secrets_comes_back_or_lies_open() {
    let harness = Harness::new();
    let mut root = root(&harness).await;
    let made = root.post("/api/v1/destinations", login()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!((&made.body["region"], &made.body["region_from"]), (&json!("eu"), &json!("account_token")));
    assert_eq!(made.body["account_token_hint"], "NPS-…0001");
    assert_eq!(made.body["standing"]["state"], "running");
    assert_eq!(made.body["delivery"]["concurrency"], 8);
    let begun = harness.archive.samples(None, Millis(0), Millis(i64::MAX)).unwrap();
    assert_eq!(begun.len(), 1, "its series begins with it, and no other's is touched");
    let applied = harness.running.applied().1;
    assert_eq!(applied[2], ("shop".to_owned(), "planted-shop-password".to_owned()));
    let everything = [
        root.get("/api/v1/destinations").await.body.to_string(),
        root.get("/api/v1/destinations/shop").await.body.to_string(),
        root.get("/api/v1/audit").await.body.to_string(),
        kept(&harness),
    ];
    for text in everything {
        assert!(!text.contains("planted"), "{text}");
    }
    let file = std::fs::read(harness.journal_file()).unwrap();
    assert!(!file.windows(7).any(|window| window == b"planted"), "in the file itself");
}

#[tokio::test]
async fn a_destination_changes_and_keeps_what_is_not_named() {
    let harness = Harness::new();
    let mut admin = root(&harness).await;
    admin.post("/api/v1/destinations", login()).await;
    let change = json!({ "mode": "shadow", "delivery": { "concurrency": 3, "unknown_user_wait": "2 min" },
        "consent": { "web": { "one_trust": ["C0002"] } } });
    let changed = admin.put("/api/v1/destinations/shop", change).await;
    assert_eq!((changed.status, &changed.body["mode"]), (200, &json!("shadow")));
    assert_eq!(changed.body["delivery"]["unknown_user_wait"], "2 min");
    let password = admin.put("/api/v1/destinations/shop", json!({ "password": "planted-new" })).await;
    assert_eq!(password.status, 200);
    drop(admin);
    let harness = harness.restart();
    let mut program = Client::program(&harness, TOKEN);
    let after = program.get("/api/v1/destinations/shop").await.body;
    assert_eq!((&after["mode"], &after["delivery"]["concurrency"]), (&json!("shadow"), &json!(3)));
    assert_eq!(after["consent"]["web"]["one_trust"], json!(["C0002"]));
    assert_eq!(after["username"], "ada@example.com");
    // The password that is kept goes nowhere but where it is kept for.
    let moved = program.put("/api/v1/destinations/shop", json!({ "base_url": "https://evil.example" })).await;
    assert_eq!((moved.code(), &moved.body["field"]), ((422, "invalid_request"), &json!("password")));
    let renamed = program.put("/api/v1/destinations/shop", json!({ "name": "other" })).await;
    assert_eq!(renamed.body["field"], "name");
}

#[tokio::test]
async fn what_does_not_do_is_refused_and_nothing_is_changed() {
    let harness = Harness::new();
    let mut root = root(&harness).await;
    let with = |field: &str, value: Value| {
        let mut form = login();
        form[field] = value;
        form
    };
    for (form, field) in [
        (with("name", json!("a/b")), "name"),
        (with("name", json!("..")), "name"),
        (with("name", json!("a\r\nset-cookie: x")), "name"),
        (with("password", json!("")), "password"),
        (with("account_token", Value::Null), "account_token"),
        (with("region", json!("mars")), "region"),
        (with("base_url", json!("javascript:alert(1)")), "base_url"),
        (with("sources", json!(["nobody"])), "sources"),
        (with("mode", json!("off")), "mode"),
        (with("delivery", json!({ "concurrency": 0 })), "concurrency"),
    ] {
        let refused = root.post("/api/v1/destinations", form.clone()).await;
        assert_eq!(
            (refused.code(), &refused.body["field"]),
            ((422, "invalid_request"), &json!(field)),
            "{form}"
        );
        assert!(!refused.body.to_string().contains("planted"));
    }
    let garbage = root.post("/api/v1/destinations", json!({ "password": 7, "planted": 1 })).await;
    assert_eq!(garbage.code(), (400, "invalid_request"));
    assert!(!garbage.body.to_string().contains("planted"), "{}", garbage.body);
    assert_eq!(kept(&harness), "");
    for (form, status) in [
        (json!({ "name": "x", "kind": "fridge" }), 400),
        (json!({ "name": "", "kind": "web" }), 422),
        (json!({}), 400),
        (json!(["x", "web", null]), 400),
    ] {
        assert_eq!(root.post("/api/v1/sources", form).await.status, status);
    }
}

#[tokio::test]
async fn entries_of_the_configuration_file_are_read_only() {
    let harness = Harness::new();
    let mut root = root(&harness).await;
    let tries = [
        root.put("/api/v1/sources/website", json!({ "enabled": false })).await,
        root.post("/api/v1/sources/website/rotate", json!({ "overlap_hours": 0 })).await,
        root.delete("/api/v1/sources/website").await,
        root.put("/api/v1/destinations/one", json!({ "mode": "shadow" })).await,
        root.delete("/api/v1/destinations/one?backlog=keep").await,
    ];
    for refused in tries {
        assert_eq!(refused.code(), (409, "read_only"));
    }
    assert_eq!(root.post("/api/v1/destinations/one/pause", json!({})).await.status, 200);
}

#[tokio::test]
async fn a_removed_source_leaves_the_destinations_it_fed() {
    let harness = Harness::new();
    let mut root = root(&harness).await;
    root.post("/api/v1/sources", json!({ "name": "app", "kind": "web" })).await;
    let mut form = login();
    form["sources"] = json!(["website", "app"]);
    root.post("/api/v1/destinations", form).await;
    assert_eq!(root.delete("/api/v1/sources/app").await.status, 204);
    assert_eq!(root.get("/api/v1/sources/app").await.status, 404);
    let shop = root.get("/api/v1/destinations/shop").await.body;
    assert_eq!(shop["sources"], json!(["website"]));
    assert!(!kept(&harness).contains("app"));
    let actions = root.get("/api/v1/audit").await.body;
    assert_eq!(
        (&actions["items"][0]["action"], &actions["items"][0]["subject"]),
        (&json!("source.remove"), &json!("app"))
    );
}

#[tokio::test]
async fn a_removed_destinations_backlog_is_kept_or_discarded_as_asked() {
    let harness = Harness::new();
    let mut root = root(&harness).await;
    for (backlog, discarded, kept) in [("keep", 0, 3), ("discard", 3, 0)] {
        let mut form = login();
        form["name"] = json!(format!("shop-{backlog}"));
        let name = form["name"].as_str().unwrap().to_owned();
        root.post("/api/v1/destinations", form).await;
        root.post(&format!("/api/v1/destinations/{name}/pause"), json!({})).await;
        harness.store_for(&name, 3).await;
        let unsaid = root.delete(&format!("/api/v1/destinations/{name}")).await;
        assert_eq!(unsaid.status, 400);
        let removed = root.delete(&format!("/api/v1/destinations/{name}?backlog={backlog}")).await;
        assert_eq!(removed.status, 200);
        assert_eq!(removed.body, json!({ "discarded": discarded, "kept": kept }));
        let status = root.get("/api/v1/status").await.body;
        let standings = status["destinations"].as_array().unwrap();
        let gone = standings.iter().find(|one| one["name"] == name.as_str()).unwrap();
        assert_eq!((&gone["pending"], &gone["imbalance"]), (&json!(kept), &json!(0)));
        assert_eq!(gone["skipped"], discarded);
    }
}

#[tokio::test]
async fn what_was_to_be_given_up_when_the_server_was_killed_is_given_up_later() {
    let harness = Harness::new();
    let mut root = root(&harness).await;
    let mut form = login();
    form["name"] = json!("shop");
    root.post("/api/v1/destinations", form.clone()).await;
    root.post("/api/v1/destinations/shop/pause", json!({})).await;
    harness.store_for("shop", 3).await;
    assert_eq!(
        root.delete("/api/v1/destinations/shop?backlog=keep").await.body,
        json!({ "discarded": 0, "kept": 3 })
    );
    // As a server leaves it that was killed after it wrote the removal down.
    let intent = DocumentChange::Put { kind: "discarding".into(), key: "shop".into(), record: "{}".into() };
    harness.archive.write_documents(vec![intent]).await.unwrap();
    let made = root.post("/api/v1/destinations", form).await;
    assert_eq!((made.status, &made.body["standing"]["pending"]), (201, &json!(0)), "{}", made.body);
    assert_eq!(made.body["standing"]["skipped_by"]["discarded"], 3);
    assert!(harness.documents("discarding").is_empty());
}

#[tokio::test]
async fn a_login_is_tried_and_what_is_wrong_is_said_in_words() {
    let harness = Harness::new();
    let mut root = root(&harness).await;
    let mut form = login();
    form.as_object_mut().unwrap().remove("name");
    form.as_object_mut().unwrap().remove("sources");
    let wrong = root.post("/api/v1/connection-test", form.clone()).await;
    assert_eq!((wrong.status, &wrong.body["ok"], &wrong.body["region"]), (200, &json!(false), &json!("eu")));
    assert!(wrong.body["problem"]["message"].as_str().unwrap().contains("InMoment refuses it"));
    assert!(wrong.body["problem"]["what_to_do"].as_str().unwrap().contains("Settings, Your Account"));
    form["password"] = json!("right-password");
    let right = root.post("/api/v1/connection-test", form.clone()).await;
    assert_eq!((&right.body["ok"], &right.body["problem"]), (&json!(true), &Value::Null));
    // With the login that is kept; not at another address, though.
    let kept = root.post("/api/v1/connection-test", json!({ "name": "one" })).await;
    assert_eq!((kept.status, &kept.body["ok"]), (200, &json!(false)));
    let moved = root
        .post("/api/v1/connection-test", json!({ "name": "one", "base_url": "https://evil.example" }))
        .await;
    assert_eq!(moved.body["field"], "password");
    // A whole login is tried where the destination has its address; a destination may be yet to be made.
    let mut made = login();
    made["base_url"] = json!("http://127.0.0.1:9600");
    assert_eq!(root.post("/api/v1/destinations", made).await.status, 201);
    for (name, asked_at) in [("shop", "http://127.0.0.1:9600"), ("new", "https://api.wootric.eu")] {
        form["name"] = json!(name);
        let answer = root.post("/api/v1/connection-test", form.clone()).await;
        assert_eq!(
            (&answer.body["ok"], &answer.body["base_url"]),
            (&json!(true), &json!(asked_at)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_change_is_carried_through_when_nobody_waits_for_the_answer_any_more() {
    let harness = Harness::new();
    let mut root = root(&harness).await;
    root.post("/api/v1/destinations", login()).await;
    let running = &harness.running;
    running.applying.send_replace(false);
    running.may_apply.send_replace(false);
    let asked = tokio::spawn(async move {
        root.put("/api/v1/destinations/shop", json!({ "password": "planted-new" })).await
    });
    running.applying.subscribe().wait_for(|applying| *applying).await.unwrap();
    asked.abort();
    assert!(asked.await.is_err_and(|ended| ended.is_cancelled()));
    running.may_apply.send_replace(true);
    let wanted = ("shop".to_owned(), "planted-new".to_owned());
    let mut applied = running.applied.subscribe();
    let served = applied.wait_for(|(_, destinations)| destinations.contains(&wanted));
    let served = tokio::time::timeout(std::time::Duration::from_secs(60), served).await;
    assert!(served.is_ok(), "the server goes on with what it served before");
}

/// The journal lets no destination start at the moment. What was changed holds, and is tried again.
#[tokio::test]
async fn a_destination_that_does_not_start_yet_is_no_change_that_failed() {
    let harness = Harness::new();
    let mut root = root(&harness).await;
    harness.running.starts_nothing.store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(root.post("/api/v1/destinations", login()).await.status, 201);
    assert!(harness.running.applied().1.iter().any(|(name, _)| name == "shop"));
}
