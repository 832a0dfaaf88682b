//! Pixel, beacon and the pages without events (docs/facts/gateway.md#check-33..37; docs/facts/sdks.md#check-24, #check-25).

use crate::app::{App, SITE, START, bodiless, post};
use crate::wire::Reply;
use event::{EventKind, RequestShape};
use journal::JournalError;
use serde_json::{Value, json};
use std::time::Duration;

const BATCH: &str = r#"{"batch":[{"userId":"u"}],"sentAt":"2026-01-01T00:00:00.000Z"}"#;

#[tokio::test]
async fn a_beacon_carries_its_key_in_the_query() {
    let app = App::start().await;
    let beacon = |query: &str, headers: &str| {
        post(
            &format!("/beacon/v1/batch{query}"),
            &format!("Content-Type: text/plain\r\nCookie: a=b\r\n{headers}"),
            BATCH,
        )
    };
    app.send(beacon("?writeKey=wk_site", "")).await.assert_ok();
    app.send(beacon("?writeKey=%77k_site", "")).await.assert_ok();
    assert_eq!(app.stored()[0].body, BATCH);
    for query in ["", "?writeKey=", "?other=1"] {
        app.send(beacon(query, SITE))
            .await
            .assert_refused(401, "failed to read writekey from query params\n");
    }
    for query in ["?writeKey=nobody", "?writeKey=%2577k_site"] {
        app.send(beacon(query, SITE)).await.assert_refused(401, "invalid write key\n");
    }
    app.send(beacon("?writeKey=wk_off", "")).await.assert_refused(404, "source is disabled\n");
    assert_eq!(app.stored().len(), 2);
}

