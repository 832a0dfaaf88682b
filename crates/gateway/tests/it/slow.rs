//! Slow connections. Time stands still in these tests unless they advance it, because a paused clock that advances by
//! itself runs ahead of sockets.

use crate::app::{App, SITE, bodiless, post};
use crate::wire::Wire;
use futures_util::FutureExt;
use std::time::Duration;

const EVENT: &str = r#"{"userId":"u"}"#;

async fn app() -> App {
    App::with(|settings| {
        settings.limits.head = Duration::from_secs(10);
        settings.limits.body = Some(Duration::from_secs(20));
        settings.limits.idle = Duration::from_secs(40);
    })
    .await
}

/// Lets the server handle everything that was sent before.
async fn turn(app: &App) {
    for _ in 0..3 {
        assert_eq!(app.send(bodiless("GET", "/health", "")).await.status, 200);
    }
}

async fn pass(app: &App, seconds: u64) {
    turn(app).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
    turn(app).await;
}

fn is_open(wire: &mut Wire) -> bool {
    wire.reply_or_end().now_or_never().is_none()
}

#[tokio::test]
async fn a_head_a_body_or_a_next_request_that_never_comes_ends_the_connection() {
    for (sent, limit) in [
        (b"POST /v1/track HT".to_vec(), 10),
        (format!("POST /v1/track HTTP/1.1\r\n{SITE}Content-Length: 14\r\n\r\n{{").into_bytes(), 20),
        (Vec::new(), 40),
    ] {
        let app = app().await;
        let mut wire = app.connect().await;
        wire.send(&sent).await;
        pass(&app, limit - 1).await;
        assert!(is_open(&mut wire), "before {limit} s");
        pass(&app, 11).await;
        let closed = matches!(wire.reply_or_end().now_or_never(), Some(None));
        assert!(closed, "closed without a reply, soon after {limit} s");
        assert!(app.stored().is_empty());
    }
}

#[tokio::test]
async fn a_slow_but_living_connection_is_served() {
    let app = app().await;
    let mut wire = app.connect().await;
    for _ in 0..5 {
        pass(&app, 39).await;
        let request = post("/v1/track", SITE, EVENT);
        for (piece, seconds) in [(&request[..10], 9), (&request[10..request.len() - 5], 19)] {
            wire.send(piece).await;
            pass(&app, seconds).await;
        }
        wire.send(&request[request.len() - 5..]).await;
        wire.reply().await.assert_ok();
    }
    assert_eq!(app.stored().len(), 5);
}
