//! The parts of an HTTP/1.1 client that a load generator needs: it sends prepared bytes, and reads status and body.

use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The largest reply to a benchmark.
const LONGEST_REPLY: usize = 1 << 20;

/// A keep-alive connection with one request under way at a time.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A reply: its body lies in the connection's buffer.
pub(crate) struct Reply<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) async fn open(server: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(server).await.context("connecting")?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a whole request and reads the whole reply.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<Reply<'_>> {
        self.stream.write_all(request).await.context("sending")?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await.context("reading the reply")? == 0 {
                bail!("the connection was closed before the reply was complete");
            }
            if let Some((status, body_at, length)) = head(&self.buffer)?
                && self.buffer.len() >= body_at + length
            {
                return Ok(Reply { status, body: &self.buffer[body_at..body_at + length] });
            }
            if self.buffer.len() > LONGEST_REPLY {
                bail!("the reply is too long");
            }
        }
    }
}

/// Status, where the body begins, and its length; `None` while the head is not complete.
fn head(bytes: &[u8]) -> Result<Option<(u16, usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..end]).context("the reply's head")?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok());
    match (status, length) {
        (Some(204), None) => Ok(Some((204, end + 4, 0))),
        (Some(status), Some(length)) if length <= LONGEST_REPLY => Ok(Some((status, end + 4, length))),
        _ => bail!("the reply is not one this client understands"),
    }
}

#[cfg(test)]
mod tests;
