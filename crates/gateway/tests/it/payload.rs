//! Bodies that are accepted and bodies that are refused (docs/facts/gateway.md#check-14..24, #check-30..32;
//! docs/facts/sdks.md#check-7..10, #check-14).

use crate::app::{App, SITE, START, post};
use crate::transport::{chunked, gzip};
use event::{Envelope, Event, EventKind, Millis, RequestShape, SourceKind};
use gateway::ClientIp;

const INVALID: &str = "invalid json\n";
const NO_EVENT: &str = "event is not a valid rudder event\n";
const NO_IDS: &str = "request neither has anonymousId nor userId\n";
const EMPTY: &str = "empty batch payload\n";

#[tokio::test]
async fn what_is_no_request_is_refused_in_upstreams_words_and_not_stored() {
    let app = App::start().await;
    for (path, body, text) in [
        ("/v1/track", "", INVALID),
        ("/v1/batch", "", INVALID),
        ("/v1/batch", "{", INVALID),
        ("/v1/batch", r#"{"batch":[{"userId":"u"}]} x"#, INVALID),
        ("/v1/batch", r#"{"batch":[{"userId":"u"},]}"#, INVALID),
        ("/v1/track", r#"[{"userId":"u"}]"#, NO_EVENT),
        ("/v1/batch", r#"{"batch":[]}"#, EMPTY),
        ("/v1/batch", "{}", EMPTY),
        ("/v1/batch", r#"{"batch":null}"#, EMPTY),
        ("/v1/batch", r#"{"batch":[[1]]}"#, NO_EVENT),
        ("/v1/batch", r#"{"batch":[5,"x",null]}"#, NO_EVENT),
        ("/v1/track", r#"{"event":"e"}"#, NO_IDS),
        ("/v1/track", r#"{"userId":"","anonymousId":"  "}"#, NO_IDS),
        ("/v1/track", "{\"userId\":\"\u{200b}\u{feff}\"}", NO_IDS),
        ("/v1/track", r#"{"userId":"\u200b\u0000","anonymousId":null}"#, NO_IDS),
        ("/v1/track", r#"{"context":{"traits":{"userId":"u"}}}"#, NO_IDS),
        ("/v1/batch", r#"{"batch":[{"type":"Extract"}]}"#, NO_IDS),
        ("/v1/track", r#"{"type":"extract"}"#, NO_IDS),
        ("/v1/batch", r#"{"batch":[{"type":"track"},7]}"#, NO_IDS),
        ("/v1/batch", r#"{"batch":[7,{"type":"track"}]}"#, NO_EVENT),
        ("/v1/batch", r#"{"batch":[{"userId":"u","n":NaNa}]}"#, INVALID),
        ("/v1/track", r#"{"userId":NaN}"#, NO_IDS),
    ] {
        app.post(path, body).await.assert_refused(400, text);
    }
    assert!(app.stored().is_empty());
}

#[tokio::test]
async fn what_sdks_send_is_stored_byte_for_byte() {
    let app = App::start().await;
    let bodies = [
        ("/v1/batch", r#"{"batch":{"userId":"u","type":"track"}}"#),
        ("/v1/batch", r#"{"batch":[{"type":"extract"},{"type":"record"}]}"#),
        ("/v1/batch", r#"{"batch":[{"userId":"u"}],"timestamp":"2026-01-01T00:00:00Z"}"#),
        ("/v1/batch", r#"{"sentAt":"2026-01-01T00:00:00Z","batch": [ {"userId":"u"} ]}"#),
        (
            "/v1/batch",
            r#"{"batch":[{"userId":"u","type":"track","type":"track"}],"type":"batch","context":{}}"#,
        ),
        ("/v1/track", r#" {"userId":456,"big":123456789012345678901234567890.10} "#),
        ("/v1/track", r#"{"userId":"u","anonymousId":null}"#),
        ("/v1/track", r#"{"userId":"","anonymousId":"a"}"#),
        ("/v1/track", r#"{"userId":"u","messageId":123,"context":"none"}"#),
        // `NaN` and similar words, and a byte order mark, do not make an event unusable.
        (
            "/v1/batch",
            r#"{"batch":[{"userId":"u","properties":{"n":NaN}},{"userId":"v"}],"sentAt":Infinity}"#,
        ),
        ("/v1/identify", r#"{"userId":"u","traits":{"n":-Infinity}}"#),
        ("/v1/batch", "\u{feff}{\"batch\":[{\"userId\":\"u\"}]}"),
        ("/v1/track", "\u{feff}{\"userId\":\"u\",\"x\":NaN}"),
    ];
    for (path, body) in bodies {
        app.post(path, body).await.assert_ok();
    }
    let stored: Vec<_> = app.stored().into_iter().map(|request| request.body).collect();
    assert_eq!(stored, bodies.map(|(_, body)| body));
}

/// Every spelling of `NaN` and every byte order mark, on each route, plain and compressed.
#[tokio::test]
async fn what_no_json_has_costs_no_event_in_any_body() {
    let app = App::start().await;
    let words = [
        "NaN",
        "-NaN",
        "+NaN",
        "nan",
        "NAN",
        "-nan(ind)",
        "nan(snan)",
        "Infinity",
        "-Infinity",
        "+Infinity",
        "inf",
        "-inf",
        "INF",
        "infinity",
    ];
    let marks = ["", "\u{feff}", "\u{feff}\u{feff}", " \r\n\u{feff}\n"];
    let mut bodies = Vec::new();
    for (nth, word) in words.iter().enumerate() {
        let mark = marks[nth % marks.len()];
        let event = format!(r#"{{"type":"track","userId":"u","properties":{{"a":[{word}],"b":{word}}}}}"#);
        bodies.push(("/v1/track", format!("{mark}{event}")));
        bodies.push(("/v1/t", format!("{mark}{event}")));
        for path in ["/v1/batch", "/v1/import"] {
            bodies.push((path, format!(r#"{mark}{{"n":{word},"batch":[{event},{{"userId":"v"}}]}}"#)));
        }
    }
    for (path, body) in &bodies {
        app.post(path, body).await.assert_ok();
        let coded = format!("{SITE}Content-Encoding: gzip\r\n");
        app.send(post(path, &coded, gzip(body.as_bytes()))).await.assert_ok();
    }
    let stored = app.stored();
    assert_eq!(stored.len(), 2 * bodies.len());
    for request in stored {
        assert_eq!(request.events, if request.shape == RequestShape::Batch { 2 } else { 1 });
    }
}

#[tokio::test]
async fn a_stored_request_tells_all_that_is_not_in_its_body() {
    let app = App::start().await;
    let body = r#"{"batch":[{"userId":"u"},{"anonymousId":"a"}]}"#;
    app.post("/v1/batch", body).await.assert_ok();
    app.post("/v1/track", r#"{"type":"identify","userId":456}"#).await.assert_ok();
    let stored = app.stored();
    assert_eq!((stored[0].shape, stored[0].events), (RequestShape::Batch, 2));
    assert_eq!((stored[1].shape, stored[1].events), (RequestShape::Single(EventKind::Track), 1));
    assert_eq!(stored[0].received_at, Millis(START));
    assert_eq!(stored[0].request_ip.as_deref(), Some("127.0.0.1"));
    assert_eq!(stored[0].source_kind, SourceKind::Web);
    assert_ne!(stored[0].request_id, stored[1].request_id);
    let event = read(&stored[1]);
    assert_eq!(event.rudder_id(), "6b576099-fa8f-43ad-b62b-59b95fc082c8", "that of userId 456");
    assert_eq!(event.enriched()["type"], "track", "the path decides");
}

fn read(request: &journal::StoredRequest) -> Event {
    let RequestShape::Single(kind) = request.shape else { panic!("a single event") };
    let envelope = Envelope {
        source: None,
        source_kind: request.source_kind,
        received_at: request.received_at,
        request_ip: request.request_ip.clone(),
        forced: Some(kind),
        request_id: request.request_id,
        index: 0,
    };
    Event::read(std::str::from_utf8(&request.body).unwrap(), &envelope).unwrap()
}

#[tokio::test]
async fn each_route_of_single_events_forces_its_own_type() {
    let app = App::start().await;
    for (path, kind) in [
        ("/v1/identify", EventKind::Identify),
        ("/v1/track", EventKind::Track),
        ("/v1/page", EventKind::Page),
        ("/v1/screen", EventKind::Screen),
        ("/v1/group", EventKind::Group),
        ("/v1/alias", EventKind::Alias),
        ("/v1/merge", EventKind::Merge),
    ] {
        app.post(path, r#"{"userId":"u"}"#).await.assert_ok();
        assert_eq!(app.stored().last().unwrap().shape, RequestShape::Single(kind), "{path}");
    }
}

#[tokio::test]
async fn a_batch_with_some_bad_events_is_stored_and_the_bad_ones_are_named() {
    let app = App::start().await;
    let body = r#"{"batch":[7,{"userId":"u"},{"type":"track"},{"anonymousId":"a"}]}"#;
    app.post("/v1/batch", body).await.assert_ok();
    let stored = app.only_stored();
    assert_eq!((stored.events, &stored.body[..]), (4, body.as_bytes()));
    let rejected: Vec<_> =
        stored.rejected.iter().map(|reject| (reject.index, reject.code.as_str())).collect();
    assert_eq!(rejected, [(0, "event_not_an_object"), (2, "event_without_ids")]);
    let counts = &app.counters.read().sources[0];
    assert_eq!((counts.events_accepted, counts.events_rejected), (2, 2));
}

#[tokio::test]
async fn one_good_event_is_enough_to_store_a_batch() {
    let app = App::start().await;
    app.post("/v1/batch", r#"{"batch":[{"userId":"u"},{"type":"track"}]}"#).await.assert_ok();
    assert_eq!((app.only_stored().events, app.only_stored().rejected.len()), (2, 1));
}

#[tokio::test]
async fn an_import_of_nothing_is_fine_and_otherwise_a_batch() {
    let app = App::start().await;
    for body in ["{}", r#"{"batch":[]}"#, r#"{"batch":null}"#] {
        app.post("/v1/import", body).await.assert_ok();
    }
    assert!(app.stored().is_empty());
    app.post("/v1/import", r#"{"batch":[{"userId":"u"},{"userId":"v"}]}"#).await.assert_ok();
    assert_eq!(app.only_stored().events, 2);
    app.post("/v1/import", "{").await.assert_refused(400, INVALID);
    app.post("/v1/import", r#"{"batch":[{}]}"#).await.assert_refused(400, NO_IDS);
}

#[tokio::test]
async fn two_posts_without_a_message_id_are_two_events() {
    let app = App::start().await;
    for _ in 0..2 {
        app.post("/v1/track", r#"{"userId":"u","event":"e"}"#).await.assert_ok();
    }
    let ids: Vec<_> = app.stored().iter().map(|request| read(request).message_id.clone()).collect();
    assert_ne!(ids[0], ids[1]);
}

/// A batch of exactly so many bytes.
fn batch_of(bytes: usize) -> String {
    let frame = r#"{"batch":[{"userId":"u","x":""}]}"#;
    frame.replace(r#""x":""#, &format!(r#""x":"{}"#, "x".repeat(bytes - frame.len())))
}

#[tokio::test]
async fn the_size_limit_counts_decoded_bytes() {
    let app = App::start().await;
    let (fits, over) = (batch_of(4_096_000), batch_of(4_096_001));
    let gzipped = format!("{SITE}Content-Encoding: gzip\r\n");
    let too_large = "request size exceeds max limit\n";
    app.post("/v1/batch", &fits).await.assert_ok();
    app.send(chunked("/v1/batch", SITE, fits.as_bytes(), 60_000)).await.assert_ok();
    app.send(post("/v1/batch", &gzipped, gzip(fits.as_bytes()))).await.assert_ok();
    app.post("/v1/batch", &over).await.assert_refused(413, too_large);
    app.send(chunked("/v1/batch", SITE, over.as_bytes(), 60_000)).await.assert_refused(413, too_large);
    app.send(post("/v1/batch", &gzipped, gzip(over.as_bytes()))).await.assert_refused(413, too_large);
    assert_eq!(app.stored().len(), 3);
}

#[tokio::test]
async fn the_caller_is_the_first_address_of_forwarded_for_or_the_peer() {
    let app = App::start().await;
    let long = format!("X-Forwarded-For: {}\r\n", "1".repeat(200));
    for (line, address) in [
        ("X-Forwarded-For: 1.1.1.1, 2.2.2.2\r\n", "1.1.1.1"),
        ("x-forwarded-for:  1.1.1.1 \r\n", "1.1.1.1"),
        ("X-Forwarded-For: 2001:db8 :: 1\r\n", "2001:db8::1"),
        ("X-Forwarded-For: ,2.2.2.2\r\n", "2.2.2.2"),
        ("X-Forwarded-For: unknown, [2001:db8::1]:443\r\n", "2001:db8::1"),
        ("X-Forwarded-For: nowhere.example.com\r\n", "127.0.0.1"),
        ("X-Forwarded-For: \r\n", "127.0.0.1"),
        ("X-Real-IP: 3.3.3.3\r\nForwarded: for=3.3.3.3\r\nCF-Connecting-IP: 3.3.3.3\r\n", "127.0.0.1"),
        (&long, "127.0.0.1"),
        ("", "127.0.0.1"),
    ] {
        app.send(post("/v1/track", &format!("{SITE}{line}"), r#"{"userId":"u"}"#)).await.assert_ok();
        assert_eq!(app.stored().last().unwrap().request_ip.as_deref(), Some(address), "{line}");
    }
}

#[tokio::test]
async fn only_a_trusted_proxy_says_whose_request_it_is() {
    let headers = format!("{SITE}X-Forwarded-For: 1.1.1.1, 2.2.2.2\r\n");
    for (proxies, address) in [("127.0.0.0/8", "2.2.2.2"), ("192.0.2.0/24", "127.0.0.1")] {
        let proxies = ClientIp::Behind([proxies.parse().unwrap()].into());
        let app = App::with(|settings| settings.client_ip = proxies).await;
        app.send(post("/v1/track", &headers, r#"{"userId":"u"}"#)).await.assert_ok();
        assert_eq!(app.only_stored().request_ip.as_deref(), Some(address));
    }
}

#[tokio::test]
async fn where_callers_come_without_a_proxy_their_word_does_not_count() {
    let app = App::with(|settings| settings.client_ip = ClientIp::Peer).await;
    let headers = format!("{SITE}X-Forwarded-For: 1.1.1.1\r\n");
    app.send(post("/v1/track", &headers, r#"{"userId":"u"}"#)).await.assert_ok();
    assert_eq!(app.only_stored().request_ip.as_deref(), Some("127.0.0.1"));
}

/// Message ids are made of the stored id, so two requests to which a caller gave one id are still two.
#[tokio::test]
async fn requests_with_one_id_of_their_callers_are_stored_as_different_ones() {
    let app = App::start().await;
    let id = "7f3a6c1e-4a54-4b0c-9f3e-2d7c8a1b9e00";
    for _ in 0..2 {
        let reply =
            app.send(post("/v1/track", &format!("{SITE}X-Request-Id: {id}\r\n"), r#"{"userId":"u"}"#)).await;
        reply.assert_ok();
        assert_eq!(reply.header("x-request-id"), Some(id));
    }
    let stored = app.stored();
    assert_ne!(stored[0].request_id, stored[1].request_id);
}
