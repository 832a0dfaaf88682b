//! A door before axum's routes.

use crate::harness::{Harness, soon};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use port::{Door, Limits, Listener, RequestId, ServerCertificate, routed, serve};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

async fn start(tls: Option<Arc<ServerCertificate>>) -> SocketAddr {
    let whoami = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string();
    let id = async |request: axum::extract::Request| {
        let told = request.extensions().get::<RequestId>().map(RequestId::to_string).unwrap_or_default();
        let headers: Vec<_> =
            request.headers().get_all("x-request-id").iter().map(|id| id.to_str().unwrap()).collect();
        assert_eq!(headers, [told.as_str()], "what is handed on has the same");
        told
    };
    let handed_on = async || [("x-request-id", "of-another-server")];
    let router =
        Router::new().route("/", get(whoami)).route("/id", get(id)).route("/handed-on", get(handed_on));
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    let door = Door::new("whoami", Limits::new(10));
    tokio::spawn(serve(door, Listener::new(tcp, tls), routed(router), std::future::pending()));
    address
}

async fn ask(stream: impl AsyncRead + AsyncWrite + Unpin) -> String {
    ask_for(stream, "/", "").await
}

async fn ask_for(mut stream: impl AsyncRead + AsyncWrite + Unpin, path: &str, headers: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    soon(stream.read_to_string(&mut reply)).await.unwrap();
    reply
}

#[tokio::test]
async fn axum_serves_it_and_knows_who_came() {
    let harness = Harness::new();
    let address = start(Some(harness.identity())).await;
    let tcp = TcpStream::connect(address).await.unwrap();
    let me = tcp.local_addr().unwrap();
    let connector = TlsConnector::from(Arc::new(harness.client()));
    let stream = connector.connect(ServerName::try_from("localhost").unwrap(), tcp).await.unwrap();
    let reply = ask(stream).await;
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with(&format!("\r\n\r\n{me}")), "{reply}");
}

#[tokio::test]
async fn without_a_certificate_it_is_a_plain_port() {
    let address = start(None).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let me = stream.local_addr().unwrap();
    let reply = ask(stream).await;
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with(&format!("\r\n\r\n{me}")), "{reply}");
}

/// Every reply has the id that the handler finds in the request's extensions and headers: the caller's, or a new one.
#[tokio::test]
async fn every_reply_has_the_id_of_its_request() {
    let address = start(None).await;
    let ids = async |path: &str, headers: &str| {
        let reply = ask_for(TcpStream::connect(address).await.unwrap(), path, headers).await;
        let header = reply.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap().to_owned();
        (header, reply.split("\r\n\r\n").nth(1).unwrap().to_owned())
    };
    let (header, told) = ids("/id", "X-Request-Id: 7f3a6c1e-4a54\r\n").await;
    assert_eq!((header.as_str(), told.as_str()), ("7f3a6c1e-4a54", "7f3a6c1e-4a54"));
    let (first, told) = ids("/id", "").await;
    assert_eq!((&first, first.len()), (&told, 36));
    for odd in
        ["X-Request-Id: ada@example.com\r\n", "X-Request-Id: a\r\nX-Request-Id: b\r\n", "X-Request-Id: \r\n"]
    {
        let (header, told) = ids("/id", odd).await;
        assert_eq!((&header, header.len()), (&told, 36), "{odd}");
        assert_ne!(header, first, "each is new");
    }
    // The reply to a path without a route has an id, too.
    assert_eq!(ids("/nowhere", "X-Request-Id: lost\r\n").await.0, "lost");
    assert_eq!(ids("/handed-on", "X-Request-Id: ours\r\n").await.0, "of-another-server");
}
