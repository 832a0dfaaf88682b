//! The mobile SDKs by their recorded request shapes: they cannot run without a phone's tool chain, so their
//! requests are written byte by byte (docs/facts/sdks.md#kotlin for Kotlin, 6 for the older Android SDK).

use crate::visitor::Visitor;
use crate::wire::{Framing, Reply, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write as _;
use std::net::SocketAddr;

/// The installation's id, as both SDKs make it on first start.
const ANONYMOUS_ID: &str = "6a9f5c1e-1f2d-4a55-9c3e-0b7d51f2a8e4";

fn basic(write_key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{write_key}:")))
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).and_then(|()| encoder.finish()).expect("memory takes everything")
}

/// The traits of a phone's user: the only place where these SDKs put them is the event's context.
fn traits(visitor: &Visitor) -> Value {
    json!({
        "email": visitor.email,
        "phone": visitor.phone,
        "name": "Ada",
        "plan": "pro",
        "createdAt": "2021-01-20T13:39:21.032Z",
    })
}

/// The sample survey answer.
fn answer() -> Value {
    json!({
        "feedbackScore": 9,
        "feedbackText": "Great Product!",
        "ip": "127.0.0.0",
        "url": "https://www.google.com/",
        "createdAt": "2022-01-20T13:39:21.032Z",
    })
}

/// How Kotlin's body travels; gzip is an option of the app, off unless asked for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Encoding {
    Plain,
    Gzip,
}

/// Kotlin on Android 1.6.0: its start-up request, whose answer is checked as the SDK does.
pub(crate) fn kotlin_start(address: SocketAddr, write_key: &str) -> Reply {
    let line = format!("GET /sourceConfig?p=android&v=1.6.0&writeKey={write_key}&bv=34");
    let headers = [
        ("Authorization", &*basic(write_key)),
        ("User-Agent", "Dalvik/2.1.0 (Linux; U; Android 14)"),
        ("Accept", "text/html, image/gif, image/jpeg, */*; q=0.2"),
        ("Connection", "keep-alive"),
    ];
    Wire::open(address).exchange(&line, &headers, Framing::None)
}

/// Kotlin 1.6.0: both events in one streamed batch, its `AnonymousId` header with the colon inside the base64.
pub(crate) fn kotlin_send(
    address: SocketAddr,
    write_key: &str,
    visitor: &Visitor,
    encoding: Encoding,
) -> Reply {
    let sent_at = "2026-01-01T00:00:01.000Z";
    let event = |id: &str, specific: Value| {
        let mut event = json!({
            "messageId": format!("{}-{id}", visitor.user_id),
            "originalTimestamp": "2026-01-01T00:00:00.000Z",
            "context": {
                "library": { "name": "com.rudderstack.sdk.kotlin.android", "version": "1.6.0" },
                "traits": traits(visitor),
            },
            "userId": visitor.user_id,
            "sentAt": sent_at,
            "anonymousId": ANONYMOUS_ID,
            "channel": "mobile",
        });
        let fields = event.as_object_mut().expect("just made as an object");
        fields.extend(specific.as_object().expect("given as an object").clone());
        event
    };
    let body = json!({
        "batch": [
            event("i", json!({ "type": "identify", "event": "identify", "integrations": { "All": true } })),
            event("t", json!({
                "type": "track",
                "event": "Submit",
                "properties": answer(),
                "integrations": { "All": true, "Wootric": { "eventType": "create response" } },
            })),
        ],
        "sentAt": sent_at,
    })
    .to_string();

    let authorization = basic(write_key);
    let anonymous_id = STANDARD.encode(format!("{ANONYMOUS_ID}:"));
    let mut headers = vec![
        ("Authorization", &*authorization),
        ("Content-Type", "application/json"),
        ("AnonymousId", &*anonymous_id),
        ("User-Agent", "Dalvik/2.1.0 (Linux; U; Android 14)"),
        ("Accept", "text/html, image/gif, image/jpeg, */*; q=0.2"),
        ("Connection", "keep-alive"),
    ];
    let body = match encoding {
        Encoding::Plain => body.into_bytes(),
        Encoding::Gzip => {
            headers.push(("Content-Encoding", "gzip"));
            gzip(body.as_bytes())
        }
    };
    // Chunks far smaller than the platform's own, so that values and gzip blocks are torn apart.
    Wire::open(address).exchange("POST /v1/batch", &headers, Framing::Chunked(&body, 100))
}

