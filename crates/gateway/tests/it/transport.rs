//! Authentication and transport (docs/facts/gateway.md#check-1..13; docs/facts/sdks.md#check-1..6, #check-17..30).

use crate::app::{App, OFF, SITE, UNKNOWN, bodiless, post};
use base64::Engine;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::Write;

const EVENT: &str = r#"{"userId":"u","event":"e"}"#;
const BATCH: &str = r#"{"batch":[{"userId":"u","type":"track"}]}"#;
const NO_KEY: &str = "failed to read writekey from header\n";

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn basic(credentials: &str) -> String {
    let token = base64::engine::general_purpose::STANDARD.encode(credentials);
    format!("Authorization: Basic {token}\r\n")
}

pub(crate) fn chunked(path: &str, headers: &str, body: &[u8], size: usize) -> Vec<u8> {
    let mut request =
        format!("POST {path} HTTP/1.1\r\nHost: test\r\n{headers}Transfer-Encoding: chunked\r\n\r\n")
            .into_bytes();
    for chunk in body.chunks(size) {
        request.extend(format!("{:x}\r\n", chunk.len()).as_bytes());
        request.extend(chunk);
        request.extend(b"\r\n");
    }
    request.extend(b"0\r\n\r\n");
    request
}

#[tokio::test]
async fn without_a_readable_key_every_event_route_answers_401() {
    let app = App::start().await;
    let routes = ["identify", "track", "page", "screen", "group", "alias", "merge", "batch", "import"];
    for route in routes {
        let path = format!("/v1/{route}");
        for authorization in [
            "",
            &basic(":"),
            &basic(":password"),
            &basic("wk_site"),
            "Authorization: Bearer wk_site\r\n",
            "Authorization: \r\n",
        ] {
            let reply = app.send(post(&path, authorization, BATCH)).await;
            reply.assert_refused(401, NO_KEY);
            assert_eq!(reply.header("www-authenticate"), None, "no browser asks its user for a password");
        }
    }
    assert!(app.stored().is_empty());
}

#[tokio::test]
async fn an_unknown_key_is_401_before_the_body_is_looked_at() {
    let app = App::start().await;
    app.send(post("/v1/track", UNKNOWN, "no json")).await.assert_refused(401, "invalid write key\n");
    app.send(post("/v1/batch", &basic("wk_sitf:"), BATCH)).await.assert_refused(401, "invalid write key\n");
}

#[tokio::test]
async fn a_disabled_source_is_404() {
    let app = App::start().await;
    app.send(post("/v1/track", OFF, EVENT)).await.assert_refused(404, "source is disabled\n");
    assert!(app.stored().is_empty());
}

#[tokio::test]
async fn any_password_goes_with_a_valid_key() {
    let app = App::start().await;
    for credentials in ["wk_site:", "wk_site:password", "wk_site:a:b"] {
        app.send(post("/v1/track", &basic(credentials), EVENT)).await.assert_ok();
    }
    assert_eq!(app.stored().len(), 3);
}

#[tokio::test]
async fn the_content_type_is_never_looked_at() {
    let app = App::start().await;
    for line in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/json;charset=UTF-8\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: image/png\r\n",
    ] {
        app.send(post("/v1/batch", &format!("{SITE}{line}"), BATCH)).await.assert_ok();
    }
}

#[tokio::test]
async fn gzip_and_deflate_are_decoded_and_stored_decoded() {
    let app = App::start().await;
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(BATCH.as_bytes()).unwrap();
    let zlib = zlib.finish().unwrap();
    for (coding, body) in
        [("gzip", gzip(BATCH.as_bytes())), ("GZIP", gzip(BATCH.as_bytes())), ("deflate", zlib)]
    {
        let headers = format!("{SITE}Content-Encoding: {coding}\r\n");
        app.send(post("/v1/batch", &headers, body)).await.assert_ok();
    }
    for request in app.stored() {
        assert_eq!(request.body, BATCH);
    }
}

