//! Through a real port.

use crate::harness::Harness;
use console::{Reach, serve};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// One exchange on a connection of its own.
async fn exchange(at: std::net::SocketAddr, head: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let length = body.len();
    let request = format!("{head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}

#[tokio::test]
async fn the_address_is_the_peers_and_only_own_names_are_answered() {
    let harness = Harness::reached(Reach { loopback: true, ..Reach::default() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let door = port::Door::new("admin", port::Limits::new(10));
    let shutdown = async move { drop(stopped.await) };
    let serving = tokio::spawn(serve(door, listener, harness.settings.clone(), shutdown));

    let token = harness.setup.get().unwrap();
    let token = secrecy::ExposeSecret::expose_secret(&token);
    let first = json!({ "token": token, "name": "ann", "password": "planted correct horse" }).to_string();
    let head =
        |path: &str, host: &str| format!("POST {path} HTTP/1.1\r\nhost: {host}\r\nx-forwarded-for: 10.9.8.7");
    let (refused, _) = exchange(at, &head("/api/v1/setup", "evil.example"), &first).await;
    assert!(refused.starts_with("http/1.1 421 "), "{refused}");
    let (made, _) = exchange(at, &head("/api/v1/setup", &at.to_string()), &first).await;
    assert!(made.starts_with("http/1.1 200 "), "{made}");
    assert!(
        made.contains("\nset-cookie: rapport_session=") && made.contains("\ncontent-security-policy: "),
        "{made}"
    );

    let head = format!(
        "GET /api/v1/audit HTTP/1.1\r\nhost: {at}\r\nauthorization: Bearer {}",
        crate::harness::TOKEN
    );
    let (_, audit) = exchange(at, &head, "").await;
    let audit: Value = serde_json::from_str(&audit).unwrap();
    assert_eq!(audit["items"][0]["action"], "setup");
    assert_eq!(audit["items"][0]["address"], "127.0.0.1", "not what the client claims");
    drop(stop);
    serving.await.unwrap().unwrap();
}
