//! In front of another transformer: requests for other destinations are passed on unchanged.

use crate::served::{Served, job, request, send, settings, statuses, update};
use crate::stub::InMoment;
use flate2::Compression;
use flate2::write::GzEncoder;
use scripted_server::{Act, Server, json, reply};
use serde_json::json;
use std::io::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use transformer::{Settings, Surface};

async fn in_front_of(upstream: &str, inmoment: &InMoment) -> Served {
    Served::start(Settings { upstream: Some(upstream.to_owned()), ..settings(&inmoment.url()) }).await
}

/// A transformer that answers everything with 207 and headers.
async fn other() -> Server {
    Server::start(|request, _| {
        let headers =
            [("x-answer", "yes"), ("apiversion", "2"), ("connection", "keep-alive, x-hop"), ("x-hop", "1")];
        Act::Answer(reply(207, &headers, &format!("{} {}", request.method, request.target)))
    })
    .await
}

#[tokio::test]
async fn what_is_not_ours_goes_on() {
    let (inmoment, behind) = (InMoment::unasked().await, other().await);
    let served = in_front_of(&behind.url(), &inmoment).await;
    let paths = [
        "/v0/destinations/salesforce?x=1&y=%20",
        "/v1/destinations/Sales%20force/proxy",
        "/v1/sources/shopify",
        "/customTransform",
        "/deleteUsers",
        "/Some/Path/",
    ];
    for path in paths {
        let request = served.post(path, "{ \"as\" : 1.0 }").header("x-given", "é").header("te", "trailers");
        let answer = send(request.header("connection", "x-mine, keep-alive").header("x-mine", "1")).await;
        assert_eq!((answer.status, answer.text.as_str()), (207, format!("POST {path}").as_str()));
        assert_eq!((answer.header("x-answer"), answer.header("x-hop")), (Some("yes"), None));
        let received = behind.requests().pop().unwrap();
        assert_eq!(received.text(), "{ \"as\" : 1.0 }");
        assert_eq!(received.header("x-given"), Some("é"));
        assert_eq!((received.header("x-mine"), received.header("te")), (None, None));
        let id = answer.header("x-request-id");
        assert!(id.is_some() && received.header("x-request-id") == id, "both know the request by one id");
        assert!(behind.url().ends_with(received.header("host").unwrap()));
    }
    let answer = served.get("/anything").await;
    assert_eq!((answer.status, answer.text.as_str()), (207, "GET /anything"));
    assert_eq!(served.transformer.counts().requests[Surface::Upstream as usize], 7);
    assert!(inmoment.server.requests().is_empty());
}

#[tokio::test]
async fn our_own_stays_here() {
    let (inmoment, behind) = (InMoment::start().await, Server::unasked().await);
    let served = in_front_of(&behind.url(), &inmoment).await;
    assert_eq!(statuses(&served.messages([update()]).await), [200]);
    let one = json!([job(1, "d", update())]).to_string();
    assert_eq!(send(served.post("/v0/destinations/wootric", one)).await.status, 200);
    assert_eq!(send(served.post("/v1/destinations/WOOTRIC/proxy", "{}")).await.status, 500);
    assert_eq!(send(served.post("/batch", request(&[job(1, "d", update())]))).await.status, 200);
    assert!(served.is_healthy().await);
    assert!(behind.requests().is_empty());
}

/// The body names the destination; the request is passed on to the byte.
#[tokio::test]
async fn a_router_request_of_another_goes_on_as_it_came() {
    let (inmoment, behind) = (InMoment::unasked().await, other().await);
    let served = in_front_of(&behind.url(), &inmoment).await;
    let plain = br#"{ "input" : [ {"message":{"n":1.0,"n":2}} ], "destType": "salesforce" }"#.to_vec();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&plain).unwrap();
    let packed = encoder.finish().unwrap();
    let broken = b"{\"destType\":\"salesforce\",\"x\":\"\xff\xfe\"}".to_vec();
    for (body, coding) in [
        (plain.clone(), "identity"),
        (packed, "gzip"),
        (broken, "identity"),
        (b"not json".to_vec(), "identity"),
        (b"[]".to_vec(), "identity"),
        (b"{\"input\":[]}".to_vec(), "identity"),
        (Vec::new(), "identity"),
    ] {
        for path in ["/routerTransform", "/batch"] {
            let answer = send(served.post(path, body.clone()).header("content-encoding", coding)).await;
            assert_eq!((answer.status, answer.text), (207, format!("POST {path}")));
            let received = behind.requests().pop().unwrap();
            assert_eq!(received.body, body);
            assert_eq!(received.header("content-encoding"), Some(coding));
            assert_eq!(received.header("content-type"), Some("application/json"));
        }
    }
    assert!(inmoment.server.requests().is_empty());
}

