//! Requests recorded from the official SDKs, sent again: headers in their order and spelling, bodies as they were.

use crate::app::App;
use crate::transport::gzip;
use crate::wire::Reply;
use serde_json::Value;

/// A recorded request: the bytes that are sent, and the body that must be stored.
struct Recorded {
    bytes: Vec<u8>,
    method: String,
    body: Vec<u8>,
    events: u32,
}

fn recordings(file: &str) -> Vec<Value> {
    let path = format!("{}/tests/fixtures/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

/// Recordings hold bodies as JSON, so the bytes are made anew: same members in the same order, same coding.
fn recorded(recording: &Value) -> Recorded {
    let body = recording.get("body_json").map(Value::to_string).unwrap_or_default().into_bytes();
    let headers = recording["headers"].as_array().unwrap();
    let header = |wanted: &str| {
        headers
            .iter()
            .find(|pair| pair[0].as_str().unwrap().eq_ignore_ascii_case(wanted))
            .map(|pair| pair[1].as_str().unwrap())
    };
    let coded = if header("content-encoding") == Some("gzip") { gzip(&body) } else { body.clone() };
    let mut bytes =
        format!("{} {} HTTP/1.1\r\n", recording["method"].as_str().unwrap(), target(recording)).into_bytes();
    for pair in headers {
        let (name, value) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        let length = coded.len().to_string();
        let value = if name.eq_ignore_ascii_case("content-length") { &length } else { value };
        bytes.extend(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend(b"\r\n");
    if header("transfer-encoding") == Some("chunked") {
        for chunk in coded.chunks(100) {
            bytes.extend([format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
        }
        bytes.extend(b"0\r\n\r\n");
    } else {
        bytes.extend(&coded);
    }
    let events = recording["body_json"]["batch"].as_array().map_or(1, Vec::len);
    let method = recording["method"].as_str().unwrap().to_owned();
    Recorded { bytes, method, body, events: u32::try_from(events).unwrap() }
}

fn target(recording: &Value) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in recording["query"].as_object().unwrap() {
        query.append_pair(name, value.as_str().unwrap());
    }
    let query = query.finish();
    let path = recording["path"].as_str().unwrap();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn assert_readable(reply: &Reply) {
    assert!(reply.header("access-control-allow-origin").is_some());
}

#[tokio::test]
async fn what_the_sdks_sent_is_answered_as_they_expect_and_stored_byte_for_byte() {
    for (file, posts) in [
        ("node_identify_track", 2),
        ("node_many45", 4),
        ("python_all_types", 1),
        ("go_all", 1),
        ("service_worker_in_node", 2),
        ("kotlin_jvm_httpurlconnection_emulated", 2),
        ("web_anonymous_track_dataplane", 2),
        ("web_cloud_wootric_dataplane", 2),
        ("web_cloud_wootric_controlplane", 0),
        ("web_xhr_batch_dataplane", 2),
        ("web_beacon_dataplane", 2),
    ] {
        let app = App::start().await;
        let mut sent = Vec::new();
        for recording in recordings(file) {
            let recorded = recorded(&recording);
            let reply = app.send(&recorded.bytes).await;
            match recorded.method.as_str() {
                "OPTIONS" => {
                    assert_eq!(reply.status, 204, "{file}");
                    assert_readable(&reply);
                }
                "GET" => {
                    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
                    assert_eq!(answer["source"]["enabled"], true, "{file}");
                }
                _ => {
                    reply.assert_ok();
                    sent.push((recorded.body, recorded.events));
                }
            }
        }
        let stored = app.stored().into_iter().map(|request| (request.body.to_vec(), request.events));
        assert_eq!(stored.collect::<Vec<_>>(), sent, "{file}");
        assert_eq!(sent.len(), posts, "{file}");
        assert!(app.stored().iter().all(|request| request.rejected.is_empty()), "{file}");
    }
}

#[tokio::test]
async fn the_raw_bytes_of_the_rust_sdk_with_their_doubled_keys() {
    let app = App::start().await;
    let mut sent = Vec::new();
    let mut wire = app.connect().await;
    for recording in recordings("rust_all_raw_bytes") {
        let raw = recording["raw_http_request"].as_str().unwrap();
        wire.send(raw).await;
        wire.reply().await.assert_ok();
        sent.push(raw.split_once("\r\n\r\n").unwrap().1.to_owned());
    }
    assert!(sent.iter().any(|body| body.contains(r#""type":"batch""#)));
    let stored: Vec<_> = app.stored().into_iter().map(|request| request.body).collect();
    assert_eq!(stored, sent);
}

#[tokio::test]
async fn the_request_lines_of_sdks_whose_address_ends_in_a_slash() {
    let app = App::start().await;
    for recording in recordings("trailing_slash_request_lines") {
        let line = recording["request_line"].as_str().unwrap();
        let body = if line.contains("batch") { r#"{"batch":[{"userId":"u"}]}"# } else { r#"{"userId":"u"}"# };
        let headers = format!("Host: test\r\n{}Content-Length: {}", crate::app::SITE, body.len());
        app.send(format!("{line}\r\n{headers}\r\n\r\n{body}")).await.assert_ok();
    }
    assert_eq!(app.stored().len(), 2);
}