/// Segment's Java and web SDKs send no `Authorization`.
#[tokio::test]
async fn without_authorization_the_key_in_the_body_counts_and_is_not_kept() {
    let app = App::start().await;
    for (path, body, kept) in [
        (
            "/v1/import",
            r#"{"batch":[{"type":"track","userId":"u","writeKey":"mine"}],"writeKey":"wk_site"}"#,
            r#"{"batch":[{"type":"track","userId":"u","writeKey":"mine"}],"writeKey":"xxxxxxx"}"#,
        ),
        (
            "/v1/t",
            r#"{ "writeKey" : "wk\u005fsite", "userId":"u"}"#,
            r#"{ "writeKey" : "xxxxxxxxxxxx", "userId":"u"}"#,
        ),
        (
            "/v1/i",
            r#"{"writeKey":"other","userId":"u","writeKey":"wk_site"}"#,
            r#"{"writeKey":"xxxxx","userId":"u","writeKey":"xxxxxxx"}"#,
        ),
    ] {
        let reply = app.send(post(path, "Content-Type: text/plain\r\n", body)).await;
        assert_eq!((reply.status, reply.text()), (200, r#"{"success":true}"#), "{path}");
        assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(app.stored().last().unwrap().body, kept, "{path}");
    }
    let kinds: Vec<RequestShape> = app.stored().iter().map(|request| request.shape).collect();
    assert_eq!(
        kinds,
        [
            RequestShape::Batch,
            RequestShape::Single(EventKind::Track),
            RequestShape::Single(EventKind::Identify)
        ]
    );
}

#[tokio::test]
async fn a_body_without_a_key_that_counts_is_refused() {
    let app = App::start().await;
    for body in [
        r#"{"userId":"u"}"#,
        r#"{"writeKey":"","userId":"u"}"#,
        r#"{"writeKey":1,"userId":"u"}"#,
        r#"{"writeKey":"wk_site","userId":"u","writeKey":null}"#,
        r#"{"properties":{"writeKey":"wk_site"},"userId":"u"}"#,
        r#"[{"writeKey":"wk_site"}]"#,
        r#"{"writeKey":"wk_site""#,
        "",
    ] {
        let refused = app.send(post("/v1/t", "", body)).await;
        refused.assert_refused(401, "failed to read writekey from header\n");
    }
    let nobody = r#"{"writeKey":"nobody","userId":"u"}"#;
    app.send(post("/v1/t", "", nobody)).await.assert_refused(401, "invalid write key\n");
    let off = r#"{"writeKey":"wk_off","userId":"u"}"#;
    app.send(post("/v1/t", "", off)).await.assert_refused(404, "source is disabled\n");
    // A header that is there decides, right or wrong.
    let mine = r#"{"writeKey":"wk_site","userId":"u"}"#;
    let wrong = app.send(post("/v1/t", "Authorization: Bearer wk_site\r\n", mine)).await;
    wrong.assert_refused(401, "failed to read writekey from header\n");
    assert!(app.stored().is_empty());
}

/// Segment's web SDK reports its own counts; they are no events.
#[tokio::test]
async fn what_sdks_measure_of_themselves_is_taken_and_dropped() {
    let app = App::start().await;
    app.send(post("/v1/m", "", r#"{"series":[]}"#)).await.assert_ok();
    assert!(app.stored().is_empty());
}

fn assert_pixel(reply: &Reply) {
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("image/gif")));
    assert_eq!((reply.body.len(), &reply.body[..6], reply.body[42]), (43, &b"GIF89a"[..], 0x3b));
}

#[tokio::test]
async fn a_pixel_shows_its_image_whatever_happens() {
    let app = App::start().await;
    for target in [
        "/pixel/v1/track",
        "/pixel/v1/track?writeKey=",
        "/pixel/v1/track?writeKey=nobody&userId=u",
        "/pixel/v1/page?writeKey=wk_off&userId=u",
        "/pixel/v1/track?writeKey=wk_site",
        "/pixel/v1/track?writeKey=wk_site&userId=u&event=",
    ] {
        assert_pixel(&app.send(bodiless("GET", target, "")).await);
    }
    app.journal.fail_next_writes(1, JournalError::Full);
    assert_pixel(&app.send(bodiless("GET", "/pixel/v1/page?writeKey=wk_site&userId=u", "")).await);
    assert!(app.stored().is_empty());
    let counts = app.counters.read();
    assert_eq!((counts.requests("site", 400), counts.requests("site", 503)), (1, 1));
}

#[tokio::test]
async fn a_pixels_event_is_stored_like_any_other() {
    let app = App::start().await;
    app.advance(Duration::from_millis(5));
    let target = "/pixel/v1/track?writeKey=wk_site&anonymousId=%22a-1%22&event=Seen&properties.a=1";
    assert_pixel(&app.send(bodiless("GET", target, "X-Forwarded-For: 9.9.9.9\r\n")).await);
    assert_pixel(&app.send(bodiless("GET", "/pixel/v1/page/?writeKey=wk_site&userId=u&name=", "")).await);
    let stored = app.stored();
    assert_eq!(stored[0].shape, RequestShape::Single(EventKind::Track));
    assert_eq!(stored[0].request_ip.as_deref(), Some("9.9.9.9"));
    assert_eq!(stored[0].received_at.0, START + 5);
    let event: Value = serde_json::from_slice(&stored[0].body).unwrap();
    assert_eq!(
        event,
        json!({"channel": "web", "integrations": {"All": true}, "originalTimestamp": "2023-11-14T22:13:20.005Z",
               "sentAt": "2023-11-14T22:13:20.005Z", "anonymousId": "a-1", "event": "Seen", "properties": {"a": "1"}})
    );
    assert_eq!(stored[1].shape, RequestShape::Single(EventKind::Page));
    let page: Value = serde_json::from_slice(&stored[1].body).unwrap();
    assert_eq!(page["name"], json!("Unknown Page"));
    assert_eq!(stored[1].request_ip.as_deref(), Some("127.0.0.1"));
}

#[tokio::test]
async fn health_has_upstreams_keys_in_upstreams_order() {
    let app = App::start().await;
    for path in ["/health", "/"] {
        let reply = app.send(bodiless("GET", path, "")).await;
        assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(
            (reply.status, reply.text()),
            (
                200,
                r#"{"appType":"EMBEDDED","server":"UP","db":"UP","acceptingEvents":"TRUE","routingEvents":"TRUE","mode":"NORMAL","backendConfigMode":"JSON","lastSync":"2023-11-14T22:13:20.000Z","lastRegulationSync":""}"#
            )
        );
    }
}

#[tokio::test]
async fn version_robots_and_docs() {
    let app = App::start().await;
    let version = app.send(bodiless("GET", "/version", "")).await;
    let version: Value = serde_json::from_slice(&version.body).unwrap();
    let keys: Vec<_> = version.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["Version", "Commit", "BuildDate", "BuiltBy", "Features"]);
    assert_eq!(version["Version"], env!("CARGO_PKG_VERSION"));

    let robots = app.send(bodiless("GET", "/robots.txt", "")).await;
    assert_eq!(robots.text(), "User-agent: * \nDisallow: / \n");

    let docs = app.send(bodiless("GET", "/docs", "")).await;
    assert_eq!((docs.status, docs.header("content-type")), (200, Some("text/html; charset=utf-8")));
}