#[tokio::test]
async fn other_codings_are_left_as_they_are_and_are_no_json() {
    let app = App::start().await;
    for coding in ["br", "zstd"] {
        let headers = format!("{SITE}Content-Encoding: {coding}\r\n");
        app.send(post("/v1/batch", &headers, b"\x8b\x02\x80{}")).await.assert_refused(400, "invalid json\n");
    }
}

#[tokio::test]
async fn broken_gzip_is_500_and_the_connection_lives_on() {
    let app = App::start().await;
    let whole = gzip(BATCH.as_bytes());
    let mut damaged = whole.clone();
    let crc = damaged.len() - 6;
    damaged[crc] ^= 0xff;
    let mut wire = app.connect().await;
    for body in [BATCH.as_bytes(), &whole[..whole.len() - 5], &damaged] {
        wire.send(post("/v1/batch", &format!("{SITE}Content-Encoding: gzip\r\n"), body)).await;
        wire.reply().await.assert_refused(500, "failed to read body from request\n");
    }
    wire.send(post("/v1/batch", SITE, BATCH)).await;
    wire.reply().await.assert_ok();
    assert_eq!(app.stored().len(), 1);
}

#[tokio::test]
async fn chunked_bodies_are_taken_plain_and_gzipped() {
    let app = App::start().await;
    app.send(chunked("/v1/batch", SITE, BATCH.as_bytes(), 7)).await.assert_ok();
    let headers = format!("{SITE}Content-Encoding: gzip\r\n");
    app.send(chunked("/v1/batch", &headers, &gzip(BATCH.as_bytes()), 3)).await.assert_ok();
    assert!(app.stored().iter().all(|request| request.body == BATCH));
    assert_eq!(app.stored().len(), 2);
}

#[tokio::test]
async fn wrong_methods_are_405_without_a_body_and_wrong_paths_404() {
    let app = App::start().await;
    for (method, path, allow) in [
        ("GET", "/v1/track", "POST"),
        ("PUT", "/v1/batch", "POST"),
        ("DELETE", "/sourceConfig", "GET, HEAD"),
        ("POST", "/health", "GET, HEAD"),
        ("POST", "/pixel/v1/track", "GET"),
    ] {
        let reply = app.send(bodiless(method, path, SITE)).await;
        assert_eq!(
            (reply.status, reply.text(), reply.header("allow")),
            (405, "", Some(allow)),
            "{method} {path}"
        );
    }
    let mut wire = app.connect().await;
    wire.send(bodiless("HEAD", "/pixel/v1/track", "")).await;
    assert_eq!(wire.reply_to_head().await.status, 405);
    for path in ["/v1/nope", "/v2/batch", "/internal/v1/batch", "/cluster-info", "/transform", "/metrics"] {
        app.send(post(path, SITE, EVENT)).await.assert_refused(404, "404 page not found\n");
    }
}

