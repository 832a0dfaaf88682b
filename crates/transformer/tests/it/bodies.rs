//! Request bodies: content types, sizes, codings (docs/facts/transformer.md#process, #request-failures, #check-8..10, #check-14, #check-16).

use crate::served::{Served, job, request, send, settings, update};
use crate::stub::InMoment;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use http_body::Frame;
use http_body_util::StreamBody;
use serde_json::json;
use std::convert::Infallible;
use std::io::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use transformer::Settings;

async fn alone() -> Served {
    Served::start(settings("http://127.0.0.1:1")).await
}

#[tokio::test]
async fn no_events_are_one_answer() {
    let served = alone().await;
    let none = |metadata: &str| {
        format!(
            r#"{{"output":[{{"metadata":[{metadata}],"batched":false,"statusCode":400,"error":"Invalid event array"}}]}}"#
        )
    };
    let named = none(r#"{"destType":"wootric"}"#);
    for input in ["[]", "{}", "null", "5", "\"x\""] {
        let body = format!(r#"{{"input":{input},"destType":"wootric"}}"#);
        let answer = send(served.post("/routerTransform", body)).await;
        assert_eq!((answer.status, answer.text), (200, named.clone()), "{input}");
    }
    let answer = send(served.post("/routerTransform", r#"{"destType":"wootric"}"#)).await;
    assert_eq!((answer.status, answer.text), (200, named));
    for body in ["{}", "[]"] {
        let answer = send(served.post("/routerTransform", body)).await;
        assert_eq!((answer.status, answer.text), (200, none("{}")), "{body}");
    }
    // A body of another type counts as missing.
    let request = served.client.post(format!("{}/routerTransform", served.url));
    let answer = send(request.header("content-type", "text/plain").body(body_of(500))).await;
    assert_eq!((answer.status, answer.text), (200, none("{}")));
}

#[tokio::test]
async fn without_a_destination_type_there_is_no_answer() {
    let body = json!({ "input": [job(1, "d", update())] }).to_string();
    let answer = send(alone().await.post("/routerTransform", body)).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.json()["error"], "Internal Server Error");
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let served = alone().await;
    for body in ["", "{", "{\"input\":[1,]}", "\"text\"", "5", "null", "{}{}", "{\"a\":1e}", "[\u{1}]"] {
        for path in
            ["/routerTransform", "/batch", "/v0/destinations/wootric", "/v1/destinations/wootric/proxy"]
        {
            let answer = send(served.post(path, body)).await;
            assert_eq!(answer.status, 400, "{path} {body}: {}", answer.text);
            assert_eq!(answer.json()["error"], "Internal Server Error");
        }
    }
    let scalar = send(served.post("/routerTransform", "\"text\"")).await;
    assert_eq!(scalar.json()["message"], "invalid JSON, only supports object and array");
}

#[tokio::test]
async fn one_value_that_is_no_json_costs_no_job() {
    let served = alone().await;
    // Without a destination each job fails on its own, and its answer has its metadata.
    let body = "\u{feff}{\"destType\":\"wootric\",\"input\":[{\"message\":{\"type\":\"identify\",\"n\":NaN},\"metadata\":{\"jobId\":1,\"x\":Infinity}},{\"metadata\":{\"jobId\":2}}]}";
    let answer = send(served.post("/routerTransform", body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let output = answer.json()["output"].clone();
    let metadata: Vec<_> = output.as_array().unwrap().iter().map(|element| &element["metadata"][0]).collect();
    assert_eq!(metadata, [&json!({ "jobId": 1, "x": null }), &json!({ "jobId": 2 })]);
    let list = &body[body.find('[').unwrap()..body.len() - 1];
    let answer = send(served.post("/v0/destinations/wootric", format!("\u{feff}{list}"))).await;
    assert_eq!((answer.status, answer.json().as_array().unwrap().len()), (200, 2), "{}", answer.text);
    let broken = send(served.post("/routerTransform", r#"{"destType":"wootric","input":[NaNa]}"#)).await;
    assert_eq!(broken.status, 400);
}

#[tokio::test]
async fn batches_are_never_made() {
    let served = alone().await;
    let answer = send(served.post("/batch", request(&[job(1, "d", update()), job(2, "d", update())]))).await;
    let metadata = |number| crate::served::metadata(number, "d");
    assert_eq!(
        answer.text,
        format!(
            r#"[{{"metadata":[{},{}],"batched":false,"statusCode":500,"error":"wootric does not implement batch","statTags":{{"errorCategory":"transformation"}}}}]"#,
            metadata(1),
            metadata(2)
        )
    );
    assert_eq!(send(served.post("/batch", r#"{"destType":"wootric"}"#)).await.status, 500);
}

#[tokio::test]
async fn a_processor_request_holds_events() {
    for body in ["[]", "{}", r#"{"input":[]}"#] {
        let answer = send(alone().await.post("/v0/destinations/wootric", body)).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (500, &json!("Internal Server Error")),
            "{body}"
        );
    }
}

/// A request of the given size, with one event of a type that needs no call.
fn body_of(size: usize) -> String {
    let event = request(&[job(1, "d", json!({ "type": "page", "pad": "" }))]);
    let (before, after) = event.split_once(r#""pad":""#).unwrap();
    format!(r#"{before}"pad":"{}{after}"#, "x".repeat(size - event.len()))
}

#[tokio::test]
async fn a_body_has_a_largest_size() {
    let served = Served::start(Settings { max_body_bytes: 100_000, ..settings("http://127.0.0.1:1") }).await;
    let answer = send(served.post("/routerTransform", body_of(100_000))).await;
    assert_eq!(answer.status, 200);
    let answer = send(served.post("/routerTransform", body_of(100_001))).await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.text, r#"{"error":"Internal Server Error","message":"request entity too large"}"#);
    // In pieces, so that the size is not declared beforehand.
    for (size, status) in [(100_000, 200), (100_001, 413)] {
        let bytes = Bytes::from(body_of(size));
        let pieces: Vec<Result<Frame<Bytes>, Infallible>> = (0..size)
            .step_by(9_999)
            .map(|at| Ok(Frame::data(bytes.slice(at..size.min(at + 9_999)))))
            .collect();
        let body = reqwest::Body::wrap(StreamBody::new(futures_util::stream::iter(pieces)));
        assert_eq!(send(served.post("/routerTransform", body)).await.status, status);
    }
    // A compressed body counts with its uncompressed size.
    let request = served.post("/routerTransform", gzip(&body_of(100_001))).header("content-encoding", "gzip");
    assert_eq!(send(request).await.status, 413);
    assert!(served.is_healthy().await);
}

/// 200 MiB, as in rudder-transformer; one byte more is refused before it is sent.
#[tokio::test]
async fn the_largest_size_is_the_peers() {
    const LIMIT: usize = 209_715_200;
    let settings = settings("http://127.0.0.1:1");
    assert_eq!(settings.max_body_bytes, LIMIT);
    let served = Served::start(settings).await;
    let mut stream = TcpStream::connect(served.url.strip_prefix("http://").unwrap()).await.unwrap();
    let head = format!(
        "POST /routerTransform HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        LIMIT + 1
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
}

#[tokio::test]
async fn all_bodies_share_one_memory() {
    let served = Served::start(Settings { max_body_memory: 50_000, ..settings("http://127.0.0.1:1") }).await;
    let answer = send(served.post("/routerTransform", body_of(50_001))).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("x-rudder-should-retry"), Some("true"));
    assert_eq!(answer.header("x-rudder-error-reason"), Some("memory_fencing"));
    // The memory is free again.
    for _ in 0..3 {
        assert_eq!(send(served.post("/routerTransform", body_of(50_000))).await.status, 200);
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn deflate(text: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// One stored block and the empty last one (RFC 7932, 9.2).
fn brotli(text: &str) -> Vec<u8> {
    let header = u32::try_from(text.len() - 1).unwrap() << 4 | 1 << 20;
    [&header.to_le_bytes()[..3], text.as_bytes(), &[3]].concat()
}

#[tokio::test]
async fn bodies_may_be_packed_and_replies_never_are() {
    let inmoment = InMoment::start().await;
    let served = Served::before(&inmoment).await;
    let plain = request(&[job(1, "d", update())]);
    let wanted = send(served.post("/routerTransform", plain.clone())).await.text;
    assert!(wanted.contains(r#""method":"PUT""#));
    for (coding, body) in [
        ("gzip", gzip(&plain)),
        ("deflate", deflate(&plain)),
        ("br", brotli(&plain)),
        ("identity", plain.clone().into()),
    ] {
        let request = served.post("/routerTransform", body).header("content-encoding", coding);
        let answer = send(request.header("accept-encoding", "gzip, deflate, br")).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, wanted.as_str()), "{coding}");
        assert_eq!(answer.header("content-encoding"), None);
    }
    let request = served.post("/routerTransform", plain.clone()).header("content-encoding", "zstd");
    assert_eq!(send(request).await.status, 415);
    let request = served.post("/routerTransform", plain).header("content-encoding", "gzip");
    assert_eq!(send(request).await.status, 400);
}
