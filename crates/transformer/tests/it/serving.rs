//! Connections: clients that disconnect, and the end of serving.

use crate::served::{Served, job, request, send, settings, statuses, update};
use crate::stub::{InMoment, user};
use scripted_server::Act;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use transformer::{Settings, Transformer, serve};

/// The bytes of a request.
fn wire(body: &str) -> String {
    format!(
        "POST /routerTransform HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn what_is_being_answered_at_the_end_is_answered() {
    let inmoment =
        InMoment::scripted(|request, _| (!request.is_token()).then(|| Act::Gated(user("7", "{}")))).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let transformer = Transformer::new(settings(&inmoment.url())).unwrap();
    let serving = tokio::spawn(serve(listener, transformer, async { ended.await.unwrap() }));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(wire(&request(&[job(1, "d", update())])).as_bytes()).await.unwrap();
    inmoment.server.received(2).await;
    end.send(()).unwrap();
    inmoment.server.open_gate(1);
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 OK") && reply.contains(r#""statusCode":200"#), "{reply}");
    serving.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

/// The place of a look-up that is no longer awaited is free again, whatever InMoment does.
#[tokio::test]
async fn a_caller_that_leaves_holds_nothing() {
    let inmoment = InMoment::scripted(|request, before| {
        let is_first = before == 0 && request.target.contains("/E?");
        is_first.then(|| Act::Stall(String::new()))
    })
    .await;
    let served = Served::start(Settings { concurrency: 1, ..settings(&inmoment.url()) }).await;
    let mut stream = TcpStream::connect(served.url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(wire(&request(&[job(1, "d", update())])).as_bytes()).await.unwrap();
    inmoment.server.received(2).await;
    drop(stream);
    let others = ["N", "Z", "E"].map(|id| json!({ "type": "identify", "userId": id }));
    assert_eq!(statuses(&served.messages(others).await), [200; 3]);
}

/// The memory of an upload that breaks off is free again.
#[tokio::test]
async fn a_caller_that_breaks_off_holds_no_memory() {
    let inmoment = InMoment::start().await;
    let served = Served::start(Settings { max_body_memory: 50_000, ..settings(&inmoment.url()) }).await;
    let message = json!({ "type": "page", "pad": "x".repeat(40_000) });
    let body = request(&[job(1, "d", message)]);
    let mut stream = TcpStream::connect(served.url.strip_prefix("http://").unwrap()).await.unwrap();
    let half = &wire(&body).into_bytes()[..30_000];
    stream.write_all(half).await.unwrap();
    // The memory is held as soon as it was read, and free as soon as the end of the connection was noticed.
    while send(served.post("/routerTransform", body.clone())).await.status != 503 {}
    drop(stream);
    while send(served.post("/routerTransform", body.clone())).await.status != 200 {}
}
