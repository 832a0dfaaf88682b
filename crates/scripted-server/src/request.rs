//! A request, and how it is read.

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// A request as it was received.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The whole head, as sent.
    pub head: String,
    /// The body; if it was sent in chunks, what they hold.
    pub body: Vec<u8>,
}

impl Request {
    /// Whether it asks InMoment for a token.
    pub fn is_token(&self) -> bool {
        self.target.starts_with("/oauth/token")
    }

    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The body, which must be text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// The next request; `None` once the client has left.
pub(crate) async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    loop {
        if let Some((request, used)) = parse(buffer) {
            buffer.drain(..used);
            return Some(request);
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

fn parse(buffer: &[u8]) -> Option<(Request, usize)> {
    let end = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
    let mut first = head.split(' ');
    let (method, target) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
    let mut request = Request { method, target, head, body: Vec::new() };
    if request.header("transfer-encoding").is_some() {
        let (body, used) = chunks(&buffer[end..])?;
        request.body = body;
        return Some((request, end + used));
    }
    let length: usize = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    request.body = buffer.get(end..end + length)?.to_vec();
    Some((request, end + length))
}

/// A body in chunks (RFC 9112, 7.1), once its last one is there.
fn chunks(buffer: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let line = buffer[at..].windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&buffer[at..at + line]).unwrap(), 16).unwrap();
        at += line + 2;
        body.extend_from_slice(buffer.get(at..at + size)?);
        buffer.get(at + size..at + size + 2)?;
        at += size + 2;
        if size == 0 {
            return Some((body, at));
        }
    }
}
