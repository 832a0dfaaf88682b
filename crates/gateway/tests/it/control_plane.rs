//! The requests of SDKs when they start (docs/facts/sdks.md#source-config, #check-37..46).

use crate::app::{App, OFF, SITE, UNKNOWN, bodiless, post};
use journal::Intake;
use serde_json::{Value, json};

fn expected(name: &str, id: u32, key: &str, enabled: bool) -> Value {
    json!({
        "source": {
            "id": format!("src_{id}"), "name": name, "writeKey": key, "enabled": enabled, "workspaceId": "rapport",
            "updatedAt": "2023-11-14T22:13:20.000Z",
            "config": {"statsCollection": {"errors": {"enabled": false}, "metrics": {"enabled": false}}},
            "destinations": [], "dataplanes": {}
        },
        "updatedAt": "2023-11-14T22:13:20.000Z",
        "consentManagementMetadata": {"providers": []}
    })
}

#[tokio::test]
async fn every_spelling_an_sdk_uses_gets_the_same_answer() {
    let app = App::start().await;
    let id = app.journal.source("site", event::SourceKind::Web).unwrap().0;
    let site = expected("site", id, "wk_site", true);
    for (target, headers) in [
        ("/sourceConfig/?p=npm&v=3.34.1&build=modern&writeKey=wk_site&lockPluginsVersion=true", SITE),
        ("/sourceConfig?p=android&v=1.28.0&bv=34", SITE),
        ("/sourceConfig?p=android&v=1.6.0&writeKey=wk_site&bv=34", ""),
        ("/sourceConfig?writeKey=wk_off", SITE),
        ("/sourceConfig?writeKey=wk_site", "Authorization: Basic malformed!\r\n"),
        ("//sourceConfig/", SITE),
    ] {
        let reply = app.send(bodiless("GET", target, headers)).await;
        assert_eq!(reply.status, 200, "{target}");
        assert_eq!(serde_json::from_slice::<Value>(&reply.body).unwrap(), site, "{target}");
        assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn head_is_answered_like_get_without_the_body() {
    let app = App::start().await;
    let mut wire = app.connect().await;
    wire.send(bodiless("HEAD", "/sourceConfig/?view=ad", SITE)).await;
    let reply = wire.reply_to_head().await;
    assert_eq!((reply.status, reply.header("cache-control")), (200, Some("no-store")));
    // The next reply begins right behind: there was no body.
    wire.send(bodiless("HEAD", "/sourceConfig/?view=ad", UNKNOWN)).await;
    assert_eq!(wire.reply_to_head().await.status, 401);
}

#[tokio::test]
async fn a_disabled_source_is_told_so() {
    let app = App::start().await;
    let reply = app.send(bodiless("GET", "/sourceConfig", OFF)).await;
    assert_eq!(reply.status, 200);
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(answer["source"]["enabled"], json!(false));
}

#[tokio::test]
async fn an_unknown_key_is_401_with_the_words_that_legacy_android_looks_for() {
    let app = App::start().await;
    for (target, headers) in [
        ("/sourceConfig", UNKNOWN),
        ("/sourceConfig?writeKey=nobody", ""),
        ("/sourceConfig?writeKey=wk_site", UNKNOWN),
    ] {
        let reply = app.send(bodiless("GET", target, headers)).await;
        reply.assert_refused(401, "invalid write key\n");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    app.send(bodiless("GET", "/sourceConfig", ""))
        .await
        .assert_refused(401, "failed to read writekey from header\n");
}

#[tokio::test]
async fn error_reports_of_the_web_sdk_are_taken_and_forgotten() {
    let app = App::start().await;
    app.send(post("/rsaMetrics", SITE, r#"{"version":"1","errors":{}}"#)).await.assert_ok();
    assert!(app.stored().is_empty());
}
