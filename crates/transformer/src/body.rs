//! Reads a request's body. Its size is bounded while it arrives and while it is decoded, and so is the memory of all
//! bodies together.
//!
//! `gzip`, `deflate` and `br` are decoded (docs/facts/transformer.md#codings); any other coding is 415. The received
//! bytes are kept unchanged beside the decoded ones, because they may have to be passed on.

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body::Frame;
use port::{Full, Slot};
use std::future::poll_fn;
use std::io::Read;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// The longest time for a body to arrive: a slower body holds memory that others could use.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// rudder-server's requests have a few hundred KiB.
const ORDINARY: usize = 1 << 20;
/// Memory is reserved, and bodies are decoded, in pieces of this size.
const PIECE: usize = 64 << 10;

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    TooLarge,
    /// Other requests hold all the memory.
    NoRoom,
    UnknownCoding,
    /// The body does not have its coding, or broke off.
    Unreadable,
}

/// A body.
#[derive(Debug)]
pub(crate) struct Received {
    /// The body as it came, if that differs from the text.
    wire: Option<Bytes>,
    /// The body as text; bytes that are not UTF-8 have become U+FFFD.
    pub(crate) text: String,
    _slot: Slot,
}

impl Received {
    /// As it came.
    pub(crate) fn into_wire(self) -> Bytes {
        self.wire.unwrap_or_else(|| Bytes::from(self.text))
    }
}

impl From<Full> for BodyError {
    fn from(_: Full) -> Self {
        BodyError::NoRoom
    }
}

/// Reads a body of at most `limit` bytes, decoded, within [`LONGEST_WAIT`].
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    slot: Slot,
) -> Result<Received, BodyError> {
    let read = read_patiently(headers, body, limit, slot);
    tokio::time::timeout(LONGEST_WAIT, read).await.unwrap_or(Err(BodyError::Unreadable))
}

async fn read_patiently(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    mut slot: Slot,
) -> Result<Received, BodyError> {
    let coding = Coding::of(headers)?;
    // A body that declares a larger size is not read.
    if usize::try_from(body.size_hint().lower()).map_or(true, |least| least > limit) {
        return Err(BodyError::TooLarge);
    }
    // Memory grows with the bytes that arrive; a declared size is trusted only up to that of ordinary requests.
    let promised = usize::try_from(body.size_hint().lower()).unwrap_or(0);
    let mut wire = Vec::with_capacity(promised.min(ORDINARY));
    while let Some(frame) = next(&mut body, &mut slot).await? {
        let Ok(data) = frame.into_data() else { continue };
        if wire.len() + data.len() > limit {
            return Err(BodyError::TooLarge);
        }
        wire.extend_from_slice(&data);
        slot.reserve(wire.len())?;
    }
    slot.arrived()?;
    let decoded = match coding {
        Coding::Plain => None,
        Coding::Gzip => Some(decode(MultiGzDecoder::new(wire.as_slice()), wire.len(), limit, &mut slot)?),
        Coding::Deflate => Some(decode(ZlibDecoder::new(wire.as_slice()), wire.len(), limit, &mut slot)?),
        Coding::Brotli => {
            let decoder = brotli_decompressor::Decompressor::new(wire.as_slice(), PIECE);
            Some(decode(decoder, wire.len(), limit, &mut slot)?)
        }
    };
    let (wire, bytes) = match decoded {
        Some(decoded) => (Some(wire), decoded),
        None => (None, wire),
    };
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Received { wire: wire.map(Bytes::from), text, _slot: slot },
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let wire = wire.unwrap_or_else(|| error.into_bytes());
            Received { wire: Some(Bytes::from(wire)), text, _slot: slot }
        }
    })
}

/// The next piece, unless the body is dropped for others while it is awaited.
async fn next(body: &mut Body, slot: &mut Slot) -> Result<Option<Frame<Bytes>>, BodyError> {
    poll_fn(|cx| match Pin::new(&mut *body).poll_frame(cx) {
        Poll::Ready(frame) => {
            slot.moved();
            Poll::Ready(frame.transpose().map_err(|_| BodyError::Unreadable))
        }
        Poll::Pending => slot.poll_given_up(cx).map(|full| Err(full.into())),
    })
    .await
}

fn decode(mut decoder: impl Read, wire: usize, limit: usize, slot: &mut Slot) -> Result<Vec<u8>, BodyError> {
    let mut decoded = Vec::new();
    let mut piece = vec![0; PIECE];
    loop {
        let read = decoder.read(&mut piece).map_err(|_| BodyError::Unreadable)?;
        if read == 0 {
            return Ok(decoded);
        }
        if decoded.len() + read > limit {
            return Err(BodyError::TooLarge);
        }
        decoded.extend_from_slice(&piece[..read]);
        slot.reserve(wire + decoded.len())?;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Plain,
    Gzip,
    Deflate,
    Brotli,
}

impl Coding {
    fn of(headers: &HeaderMap) -> Result<Coding, BodyError> {
        let Some(value) = headers.get(CONTENT_ENCODING) else { return Ok(Coding::Plain) };
        match value.as_bytes().trim_ascii().to_ascii_lowercase().as_slice() {
            b"" | b"identity" => Ok(Coding::Plain),
            b"gzip" | b"x-gzip" => Ok(Coding::Gzip),
            b"deflate" => Ok(Coding::Deflate),
            b"br" => Ok(Coding::Brotli),
            _ => Err(BodyError::UnknownCoding),
        }
    }
}

#[cfg(test)]
mod tests;
