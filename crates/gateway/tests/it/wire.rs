//! A connection as a client sees it: it sends bytes and reads replies, and does nothing implicitly.

use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A reply that has not come after this time never will. No test waits for this to pass.
const NEVER: Duration = Duration::from_secs(60);

pub(crate) struct Wire {
    stream: TcpStream,
    unread: Vec<u8>,
}

#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Wire {
    pub(crate) async fn to(address: SocketAddr) -> Wire {
        let stream = TcpStream::connect(address).await.unwrap();
        // A piece of a request must leave when it is sent, not when the last piece has been acknowledged.
        stream.set_nodelay(true).unwrap();
        Wire { stream, unread: Vec::new() }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Like `send`, for bytes that the server may refuse to take.
    pub(crate) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// The next reply; it must come.
    pub(crate) async fn reply(&mut self) -> Reply {
        self.next(false).await.expect("a reply, not the end of the connection")
    }

    /// The next reply, which has a body's headers but no body.
    pub(crate) async fn reply_to_head(&mut self) -> Reply {
        self.next(true).await.expect("a reply, not the end of the connection")
    }

    /// The next reply, or `None` when the server closes the connection without one.
    pub(crate) async fn reply_or_end(&mut self) -> Option<Reply> {
        self.next(false).await
    }

    async fn next(&mut self, to_head: bool) -> Option<Reply> {
        let head_end = loop {
            if let Some(at) = self.unread.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if self.read_more().await == 0 {
                assert!(self.unread.is_empty(), "the connection ended inside a reply's header");
                return None;
            }
        };
        let head = String::from_utf8(self.unread.drain(..head_end + 4).collect()).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let status: u16 = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut reply = Reply { status, headers, body: Vec::new() };
        let length = if to_head || status == 100 { 0 } else { reply.length() };
        while self.unread.len() < length {
            assert_ne!(self.read_more().await, 0, "the connection ended inside a reply's body");
        }
        reply.body = self.unread.drain(..length).collect();
        Some(reply)
    }

    /// Bytes read; 0 at the end of the connection, however it ended.
    async fn read_more(&mut self) -> usize {
        let mut buffer = vec![0; 16 << 10];
        let reading = tokio::time::timeout(NEVER, self.stream.read(&mut buffer));
        let read = reading.await.expect("the server neither answered nor closed").unwrap_or(0);
        self.unread.extend_from_slice(&buffer[..read]);
        read
    }
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} comes once");
        value
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn length(&self) -> usize {
        self.header("content-length").map_or(0, |length| length.parse().unwrap())
    }

    /// Asserts RudderStack's exact reply to a stored request (docs/facts/gateway.md#replies).
    #[track_caller]
    pub(crate) fn assert_ok(&self) {
        assert_eq!((self.status, self.text()), (200, "ok"));
        assert_eq!(self.header("content-type"), Some("text/plain; charset=utf-8"));
    }

    /// Asserts RudderStack's exact form of an error (docs/facts/gateway.md#replies).
    #[track_caller]
    pub(crate) fn assert_refused(&self, status: u16, text: &str) {
        assert_eq!((self.status, self.text()), (status, text));
        assert_eq!(self.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"));
    }
}
