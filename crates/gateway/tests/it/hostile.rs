//! Hostile input: each gets a clear reply, and the server still serves the next caller.

use crate::app::{App, SITE, post};
use crate::transport::{chunked, gzip};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

const EVENT: &str = r#"{"userId":"u"}"#;
const TOO_LARGE: &str = "request size exceeds max limit\n";

#[tokio::test]
async fn a_gzip_bomb_is_413_and_the_connection_lives_on() {
    let app = App::start().await;
    let bomb = gzip(&gzip_friendly(200 << 20));
    assert!(bomb.len() < 300_000, "a bomb is small on the wire: {}", bomb.len());
    let mut wire = app.connect().await;
    wire.send(post("/v1/batch", &format!("{SITE}Content-Encoding: gzip\r\n"), &bomb)).await;
    wire.reply().await.assert_refused(413, TOO_LARGE);
    wire.send(post("/v1/track", SITE, EVENT)).await;
    wire.reply().await.assert_ok();
}

fn gzip_friendly(bytes: usize) -> Vec<u8> {
    vec![b' '; bytes]
}

#[tokio::test]
async fn a_large_body_is_413_that_its_sender_gets_to_read() {
    let app = App::start().await;
    let mut wire = app.connect().await;
    for body in [vec![b'x'; 6_000_000], vec![b'x'; 12_000_000]] {
        wire.send(post("/v1/batch", SITE, &body)).await;
        wire.reply().await.assert_refused(413, TOO_LARGE);
        wire.send(chunked("/v1/batch", SITE, &body, 100_000)).await;
        wire.reply().await.assert_refused(413, TOO_LARGE);
    }
}

#[tokio::test]
async fn a_promise_of_gigabytes_is_refused_before_they_come() {
    let app = App::start().await;
    let mut wire = app.connect().await;
    wire.send(format!("POST /v1/batch HTTP/1.1\r\n{SITE}Content-Length: 99999999999\r\n\r\n")).await;
    wire.reply().await.assert_refused(413, TOO_LARGE);
    assert!(wire.reply_or_end().await.is_none(), "and the connection is closed");
}

#[tokio::test]
async fn an_endless_chunked_body_is_cut_off() {
    let app = App::start().await;
    let mut wire = app.connect().await;
    wire.send(format!("POST /v1/batch HTTP/1.1\r\n{SITE}Transfer-Encoding: chunked\r\n\r\n")).await;
    let chunk = [b"100000\r\n".as_slice(), &vec![b'x'; 1 << 20], b"\r\n"].concat();
    let mut taken = 0;
    while taken < 200 && wire.try_send(&chunk).await {
        taken += 1;
    }
    assert!(taken < 200, "the server kept reading");
    app.post("/v1/track", EVENT).await.assert_ok();
}

#[tokio::test]
async fn deep_nesting_is_read_without_trouble() {
    let app = App::start().await;
    for depth in [10_000, 1_000_000] {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        app.post("/v1/track", format!(r#"{{"userId":"u","deep":{deep}}}"#)).await.assert_ok();
        app.post("/v1/batch", &deep).await.assert_refused(400, "empty batch payload\n");
        app.post("/v1/track", "[{".repeat(depth)).await.assert_refused(400, "invalid json\n");
    }
}

#[tokio::test]
async fn invalid_utf_8_is_kept_as_it_came() {
    let app = App::start().await;
    let body = b"{\"userId\":\"u\",\"name\":\"\xff\xfe\"}";
    app.post("/v1/track", body).await.assert_ok();
    assert_eq!(app.only_stored().body, &body[..]);
    app.post("/v1/track", b"\xff\xfe{\x00}").await.assert_refused(400, "invalid json\n");
}

#[tokio::test]
async fn too_many_or_too_large_headers_are_431_and_what_is_no_http_400() {
    let app = App::start().await;
    for (head, status) in [
        (format!("POST /v1/track HTTP/1.1\r\n{}\r\n", "X-H: 1\r\n".repeat(500)), 431),
        (format!("POST /v1/track HTTP/1.1\r\nX-H: {}", "x".repeat(65_600)), 431),
        ("NOT HTTP AT ALL\r\n\r\n".to_owned(), 400),
        (format!("POST /v1/track HTTP/1.1\r\n{SITE}Content-Length: 5\r\nContent-Length: 6\r\n\r\n"), 400),
        (format!("POST /v1/track HTTP/1.1\r\n{SITE}Content-Length: -1\r\n\r\n"), 400),
    ] {
        let reply = app.send(&head).await;
        assert_eq!(reply.status, status, "{}", &head[..40.min(head.len())]);
    }
    let mut wire = app.connect().await;
    wire.send(format!("POST /v1/track HTTP/1.1\r\nX-H: {}\r\n\r\n", "x".repeat(60_000))).await;
    assert_eq!(wire.reply().await.status, 401, "headers up to 64 KiB are read");
}

/// Random bytes, sometimes called gzip, as the body of any route, or as the whole request.
#[test]
fn random_bytes_never_bring_the_server_down() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = runtime.block_on(App::start());
    let path = prop::sample::select(vec![
        "/v1/track",
        "/v1/batch",
        "/v1/import",
        "/beacon/v1/batch?writeKey=wk_site",
    ]);
    let fragment = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "\\",
            "\\u",
            "\\ud800",
            "null",
            "true",
            "1e999",
            "-",
            "\"batch\":",
            "\"userId\":\"u\"",
            "\"anonymousId\":",
            "\"type\":\"record\"",
            " ",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    let body = prop::collection::vec(fragment, 0..40).prop_map(|fragments| fragments.concat());
    let mut runner = TestRunner::default();
    runner
        .run(&(path, body, 0..4_u8), |(path, body, way)| {
            runtime.block_on(async {
                let gzipped = format!("{SITE}Content-Encoding: gzip\r\n");
                let mut wire = app.connect().await;
                let reply = match way {
                    0 => {
                        wire.send(post(path, SITE, &body)).await;
                        Some(wire.reply().await)
                    }
                    1 => {
                        wire.send(post(path, &gzipped, &body)).await;
                        Some(wire.reply().await)
                    }
                    2 => {
                        wire.send(post(path, &gzipped, gzip(&body))).await;
                        Some(wire.reply().await)
                    }
                    _ => {
                        // As a whole request, then the end of sending: answered or not, but over.
                        wire.try_send([&body[..], b"\r\n\r\n"].concat()).await;
                        None
                    }
                };
                if let Some(reply) = reply {
                    prop_assert!([200, 400, 500].contains(&reply.status), "{}", reply.status);
                    let looks_like_json = reply.text().starts_with(['{', '[', '"']);
                    prop_assert!(!looks_like_json);
                }
                Ok(())
            })
        })
        .unwrap();
    runtime.block_on(async { app.post("/v1/track", EVENT).await.assert_ok() });
}
