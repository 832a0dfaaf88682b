//! Reading a request's body: it is decoded while it arrives, and never takes more memory than may be stored.
//!
//! * The limit counts decoded bytes. The first byte beyond it ends the reading, so neither a long body nor a gzip bomb
//!   is held in memory (RudderStack reads everything first and measures afterwards, docs/facts/gateway.md#body-cap).
//! * Memory grows with the bytes that have arrived, not with `Content-Length`, which costs a caller nothing. A
//!   compressed body is decoded when all of it is there, so a stalled one holds only the bytes that were sent, and not
//!   its much larger content. The ratio of compression does not matter; only the decoded size is bounded.
//! * `gzip` and `deflate` are decoded, in any letter case and as `x-gzip` too. A body with any other coding is left as
//!   it is and fails as JSON (docs/facts/gateway.md#content-encoding).
//! * After a refusal the rest of the body is read and discarded up to [`DISCARD_LIMIT`], so that the caller can read
//!   the reply (a closed connection with unread bytes resets it) and can use the connection again
//!   (docs/facts/sdks.md#check-30).

use bytes::{Buf, Bytes};
use flate2::write::{MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, EXPECT};
use http_body::Body;
use http_body::Frame;
use http_body_util::BodyExt;
use port::{Full, Slot};
use std::future::poll_fn;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::Poll;

/// How many bytes of a refused body are read so that its sender can read the reply.
const DISCARD_LIMIT: usize = 16 << 20;

/// The size of the pieces in which a compressed body is decoded; memory is taken for each piece.
const PIECE: usize = 16 << 10;

/// The first allocation for a body.
const FIRST_CAPACITY: usize = 64 << 10;

/// Why a body could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// it is larger than may be stored
    TooLarge,
    /// the sender stopped in the middle, or the body does not have the coding of its header
    Unreadable,
    /// other requests hold all the memory
    NoRoom,
}

impl From<Full> for BodyError {
    fn from(_: Full) -> Self {
        BodyError::NoRoom
    }
}

/// A body's content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Plain,
    Gzip,
    Deflate,
}

/// Reads `Content-Encoding`.
pub(crate) fn coding(headers: &HeaderMap) -> Coding {
    let Some(value) = headers.get(CONTENT_ENCODING) else { return Coding::Plain };
    let value = value.as_bytes().trim_ascii();
    if value.eq_ignore_ascii_case(b"gzip") || value.eq_ignore_ascii_case(b"x-gzip") {
        Coding::Gzip
    } else if value.eq_ignore_ascii_case(b"deflate") {
        Coding::Deflate
    } else {
        Coding::Plain
    }
}

/// Reads the whole body, decoded, at most `limit` bytes of it.
pub(crate) async fn read<B>(
    body: &mut B,
    coding: Coding,
    limit: usize,
    slot: &mut Slot,
) -> Result<Bytes, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let promised = body.size_hint().exact().unwrap_or(0);
    let promised = usize::try_from(promised).unwrap_or(usize::MAX);
    // A compressed body that is longer than its decoded size may be is refused undecoded; compression adds little (RFC
    // 1951: five bytes to each 64 KiB at worst).
    let wire_limit = if coding == Coding::Plain { limit } else { limit.saturating_add(limit / 8 + 1024) };
    if promised > wire_limit {
        return Err(BodyError::TooLarge);
    }
    let wire = receive(body, promised, wire_limit, slot).await?;
    slot.arrived()?;
    if coding == Coding::Plain {
        return Ok(wire);
    }
    let mut decoder = Decoder::new(coding, limit, promised.min(FIRST_CAPACITY));
    for piece in wire.chunks(PIECE) {
        decoder.write(piece)?;
        slot.reserve(wire.len() + decoder.capacity())?;
    }
    decoder.finish(wire.len())
}

