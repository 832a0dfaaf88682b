//! Alerts over the API, and a webhook that is really told.

use crate::harness::Harness;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{Mutex, mpsc};

/// A webhook on this machine that tells what it was told; it answers with these statuses in turn, then 200.
async fn webhook(statuses: Vec<u16>) -> (String, mpsc::UnboundedReceiver<String>) {
    let (heard, told) = mpsc::unbounded_channel();
    let statuses = Arc::new(Mutex::new(statuses.into_iter()));
    let answer = move |body: String| {
        let (heard, statuses) = (heard.clone(), statuses.clone());
        async move {
            let status = statuses.lock().await.next().unwrap_or(200);
            let _ = heard.send(body);
            StatusCode::from_u16(status).unwrap()
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/planted-secret-path", listener.local_addr().unwrap());
    let router = Router::new().route("/planted-secret-path", post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, told)
}

#[tokio::test]
async fn an_alert_is_made_tested_changed_and_removed_and_its_address_never_comes_back() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let (url, mut told) = webhook(vec![200, 500]).await;
    let made = root
        .post(
            "/api/v1/alerts",
            json!({ "name": "night", "kind": "dead_letters", "above": 5, "webhook": url }),
        )
        .await;
    assert_eq!((made.status, &made.body["webhook_hint"]), (201, &json!("127.0.0.1")));
    assert_eq!((&made.body["state"], &made.body["above"]), (&json!("ok"), &json!(5)));
    let tested = root.post("/api/v1/alerts/night/test", json!({})).await;
    assert_eq!((tested.status, &tested.body["ok"]), (200, &json!(true)));
    let text: Value = serde_json::from_str(&told.recv().await.unwrap()).unwrap();
    assert!(text["text"].as_str().unwrap().contains("this is a test"), "{text}");
    let failed = root.post("/api/v1/alerts/night/test", json!({})).await;
    assert_eq!(
        (&failed.body["ok"], &failed.body["problem"]["code"]),
        (&json!(false), &json!("webhook_failed"))
    );
    let changed = root.put("/api/v1/alerts/night", json!({ "enabled": false, "above": 6 })).await;
    assert_eq!((&changed.body["state"], &changed.body["above"]), (&json!("unknown"), &json!(6)));
    let everything = format!(
        "{} {} {:?} {failed:?}",
        root.get("/api/v1/alerts").await.body,
        root.get("/api/v1/audit").await.body,
        harness.documents("alert"),
        failed = failed.body,
    );
    assert!(!everything.contains("planted"), "{everything}");
    assert_eq!(root.delete("/api/v1/alerts/night").await.status, 204);
    assert_eq!(root.delete("/api/v1/alerts/night").await.code(), (404, "unknown_alert"));
}

#[tokio::test]
async fn what_cannot_be_an_alert_is_refused_by_its_field() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    for (form, field) in [
        (json!({ "name": "a b", "kind": "halted", "webhook": "https://h/x" }), "name"),
        (json!({ "name": "a", "webhook": "https://h/x" }), "kind"),
        (json!({ "name": "a", "kind": "halted" }), "webhook"),
        (json!({ "name": "a", "kind": "halted", "webhook": "http://far.example/x" }), "webhook"),
        (json!({ "name": "a", "kind": "oldest_pending", "webhook": "https://h/x" }), "older_than"),
        (json!({ "name": "a", "kind": "disk", "above": 99, "webhook": "https://h/x" }), "above"),
    ] {
        let refused = root.post("/api/v1/alerts", form.clone()).await;
        assert_eq!(
            (refused.code(), &refused.body["field"]),
            ((422, "invalid_request"), &json!(field)),
            "{form}"
        );
    }
}

#[tokio::test]
async fn a_change_of_state_is_told_once_again_until_it_is_heard_and_after_a_restart_not_twice() {
    let harness = Harness::new();
    let mut root = harness.person("root", "administrator").await;
    let (url, mut told) = webhook(vec![503]).await;
    root.post("/api/v1/alerts", json!({ "name": "disk", "kind": "disk", "above": 10, "webhook": url })).await;
    let serve = || async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let stopped = async { drop(stopped.await) };
        let door = port::Door::new("admin", port::Limits::new(10));
        (stop, tokio::spawn(console::serve(door, listener, harness.settings.clone(), stopped)))
    };
    let (stop, server) = serve().await;
    harness.free.store(5, Ordering::Relaxed);
    let first = told.recv().await.unwrap();
    assert!(first.contains("alert disk: the disk of the data folder has 5.0 % left"), "{first}");
    // It was not heard: nothing more comes before its time, and then the same.
    loop {
        let shown = root.get("/api/v1/alerts").await.body["items"][0].clone();
        if shown["last_problem"] == "the webhook answered 503" {
            assert_eq!(shown["state"], "firing", "the console says so, though nobody was told yet");
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(told.try_recv().is_err());
    harness.pass(11);
    assert_eq!(told.recv().await.unwrap(), first);
    loop {
        let list = root.get("/api/v1/alerts").await.body;
        let shown = &list["items"][0];
        if shown["last_problem"].is_null() {
            assert_eq!(shown["state"], "firing");
            assert_eq!(list["firing"].as_array().map(Vec::len), Some(1));
            assert_eq!(list["firing"][0]["since"], shown["since"]);
            let text = list["firing"][0]["text"].as_str().unwrap();
            assert!(text.starts_with("the disk of the data folder has 5.0 % left"), "{text}");
            break;
        }
        tokio::task::yield_now().await;
    }
    drop(stop);
    server.await.unwrap().unwrap();
    assert!(told.try_recv().is_err(), "told once");
    // A server started anew tells of the recovery, not of the beginning again.
    let (stop, server) = serve().await;
    harness.free.store(50, Ordering::Relaxed);
    let over = told.recv().await.unwrap();
    assert!(over.contains("alert disk is over"), "{over}");
    drop(stop);
    server.await.unwrap().unwrap();
    assert!(told.try_recv().is_err());
}
