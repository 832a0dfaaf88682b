//! Clients that want to keep others out: each attack runs over real sockets, and an honest client is served meanwhile.
//!
//! Time stands still in these tests, except where they advance it: by itself, a paused clock would run ahead of the
//! sockets.

use crate::harness::{Harness, soon};
use crate::site::{Site, Wire, get, turn};
use port::{Closed, ConnectionRefusal, Limits, Listener};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn limits(places: usize) -> Limits {
    Limits { head: Duration::from_secs(10), idle: Duration::from_secs(60), body: None, ..Limits::new(places) }
}

async fn pass(seconds: u64) {
    turn().await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
    turn().await;
}

#[tokio::test]
async fn idle_connections_make_room_and_the_door_stays_open() {
    let site = Site::start(limits(20)).await;
    let mut flood = Vec::new();
    for _ in 0..200 {
        let mut wire = site.connect().await;
        assert_eq!(wire.ask(&get("/")).await, Some(200));
        flood.push(wire);
    }
    let now = site.door.snapshot();
    assert!(now.open <= 20 && now.evicted() >= 180, "{now:?}");
    assert_eq!(site.ask("/").await, 200);
}

#[tokio::test]
async fn connections_that_never_say_anything_make_room_too() {
    let site = Site::start(limits(10)).await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(site.connect().await);
    }
    assert_eq!(site.ask("/").await, 200);
    assert!(site.door.snapshot().open <= 10);
}

#[tokio::test]
async fn half_heads_hold_their_places_for_seconds_and_not_for_ever() {
    let site = Site::start(limits(10)).await;
    let mut half = Vec::new();
    for _ in 0..9 {
        let mut wire = site.connect().await;
        wire.send("GET / HTTP/1.1\r\nHost: te").await;
        half.push(wire);
    }
    pass(2).await;
    for _ in 0..20 {
        let mut wire = site.connect().await;
        wire.send("GET / HTTP/1.1\r\nHost: te").await;
        half.push(wire);
        pass(2).await;
    }
    let now = site.door.snapshot();
    assert!(now.closed(Closed::RoomOfHead) + now.closed(Closed::LateHead) >= 19, "{now:?}");
    pass(10).await;
    pass(10).await;
    assert!(site.door.snapshot().open <= 1, "{:?}", site.door.snapshot());
}

#[tokio::test]
async fn the_preface_of_http_2_ends_a_connection_at_once() {
    let site = Site::start(limits(4)).await;
    for _ in 0..50 {
        let mut wire = site.connect().await;
        // A preface, settings, and a ping.
        wire.send(
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x08\x06\0\0\0\0\0\0\0\0\0\0\0\0\0",
        )
        .await;
        assert!(soon(wire.ends()).await);
    }
    let now = site.door.snapshot();
    assert_eq!((now.refused(ConnectionRefusal::Http2), now.open), (50, 0));
    let mut wire = site.connect().await;
    wire.send("PRI * HTTP/2.0\r\n\r\n").await;
    assert!(soon(wire.ends()).await, "half of a preface is no request either");
    let mut upgrade = site.connect().await;
    let asked = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n";
    assert_eq!(upgrade.ask(asked).await, Some(200), "an upgrade is not taken, and the request is answered");
}

