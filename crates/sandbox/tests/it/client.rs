//! A client that shows the bytes that really arrived, including ends and resets of connections.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use sandbox::{Clock, Options, RunningSandbox, Server};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// 2024-05-02 15:15:30 UTC.
pub(crate) const NOW: i64 = 1_714_662_930;

pub(crate) fn stopped_clock() -> Clock {
    Arc::new(|| NOW * 1_000)
}

pub(crate) async fn start(options: Options) -> RunningSandbox {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    Server::start(options, any, stopped_clock()).await.expect("a free port")
}

/// A sandbox with this fault script.
pub(crate) async fn start_with(script: &str) -> RunningSandbox {
    start(Options { faults: sandbox::faults::parse(script).expect("a script"), ..Options::default() }).await
}

/// The received reply: a head and the part of the body that arrived.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// The body is shorter than the head declared.
    pub(crate) cut: bool,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// One connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    token: String,
}

impl Client {
    pub(crate) async fn connect(addr: SocketAddr) -> Client {
        Client {
            stream: TcpStream::connect(addr).await.expect("listens"),
            buffer: Vec::new(),
            token: String::new(),
        }
    }

    /// A connection that has signed in.
    pub(crate) async fn signed_in(addr: SocketAddr) -> Client {
        let mut client = Client::connect(addr).await;
        client.sign_in("demo-password").await.expect("a reply");
        assert!(!client.token.is_empty());
        client
    }

    /// A new connection that keeps its token.
    pub(crate) async fn reconnect(&mut self, addr: SocketAddr) {
        let token = std::mem::take(&mut self.token);
        *self = Client { token, ..Client::connect(addr).await };
    }

    pub(crate) async fn sign_in(&mut self, password: &str) -> io::Result<Received> {
        let body = format!("grant_type=password&username=demo@example.com&password={password}");
        let reply = self.call("POST", "/oauth/token", &body).await?;
        self.token = reply.json()["access_token"].as_str().unwrap_or_default().to_owned();
        Ok(reply)
    }

    pub(crate) async fn call(&mut self, method: &str, target: &str, body: &str) -> io::Result<Received> {
        self.call_with(method, target, "", body).await
    }

    pub(crate) async fn call_with(
        &mut self,
        method: &str,
        target: &str,
        headers: &str,
        body: &str,
    ) -> io::Result<Received> {
        self.send(method, target, headers, body).await?;
        self.receive().await
    }

    pub(crate) async fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &str,
        body: &str,
    ) -> io::Result<()> {
        let content_type =
            if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nContent-Type: {content_type}\r\n\
             Content-Length: {}\r\n{headers}\r\n",
            self.token,
            body.len()
        );
        self.send_raw(&[head.as_bytes(), body.as_bytes()].concat()).await
    }

    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads one reply; returns an error if the connection ends before its head.
    pub(crate) async fn receive(&mut self) -> io::Result<Received> {
        let head_end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            if !self.more().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).into_owned();
        self.buffer.drain(..head_end);
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status line");
        let mut received = Received { status, head, body: Vec::new(), cut: false };
        let length: usize =
            received.header("content-length").map_or(0, |text| text.parse().expect("a length"));
        while self.buffer.len() < length && !received.cut {
            received.cut = !self.more().await?;
        }
        received.body = self.buffer.drain(..length.min(self.buffer.len())).collect();
        Ok(received)
    }

    async fn more(&mut self) -> io::Result<bool> {
        Ok(self.stream.read_buf(&mut self.buffer).await? > 0)
    }
}