/// Android 1.28.0: the start-up request, which has the write key in its credentials only, and the first upload on
/// the same connection: gzip with a length, the batch assembled as text with `sentAt` before `batch`.
pub(crate) fn android(address: SocketAddr, write_key: &str, visitor: &Visitor) -> (Reply, Reply) {
    let authorization = basic(write_key);
    let mut wire = Wire::open(address);
    let start = wire.exchange(
        "GET /sourceConfig?p=android&v=1.28.0&bv=34",
        &[("Authorization", &*authorization), ("Accept-Encoding", "gzip"), ("Connection", "Keep-Alive")],
        Framing::None,
    );

    let sent_at = "2026-01-01T00:00:01.000Z";
    let event = |id: &str, specific: &str| {
        let mut traits = traits(visitor);
        traits["anonymousId"] = json!(ANONYMOUS_ID);
        traits["userId"] = json!(visitor.user_id);
        traits["id"] = json!(visitor.user_id);
        format!(
            r#"{{"messageId":"{user}-{id}","channel":"mobile","context":{{"library":{{"name":"com.rudderstack.android.sdk.core","version":"1.28.0"}},"traits":{traits}}},"originalTimestamp":"2026-01-01T00:00:00.000Z","anonymousId":"{ANONYMOUS_ID}","userId":"{user}",{specific},"sentAt":"{sent_at}"}}"#,
            user = visitor.user_id,
        )
    };
    let identify = event("i", r#""type":"identify","event":"identify","integrations":{"All":true}"#);
    let track = event(
        "t",
        &format!(
            r#""type":"track","event":"Submit","properties":{},"userProperties":{{}},"integrations":{{"All":true,"Wootric":{{"eventType":"create response"}}}}"#,
            answer()
        ),
    );
    let body = gzip(format!(r#"{{"sentAt":"{sent_at}","batch": [{identify},{track}]}}"#).as_bytes());
    let upload = wire.exchange(
        "POST /v1/batch",
        &[
            ("Content-Type", "application/json"),
            ("Authorization", &*authorization),
            ("AnonymousId", &*STANDARD.encode(ANONYMOUS_ID)),
            ("Content-Encoding", "gzip"),
            ("User-Agent", "Dalvik/2.1.0 (Linux; U; Android 14)"),
            ("Accept-Encoding", "gzip"),
            ("Connection", "Keep-Alive"),
        ],
        Framing::Length(&body),
    );
    (start, upload)
}

/// Everything that Kotlin's and Android's readers insist on (docs/facts/sdks.md#kotlin, #android, #source-config): one field missing and the SDK
/// discards the whole answer; `dataplanes` would send an Android app's events elsewhere.
pub(crate) fn assert_source_config(reply: &Reply, write_key: &str) {
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(reply.content_type.starts_with("application/json"), "{}", reply.content_type);
    let config: Value = serde_json::from_slice(&reply.body).expect("the source configuration is JSON");
    let source = &config["source"];
    for field in ["id", "name", "workspaceId", "updatedAt"] {
        assert!(
            source[field].as_str().is_some_and(|text| !text.is_empty()),
            "source.{field}: {}",
            source[field]
        );
    }
    assert_eq!(source["writeKey"], write_key);
    assert_eq!(source["enabled"], true);
    assert!(source["config"].is_object(), "source.config: {}", source["config"]);
    assert_eq!(source["destinations"], json!([]), "a cloud destination breaks the SDKs and may show secrets");
    assert!(matches!(&source["dataplanes"], Value::Null) || source["dataplanes"] == json!({}));
}