/// Proxies and monitors send `HEAD`.
#[tokio::test]
async fn head_is_answered_like_get_without_a_body() {
    let app = App::start().await;
    let mut wire = app.connect().await;
    for path in ["/", "/health", "/version", "/docs", "/robots.txt"] {
        let get = app.send(bodiless("GET", path, "")).await;
        wire.send(bodiless("HEAD", path, "")).await;
        let head = wire.reply_to_head().await;
        assert_eq!(head.status, 200, "{path}");
        for name in ["content-type", "content-length"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
}

#[tokio::test]
async fn options_without_a_preflight_tells_the_methods() {
    let app = App::start().await;
    for (path, allow) in [
        ("/v1/track", "POST, OPTIONS"),
        ("/health", "GET, HEAD, OPTIONS"),
        ("/pixel/v1/page", "GET, OPTIONS"),
    ] {
        let reply = app.send(bodiless("OPTIONS", path, "")).await;
        assert_eq!((reply.status, reply.text(), reply.header("allow")), (204, "", Some(allow)), "{path}");
    }
    assert_eq!(app.send(bodiless("OPTIONS", "/nope", "")).await.status, 404);
}

#[tokio::test]
async fn slashes_too_many_are_served_and_never_redirected() {
    let app = App::start().await;
    for path in [
        "//v1/batch",
        "/v1/batch/",
        "//v1/batch/",
        "http://test/v1/batch",
        "//beacon/v1/batch/?writeKey=wk_site",
    ] {
        app.send(post(path, SITE, BATCH)).await.assert_ok();
    }
    assert_eq!(app.send(bodiless("GET", "//health/", "")).await.status, 200);
    assert_eq!(app.stored().len(), 5);
}

#[tokio::test]
async fn header_names_of_any_case_no_user_agent_and_unknown_headers_are_fine() {
    let app = App::start().await;
    let headers = "authorization: Basic d2tfc2l0ZTo=\r\ncontent-type: application/json\r\naccept: */*\r\n\
        Rs-Targetnode: 0\r\nRs-Nodecount: 1\r\nRsa-Retry-Attempt: 1\r\nRsa-Recovered: true\r\nSentAt: now\r\n";
    app.send(post("/v1/track", headers, EVENT)).await.assert_ok();
}

#[tokio::test]
async fn the_anonymous_id_header_is_taken_in_every_form_and_changes_nothing() {
    let app = App::start().await;
    for value in ["YW5vbi0x", "YW5vbi0xOg==", "not base64 at all!", ""] {
        let headers = format!("{SITE}AnonymousId: {value}\r\n");
        app.send(post("/v1/track", &headers, EVENT)).await.assert_ok();
    }
    assert!(app.stored().iter().all(|request| request.body == EVENT));
}

#[tokio::test]
async fn a_connection_is_good_for_more_after_every_refusal() {
    let app = App::start().await;
    let mut wire = app.connect().await;
    let large = vec![b' '; 300_000];
    for (request, status) in [
        (post("/v1/track", "", &large), 401),
        (post("/v1/track", UNKNOWN, &large), 401),
        (post("/v1/track", OFF, &large), 404),
        (post("/v1/nope", SITE, &large), 404),
        (post("/health", SITE, &large), 405),
        (post("/v1/track", SITE, &large), 400),
        (chunked("/v1/nope", SITE, &large, 1000), 404),
    ] {
        wire.send(request).await;
        assert_eq!(wire.reply().await.status, status);
    }
    wire.send(post("/v1/track", SITE, EVENT)).await;
    wire.reply().await.assert_ok();
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let app = App::start().await;
    let mut wire = app.connect().await;
    wire.send(
        [post("/v1/track", SITE, EVENT), post("/v1/track", UNKNOWN, EVENT), post("/v1/track", SITE, EVENT)]
            .concat(),
    )
    .await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(wire.reply().await.status);
    }
    assert_eq!(statuses, [200, 401, 200]);
}

#[tokio::test]
async fn who_asks_before_sending_is_told_to_send_or_refused_at_once() {
    let app = App::start().await;
    let expect = |key: &str, length: usize| {
        format!(
            "POST /v1/track HTTP/1.1\r\nHost: test\r\n{key}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
        )
    };
    let mut wire = app.connect().await;
    wire.send(expect(SITE, EVENT.len())).await;
    assert_eq!(wire.reply().await.status, 100);
    wire.send(EVENT).await;
    wire.reply().await.assert_ok();

    let mut wire = app.connect().await;
    wire.send(expect(UNKNOWN, 1000)).await;
    wire.reply().await.assert_refused(401, "invalid write key\n");
    let mut wire = app.connect().await;
    wire.send(expect(SITE, 5_000_000)).await;
    wire.reply().await.assert_refused(413, "request size exceeds max limit\n");
}

#[tokio::test]
async fn a_hundred_events_of_one_browser_at_once_are_all_stored() {
    let app = App::start().await;
    let mut connections = tokio::task::JoinSet::new();
    for number in 0..100 {
        let address = app.address;
        connections.spawn(async move {
            let mut wire = crate::wire::Wire::to(address).await;
            wire.send(post("/v1/track", SITE, format!(r#"{{"anonymousId":"a","n":{number}}}"#))).await;
            wire.reply().await.assert_ok();
        });
    }
    connections.join_all().await;
    let mut bodies: Vec<_> = app.stored().into_iter().map(|request| request.body).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 100);
}