/// Reads until the text has arrived.
async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains(wanted) {
        assert!(stream.read_buf(&mut text).await.unwrap() > 0, "{}", String::from_utf8_lossy(&text));
    }
    String::from_utf8(text).unwrap()
}

/// Each piece arrives before the next one is sent, in both directions.
#[tokio::test]
async fn bodies_stream() {
    let inmoment = InMoment::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let served = in_front_of(&format!("http://{}", listener.local_addr().unwrap()), &inmoment).await;
    let mut near = TcpStream::connect(served.url.strip_prefix("http://").unwrap()).await.unwrap();
    let head =
        "POST /customTransform HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n";
    near.write_all(head.as_bytes()).await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    read_until(&mut far, "first").await;
    near.write_all(b"6\r\nsecond\r\n").await.unwrap();
    read_until(&mut far, "second").await;
    near.write_all(b"0\r\n\r\n").await.unwrap();
    read_until(&mut far, "0\r\n\r\n").await;
    far.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nthird\r\n").await.unwrap();
    read_until(&mut near, "third").await;
    far.write_all(b"6\r\nfourth\r\n0\r\n\r\n").await.unwrap();
    read_until(&mut near, "0\r\n\r\n").await;
}

#[tokio::test]
async fn features_are_theirs_and_ours() {
    let inmoment = InMoment::start().await;
    let replies = [
        json(
            200,
            r#"{"z":1.0,"routerTransform":{"A":true},"regulations":["B"],"supportSourceTransformV1":false}"#,
        ),
        json(500, "{}"),
        json(200, "<html>"),
        json(404, "Not Found"),
        json(200, r#"{"routerTransform":null}"#),
    ];
    let behind = Server::in_turn(replies.map(Act::Answer)).await;
    let served = in_front_of(&behind.url(), &inmoment).await;
    let merged = r#"{"z":1.0,"routerTransform":{"A":true,"WOOTRIC":true},"regulations":["B"],"supportSourceTransformV1":false}"#;
    // Its last features are remembered while it does not answer.
    for _ in 0..3 {
        let answer = served.get("/features").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, merged));
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    }
    // A transformer that is too old for `/features` has none.
    let answer = served.get("/features").await.json();
    assert_eq!((&answer["regulations"], &answer["supportTransformerProxyV1"]), (&json!([]), &json!(true)));
    assert_eq!(served.get("/features").await.text, r#"{"routerTransform":{"WOOTRIC":true}}"#);
    assert!(
        behind
            .requests()
            .iter()
            .all(|one| (one.method.as_str(), one.target.as_str()) == ("GET", "/features"))
    );
}

#[tokio::test]
async fn while_it_is_down_only_its_own_jobs_wait() {
    let inmoment = InMoment::start().await;
    let behind = Server::start(|_, _| Act::Answer(json(200, r#"{"routerTransform":{"A":true}}"#))).await;
    let served = in_front_of(&behind.url(), &inmoment).await;
    let known = served.get("/features").await.text;
    drop(behind);
    let asked = request(&[job(1, "d", update())]).replace("wootric", "salesforce");
    for (path, body) in [
        ("/routerTransform", asked.as_str()),
        ("/v0/destinations/salesforce", "[]"),
        ("/customTransform", "[]"),
    ] {
        let answer = send(served.post(path, body.to_owned())).await;
        assert_eq!(answer.status, 503, "{path}");
        assert_eq!(answer.header("x-rudder-should-retry"), Some("true"));
        assert_eq!(answer.header("x-rudder-error-reason"), Some("upstream_unavailable"));
    }
    assert_eq!(statuses(&served.messages([update()]).await), [200]);
    assert_eq!(served.get("/features").await.text, known);
    assert!(served.is_healthy().await);
    // If it was never reachable, rudder-server has to wait, and gets no wrong features.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let served = in_front_of(&format!("http://127.0.0.1:{port}"), &inmoment).await;
    let answer = served.get("/features").await;
    assert_eq!((answer.status, answer.header("x-rudder-should-retry")), (503, Some("true")));
}