/// Reads all bytes of a body as they are sent, up to a limit.
async fn receive<B>(body: &mut B, promised: usize, limit: usize, slot: &mut Slot) -> Result<Bytes, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    // The bytes are copied, because a slice of the connection's buffer would keep the whole buffer alive.
    let mut wire = Vec::with_capacity(promised.min(FIRST_CAPACITY));
    while let Some(frame) = next(body, slot).await? {
        let Ok(data) = frame.into_data() else { continue };
        if data.len() > limit - wire.len() {
            return Err(BodyError::TooLarge);
        }
        wire.extend_from_slice(&data);
        slot.reserve(wire.capacity())?;
    }
    Ok(Bytes::from(wire))
}

/// The next piece, unless the body is dropped to make room for others meanwhile.
async fn next<B>(body: &mut B, slot: &mut Slot) -> Result<Option<Frame<Bytes>>, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    poll_fn(|cx| match Pin::new(&mut *body).poll_frame(cx) {
        Poll::Ready(frame) => {
            slot.moved();
            Poll::Ready(frame.transpose().map_err(|_| BodyError::Unreadable))
        }
        Poll::Pending => slot.poll_given_up(cx).map(|full| Err(full.into())),
    })
    .await
}

/// Discards the rest of a body, up to the limit.
pub(crate) async fn discard<B>(headers: &HeaderMap, body: &mut B)
where
    B: Body<Data = Bytes> + Unpin,
{
    // This caller waits for `100 Continue` before it sends, so there is nothing to read.
    let asks_first = headers.contains_key(EXPECT);
    let promised = body.size_hint().lower();
    if asks_first || promised > u64::try_from(DISCARD_LIMIT).unwrap_or(u64::MAX) {
        return;
    }
    let mut left = DISCARD_LIMIT;
    while let Some(Ok(frame)) = body.frame().await {
        let read = frame.data_ref().map_or(0, Bytes::remaining);
        let Some(rest) = left.checked_sub(read) else { return };
        left = rest;
    }
}

enum Decoder {
    Gzip(Box<MultiGzDecoder<Limited>>),
    Deflate(Box<ZlibDecoder<Limited>>),
}

impl Decoder {
    fn new(coding: Coding, limit: usize, capacity: usize) -> Self {
        let sink = Limited { bytes: Vec::with_capacity(capacity), limit, full: false };
        match coding {
            Coding::Gzip => Decoder::Gzip(Box::new(MultiGzDecoder::new(sink))),
            Coding::Deflate | Coding::Plain => Decoder::Deflate(Box::new(ZlibDecoder::new(sink))),
        }
    }

    fn write(&mut self, data: &[u8]) -> Result<(), BodyError> {
        let written = match self {
            Decoder::Gzip(decoder) => decoder.write_all(data),
            Decoder::Deflate(decoder) => decoder.write_all(data),
        };
        written.map_err(|_| self.error())
    }

    /// The decoded body. A compressed body of zero bytes is an empty body, as at RudderStack.
    fn finish(mut self, wire: usize) -> Result<Bytes, BodyError> {
        if wire > 0 {
            let finished = match &mut self {
                Decoder::Gzip(decoder) => decoder.try_finish(),
                Decoder::Deflate(decoder) => decoder.try_finish(),
            };
            finished.map_err(|_| self.error())?;
        }
        let bytes = std::mem::take(&mut self.sink_mut().bytes);
        Ok(Bytes::from(bytes))
    }

    fn error(&self) -> BodyError {
        if self.sink().full { BodyError::TooLarge } else { BodyError::Unreadable }
    }

    fn capacity(&self) -> usize {
        self.sink().bytes.capacity()
    }

    fn sink(&self) -> &Limited {
        match self {
            Decoder::Gzip(decoder) => decoder.get_ref(),
            Decoder::Deflate(decoder) => decoder.get_ref(),
        }
    }

    fn sink_mut(&mut self) -> &mut Limited {
        match self {
            Decoder::Gzip(decoder) => decoder.get_mut(),
            Decoder::Deflate(decoder) => decoder.get_mut(),
        }
    }
}

/// A writer that accepts a limited number of bytes.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Write for Limited {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.len() > self.limit - self.bytes.len() {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
