//! `200 ok` means that the request is stored; any other reply means that it is not (docs/facts/gateway.md#check-26;
//! docs/facts/sdks.md#check-21).

use crate::app::{App, SITE, Store, post};
use crate::held::HeldJournal;
use futures_util::FutureExt;
use journal::{Appended, Fates, JournalError, MemoryJournal};
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;

const EVENT: &str = r#"{"userId":"u"}"#;

async fn held() -> (App, UnboundedReceiver<crate::held::Append>) {
    let memory = Arc::new(MemoryJournal::new());
    let (front, appends) = HeldJournal::new(Arc::clone(&memory));
    let store = Store { memory, front: Arc::new(front), ..Store::plain() };
    (App::on(store, |_| {}).await, appends)
}

#[tokio::test]
async fn nothing_is_said_before_the_request_is_durable() {
    let (app, mut appends) = held().await;
    let mut wire = app.connect().await;
    wire.send(post("/v1/track", SITE, EVENT)).await;
    let append = appends.recv().await.unwrap();
    assert_eq!(append.request.body, EVENT);
    // Another connection is answered meanwhile, so the server has had time; this connection has had no reply.
    assert_eq!(app.send("GET /health HTTP/1.1\r\nHost: test\r\n\r\n").await.status, 200);
    assert!(wire.reply().now_or_never().is_none());
    append.answer.send(Ok(Appended { number: 1 })).unwrap();
    wire.reply().await.assert_ok();
}

#[tokio::test]
async fn what_could_not_be_stored_is_503_and_says_no_more_than_that() {
    let (app, mut appends) = held().await;
    let secret = "no such table: secrets at /var/lib/data.db";
    for (error, text, retry_after) in [
        (
            JournalError::Full,
            "the disk of this server is full: nothing of this request was stored, send it again later\n",
            "30",
        ),
        (
            JournalError::Storage(secret.to_owned()),
            "this server could not store the request: send it again later\n",
            "5",
        ),
        (JournalError::Closed, "this server could not store the request: send it again later\n", "5"),
    ] {
        let mut wire = app.connect().await;
        wire.send(post("/v1/track", SITE, EVENT)).await;
        appends.recv().await.unwrap().answer.send(Err(error)).unwrap();
        let reply = wire.reply().await;
        reply.assert_refused(503, text);
        assert_eq!(reply.header("retry-after"), Some(retry_after));
    }
    let counts = app.counters.read();
    assert_eq!((counts.requests("site", 503), counts.sources[0].events_accepted), (3, 0));
}

#[tokio::test]
async fn a_full_disk_is_refused_until_there_is_room_and_health_says_so() {
    let app = App::start().await;
    app.journal.fail_writes(Some(JournalError::Full));
    assert_eq!(app.post("/v1/track", EVENT).await.status, 503);
    let health = app.send("GET /health HTTP/1.1\r\nHost: test\r\n\r\n").await;
    health.assert_refused(503, "Cannot connect to db\n");
    app.journal.fail_writes(None);
    app.post("/v1/track", EVENT).await.assert_ok();
    assert_eq!(app.stored().len(), 1);
}

#[tokio::test]
async fn a_sender_that_leaves_in_the_middle_leaves_nothing_behind() {
    let app = App::start().await;
    let whole = post("/v1/batch", SITE, format!(r#"{{"batch":[{EVENT}]}}"#));
    for cut in [whole.len() - 1, whole.len() - 20, 30] {
        let mut wire = app.connect().await;
        wire.send(&whole[..cut]).await;
    }
    let mut wire = app.connect().await;
    wire.send(format!("POST /v1/track HTTP/1.1\r\n{SITE}Transfer-Encoding: chunked\r\n\r\n{EVENT}")).await;
    // Not a chunk at all: what was announced never comes.
    assert_eq!(wire.reply_or_end().await.map_or(500, |reply| reply.status), 500);
    app.post("/v1/track", EVENT).await.assert_ok();
    assert_eq!(app.stored().len(), 1);
}

#[tokio::test]
async fn a_stopping_gateway_answers_what_it_has_begun_and_takes_nothing_more() {
    let (app, mut appends) = held().await;
    let address = app.address;
    let mut idle = app.connect().await;
    idle.send("GET /health HTTP/1.1\r\nHost: test\r\n\r\n").await;
    assert_eq!(idle.reply().await.status, 200);
    let mut busy = app.connect().await;
    busy.send(post("/v1/track", SITE, EVENT)).await;
    let append = appends.recv().await.unwrap();

    let stopped = app.stop();
    assert!(idle.reply_or_end().await.is_none(), "idle connections are let go");
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody is let in");
    assert!(!stopped.is_finished());
    append.answer.send(Ok(Appended { number: 1 })).unwrap();
    busy.reply().await.assert_ok();
    stopped.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stopping_gateway_leaves_in_the_end_even_if_the_journal_never_answers() {
    let (app, mut appends) = held().await;
    let mut busy = app.connect().await;
    busy.send(post("/v1/track", SITE, EVENT)).await;
    let _append = appends.recv().await.unwrap();
    let stopped = app.stop();
    stopped.await.unwrap();
    assert!(busy.reply_or_end().await.is_none(), "not answered, so it will be sent again");
}

#[tokio::test]
async fn the_journal_is_told_of_each_request_once() {
    let app = App::start().await;
    let mut wire = app.connect().await;
    for _ in 0..50 {
        wire.send(post("/v1/track", SITE, EVENT)).await;
        wire.reply().await.assert_ok();
    }
    assert_eq!(app.journal.ledger().unwrap().destinations["inmoment"].accepted, 50);
}
