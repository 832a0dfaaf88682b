//! One HTTP/1.1 connection written byte by byte, for request shapes that no HTTP library here would make: a
//! client that splits its body into chunks as a phone's does, and keeps the connection for its next request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What a broken server may cost a test.
const TIME_LIMIT: Duration = Duration::from_secs(90);

/// A kept-alive connection to the data plane.
pub(crate) struct Wire {
    stream: BufReader<TcpStream>,
    host: String,
}

/// A request's body, and how it is framed.
pub(crate) enum Framing<'a> {
    /// no body at all
    None,
    /// `Content-Length`, all at once
    Length(&'a [u8]),
    /// `Transfer-Encoding: chunked`, in chunks of this many bytes (docs/facts/sdks.md#kotlin-chunked)
    Chunked(&'a [u8], usize),
}

/// A reply, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("a reply is text")
    }
}

impl Wire {
    pub(crate) fn open(address: SocketAddr) -> Wire {
        let stream = TcpStream::connect_timeout(&address, TIME_LIMIT).expect("the data plane accepts");
        stream.set_read_timeout(Some(TIME_LIMIT)).expect("a time limit above zero");
        Wire { stream: BufReader::new(stream), host: address.to_string() }
    }

    /// Sends one request with exactly these headers (and `Host` and the framing's own) and reads its reply.
    pub(crate) fn exchange(&mut self, line: &str, headers: &[(&str, &str)], body: Framing<'_>) -> Reply {
        let mut request = format!("{line} HTTP/1.1\r\nHost: {}\r\n", self.host).into_bytes();
        for (name, value) in headers {
            request.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        match body {
            Framing::None => request.extend_from_slice(b"\r\n"),
            Framing::Length(body) => {
                request.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
                request.extend_from_slice(body);
            }
            Framing::Chunked(body, size) => {
                request.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
                for chunk in body.chunks(size) {
                    request.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    request.extend_from_slice(chunk);
                    request.extend_from_slice(b"\r\n");
                }
                request.extend_from_slice(b"0\r\n\r\n");
            }
        }
        self.stream.get_mut().write_all(&request).expect("the data plane reads the whole request");
        self.read_reply()
    }

    fn read_reply(&mut self) -> Reply {
        let status_line = self.read_line();
        let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut reply = Reply {
            status: status.unwrap_or_else(|| panic!("not a status line: {status_line:?}")),
            content_type: String::new(),
            body: Vec::new(),
        };
        let mut length = None;
        loop {
            let line = self.read_line();
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().ok(),
                "content-type" => reply.content_type = value.trim().to_owned(),
                _ => {}
            }
        }
        // Without a length the next reply on this connection could not be told from this one.
        let length = length.expect("a reply on a kept-alive connection says its length");
        reply.body = vec![0; length];
        self.stream.read_exact(&mut reply.body).expect("the reply is as long as it says");
        reply
    }

    fn read_line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("the data plane replies");
        assert!(!line.is_empty(), "the data plane closed the connection instead of replying");
        line.trim_end().to_owned()
    }
}
