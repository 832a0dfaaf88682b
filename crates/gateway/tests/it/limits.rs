//! Rate limits, concurrency and the counts (docs/facts/gateway.md#check-13, #check-25; docs/facts/sdks.md#check-20).

use crate::app::{App, LIMITED, OFF, SITE, UNKNOWN, post};
use crate::transport::gzip;
use event::SourceKind;
use gateway::{ByteLimit, STATUSES, SourceSettings};
use std::num::NonZeroU64;
use std::time::Duration;

const EVENT: &str = r#"{"userId":"u"}"#;

fn batch(events: usize) -> String {
    format!(r#"{{"batch":[{}]}}"#, vec![EVENT; events].join(","))
}

#[tokio::test]
async fn a_source_over_its_limit_is_told_how_long_to_wait() {
    let app = App::start().await;
    app.send(post("/v1/batch", LIMITED, batch(11))).await.assert_ok();
    let reply = app.send(post("/v1/track", LIMITED, EVENT)).await;
    reply.assert_refused(429, "max requests limit reached\n");
    assert_eq!(reply.header("retry-after"), Some("6"));
    assert_eq!(app.stored().len(), 1);
    app.send(post("/v1/track", SITE, EVENT)).await.assert_ok();

    app.advance(Duration::from_secs(6));
    app.send(post("/v1/track", LIMITED, EVENT)).await.assert_ok();
    assert_eq!(app.send(post("/v1/track", LIMITED, EVENT)).await.status, 429);
}

#[tokio::test]
async fn job_runs_of_servers_are_not_held_to_the_limit_and_those_of_others_are() {
    for (kind, free) in [(SourceKind::Server, true), (SourceKind::Web, false), (SourceKind::Mobile, false)] {
        let app = App::with(|settings| settings.sources[2].kind = kind).await;
        app.send(post("/v1/batch", LIMITED, batch(11))).await.assert_ok();
        for (line, names_one) in [
            ("X-Rudder-Job-Run-Id: r\r\n", true),
            ("X-Rudder-Task-Run-Id: t\r\n", true),
            ("X-Rudder-Job-Run-Id: \r\n", false),
        ] {
            let reply = app.send(post("/v1/track", &format!("{LIMITED}{line}"), EVENT)).await;
            assert_eq!(reply.status, if free && names_one { 200 } else { 429 }, "{kind:?} {line}");
        }
    }
}

#[tokio::test]
async fn a_public_source_may_send_so_many_bytes_decoded_and_a_server_as_many_as_it_likes() {
    let limit = ByteLimit { bytes: NonZeroU64::new(60_000).unwrap(), per: Duration::from_secs(60) };
    for (kind, free) in [(SourceKind::Web, false), (SourceKind::Mobile, false), (SourceKind::Server, true)] {
        let app = App::with(|settings| {
            settings.public_bytes = Some(limit);
            settings.sources[0].kind = kind;
        })
        .await;
        let bomb = gzip(format!("{EVENT}{}", " ".repeat(59_000)).as_bytes());
        let coded = format!("{SITE}Content-Encoding: gzip\r\n");
        app.send(post("/v1/track", &coded, &bomb)).await.assert_ok();
        let reply = app.send(post("/v1/track", &coded, &bomb)).await;
        if free {
            reply.assert_ok();
            continue;
        }
        reply.assert_refused(429, "max bytes limit reached\n");
        assert_eq!(reply.header("retry-after"), Some("59"));
        app.send(post("/v1/track", LIMITED, EVENT)).await.assert_ok();
        app.advance(Duration::from_secs(59));
        app.send(post("/v1/track", &coded, &bomb)).await.assert_ok();
    }
}

#[tokio::test]
async fn a_source_that_has_filled_its_disk_is_refused_alone_and_goes_on_when_there_is_room() {
    let limit = 3 * EVENT.len() as u64;
    let app = App::with(|settings| settings.sources[0].disk = Some(limit)).await;
    for _ in 0..3 {
        app.send(post("/v1/track", SITE, EVENT)).await.assert_ok();
    }
    for _ in 0..2 {
        let reply = app.send(post("/v1/track", SITE, EVENT)).await;
        reply.assert_refused(429, "max disk limit reached\n");
        assert_eq!(reply.header("retry-after"), Some("60"));
    }
    app.send(post("/v1/track", LIMITED, EVENT)).await.assert_ok();
    assert_eq!(app.stored().len(), 4);
    let shown = |app: &App| {
        let counts = app.counters.read();
        let site = counts.sources.into_iter().find(|source| source.name == "site").unwrap();
        (site.disk, site.disk_is_full)
    };
    assert_eq!(shown(&app), (Some(limit), true));
    // A little room is not enough to begin again; a twentieth is.
    let give = |bytes| {
        let site = SourceSettings { disk: Some(bytes), ..app.source("site", "wk_site") };
        app.gateway.replace_sources(vec![site]).unwrap();
    };
    give(limit + 1);
    assert_eq!(app.send(post("/v1/track", SITE, EVENT)).await.status, 429);
    give(limit + limit / 10);
    app.send(post("/v1/track", SITE, EVENT)).await.assert_ok();
    assert!(!shown(&app).1);
}

#[tokio::test]
async fn events_are_looked_at_before_they_are_counted_against_the_limit() {
    let app = App::start().await;
    app.send(post("/v1/batch", LIMITED, batch(11))).await.assert_ok();
    app.send(post("/v1/track", LIMITED, "{}"))
        .await
        .assert_refused(400, "request neither has anonymousId nor userId\n");
}

#[tokio::test]
async fn a_request_too_many_at_once_is_503_and_preflights_and_health_are_not() {
    let app = App::with(|settings| settings.max_concurrent_requests = 1).await;
    let mut first = app.connect().await;
    let length = EVENT.len();
    first
        .send(format!(
            "POST /v1/track HTTP/1.1\r\nHost: test\r\n{SITE}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
        ))
        .await;
    assert_eq!(first.reply().await.status, 100, "the first is inside now");
    let reply = app.post("/v1/track", EVENT).await;
    reply.assert_refused(503, "Service Unavailable\n");
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert_eq!(app.counters.read().requests_in_flight, 1);
    assert_eq!(app.send("GET /health HTTP/1.1\r\nHost: test\r\n\r\n").await.status, 200);

    first.send(EVENT).await;
    first.reply().await.assert_ok();
    app.post("/v1/track", EVENT).await.assert_ok();
    assert_eq!(app.stored().len(), 2);
}

#[tokio::test]
async fn a_request_whose_sender_leaves_before_the_reply_is_counted_in_the_durations() {
    let app = App::start().await;
    let counted = || {
        let counts = app.counters.read();
        (counts.requests_in_flight, counts.took.counts.iter().sum::<u64>())
    };
    let mut leaving = app.connect().await;
    let length = EVENT.len();
    leaving
        .send(format!(
            "POST /v1/track HTTP/1.1\r\nHost: test\r\n{SITE}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
        ))
        .await;
    assert_eq!(leaving.reply().await.status, 100, "it is inside now");
    assert_eq!(counted(), (1, 0));
    drop(leaving);
    let gone = async {
        while counted().0 > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.expect("the request ends with its connection");
    assert_eq!(counted(), (0, 1));
    assert!(app.stored().is_empty());
}

#[tokio::test]
async fn bodies_beyond_the_memory_there_is_are_503() {
    let app = App::with(|settings| settings.max_body_memory = 200_000).await;
    let body = |spaces: usize| format!("{EVENT}{}", " ".repeat(spaces));
    app.post("/v1/track", body(300_000)).await.assert_refused(503, "Service Unavailable\n");
    app.post("/v1/track", body(50_000)).await.assert_ok();
}

#[tokio::test]
async fn who_comes_when_all_places_are_taken_has_the_place_of_an_idle_connection_or_waits() {
    let app = App::with(|settings| settings.limits.max_connections = 1).await;
    let mut first = app.connect().await;
    let length = EVENT.len();
    let head = format!(
        "POST /v1/track HTTP/1.1\r\nHost: test\r\n{SITE}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    );
    first.send(head).await;
    assert_eq!(first.reply().await.status, 100, "it is being served");
    let mut second = app.connect().await;
    second.send(post("/v1/track", SITE, EVENT)).await;
    first.send(EVENT).await;
    first.reply().await.assert_ok();
    second.reply().await.assert_ok();
    assert!(first.reply_or_end().await.is_none(), "the second has its place");
    assert_eq!((app.counters.read().door.open, app.stored().len()), (1, 2));
    assert_eq!(app.counters.read().door.closed(port::Closed::RoomOfIdle), 1);
}

#[tokio::test]
async fn requests_and_events_are_counted_by_source() {
    let app = App::start().await;
    app.send(post("/v1/batch", SITE, batch(3))).await.assert_ok();
    for (key, body) in [(SITE, "{"), (SITE, "{}"), (OFF, EVENT), (UNKNOWN, EVENT), ("", EVENT)] {
        assert_ne!(app.send(post("/v1/track", key, body)).await.status, 200);
    }
    app.send(post("/v1/batch", LIMITED, batch(11))).await.assert_ok();
    assert_eq!(app.send(post("/v1/track", LIMITED, EVENT)).await.status, 429);

    let counts = app.counters.read();
    assert_eq!((counts.requests("site", 200), counts.requests("site", 400)), (1, 2));
    assert_eq!((counts.requests("off", 404), counts.requests("limited", 429)), (1, 1));
    assert_eq!((counts.sources[0].events_accepted, counts.sources[0].events_rejected), (3, 1));
    assert_eq!(counts.sources[2].events_accepted, 11);
    let unauthorized = STATUSES.iter().position(|status| *status == 401).unwrap();
    assert_eq!(counts.unrecognised[unauthorized], 2);
    assert_eq!(counts.unrecognised.iter().sum::<u64>(), 2);
    assert!(!format!("{counts:?}").contains("wk_"), "no write key among the names");
}

#[tokio::test]
async fn a_request_of_too_many_events_is_refused_whole_and_one_that_fits_is_not() {
    let app = App::with(|settings| settings.max_events = 3).await;
    let refused = "request size exceeds max limit: too many events in one request\n";
    app.post("/v1/batch", &batch(4)).await.assert_refused(413, refused);
    app.post("/v1/batch", &format!(r#"{{"batch":[{EVENT},1,2,3]}}"#)).await.assert_refused(413, refused);
    assert!(app.stored().is_empty());
    app.post("/v1/batch", &batch(3)).await.assert_ok();
    assert_eq!(app.stored().len(), 1);
}
