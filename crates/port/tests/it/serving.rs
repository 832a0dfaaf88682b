//! A door before axum's routes.

use crate::house::{House, soon};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use port::{Door, Identity, Limits, Listener, routed, serve};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

async fn start(tls: Option<Arc<Identity>>) -> SocketAddr {
    let whoami = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string();
    let router = Router::new().route("/", get(whoami));
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    let door = Door::new("whoami", Limits::new(10));
    tokio::spawn(serve(door, Listener::new(tcp, tls), routed(router), std::future::pending()));
    address
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut reply = String::new();
    soon(stream.read_to_string(&mut reply)).await.unwrap();
    reply
}

#[tokio::test]
async fn axum_serves_it_and_knows_who_came() {
    let house = House::new();
    let address = start(Some(house.identity())).await;
    let tcp = TcpStream::connect(address).await.unwrap();
    let me = tcp.local_addr().unwrap();
    let connector = TlsConnector::from(Arc::new(house.client()));
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