#[tokio::test]
async fn a_client_of_http_1_0_is_served() {
    let site = Site::start(limits(4)).await;
    let mut wire = site.connect().await;
    assert_eq!(wire.ask("GET / HTTP/1.0\r\n\r\n").await, Some(200));
    assert!(soon(wire.ends()).await);
    let mut kept = site.connect().await;
    for _ in 0..2 {
        assert_eq!(kept.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").await, Some(200));
    }
}

/// Sends a body of 30,000 bytes in pieces, one a second.
async fn drip(piece: usize, seconds: usize) -> (Option<u16>, Site) {
    let site = Site::start(limits(8)).await;
    let mut wire = site.connect().await;
    wire.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n").await;
    let mut sent = 0;
    for _ in 0..seconds {
        let next = piece.min(30_000 - sent);
        if !wire.try_send(&vec![b'x'; next]).await {
            return (None, site);
        }
        sent += next;
        if sent == 30_000 {
            break;
        }
        pass(1).await;
    }
    (wire.status().await, site)
}

#[tokio::test]
async fn a_body_just_above_the_least_rate_arrives_and_one_below_does_not() {
    let (status, site) = drip(500, 120).await;
    assert_eq!((status, site.door.snapshot().closed(Closed::SlowBody)), (Some(200), 0));
    let (status, site) = drip(100, 120).await;
    assert_eq!((status, site.door.snapshot().closed(Closed::SlowBody)), (None, 1));
}

#[tokio::test]
async fn who_does_not_read_the_reply_loses_it_and_a_quiet_stream_of_events_goes_on() {
    let site = Site::start(limits(8)).await;
    let mut deaf = site.connect().await;
    deaf.send(get("/large")).await;
    let mut live = site.connect().await;
    assert_eq!(live.ask(&get("/live")).await, Some(200));
    for _ in 0..4 {
        pass(10).await;
    }
    assert_eq!(site.door.snapshot().closed(Closed::SlowReply), 1);
    for _ in 0..60 {
        pass(60).await;
    }
    site.say("hello");
    assert!(soon(live.hears("hello")).await, "an hour later");
}

#[tokio::test]
async fn a_handshake_that_stalls_is_ended_and_makes_room_when_it_is_needed() {
    let harness = Harness::new();
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = Site::on(limits(5), Listener::new(tcp, Some(harness.identity()))).await;
    let mut silent = Vec::new();
    for _ in 0..5 {
        silent.push(TcpStream::connect(site.address).await.unwrap());
    }
    while site.door.snapshot().open < 5 {
        tokio::task::yield_now().await;
    }
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(3)).await;
    tokio::time::resume();
    silent.push(TcpStream::connect(site.address).await.unwrap());
    while site.door.snapshot().closed(Closed::RoomOfHead) == 0 {
        tokio::task::yield_now().await;
    }
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    for mut stream in silent {
        assert_eq!(soon(stream.read_to_end(&mut Vec::new())).await.unwrap_or(0), 0);
    }
    let now = site.door.snapshot();
    assert_eq!(now.closed(Closed::RoomOfHead) + now.closed(Closed::LateHandshake), 6, "{now:?}");
}

#[tokio::test]
async fn the_end_answers_what_is_being_answered_and_waits_no_longer_than_it_should() {
    let site = Site::start(Limits { drain: Duration::from_secs(30), ..limits(8) }).await;
    let mut idle = site.connect().await;
    assert_eq!(idle.ask(&get("/")).await, Some(200));
    let mut gated = site.connect().await;
    gated.send(get("/gated")).await;
    site.asked_for_the_gate().await;
    let mut stuck = site.connect().await;
    stuck.send(get("/live")).await;
    assert_eq!(stuck.status().await, Some(200));
    let (address, door) = (site.address, std::sync::Arc::clone(&site.door));
    site.stop();
    assert!(soon(idle.ends()).await);
    site.open_gate();
    assert_eq!(gated.status().await, Some(200));
    assert!(TcpStream::connect(address).await.is_err());
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    tokio::time::resume();
    soon(site.served()).await;
    assert_eq!(door.snapshot().closed(Closed::Stopped), 1);
}

/// The server does not wait for an incomplete request when it stops, with TLS or without, whatever its limits are.
#[tokio::test]
async fn the_end_waits_for_no_half_head() {
    let patient = Limits { head: Duration::from_secs(3_600), drain: Duration::from_secs(3_600), ..limits(8) };
    let site = Site::start(patient).await;
    let mut silent = site.connect().await;
    let mut half = site.connect().await;
    half.send("GET / HTTP/1.1\r\nHost: te").await;
    let mut second = site.connect().await;
    assert_eq!(second.ask(&get("/")).await, Some(200));
    second.send("POST /").await;
    let mut gated = site.connect().await;
    gated.send(get("/gated")).await;
    site.asked_for_the_gate().await;
    turn().await;
    let door = std::sync::Arc::clone(&site.door);
    site.stop();
    for wire in [&mut half, &mut second, &mut silent] {
        assert!(soon(wire.ends()).await);
    }
    // Requests that are being answered are completed.
    site.open_gate();
    assert_eq!(gated.status().await, Some(200));
    soon(site.served()).await;
    assert_eq!((door.snapshot().closed(Closed::Stopped), door.snapshot().open), (2, 0));
}

#[tokio::test]
async fn a_handler_that_panics_ends_its_own_connection() {
    let site = Site::start(limits(2)).await;
    for _ in 0..10 {
        let mut wire = site.connect().await;
        wire.send(get("/panic")).await;
        assert!(soon(wire.ends()).await);
    }
    assert_eq!(site.ask("/").await, 200);
}

#[tokio::test]
async fn what_is_no_request_is_counted() {
    let site = Site::start(limits(2)).await;
    let mut wire: Wire = site.connect().await;
    wire.send("\x16\x03\x01 nonsense\r\n\r\n").await;
    assert!(soon(wire.ends()).await);
    assert_eq!(site.door.snapshot().refused(ConnectionRefusal::Head), 1);
    let mut shut = site.connect().await;
    shut.stream.shutdown().await.unwrap();
    assert!(soon(shut.ends()).await);
}
