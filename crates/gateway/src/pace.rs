//! Patience with slow connections: each phase of a connection has its limit, and one timer watches over all of them.
//!
//! | Phase | Begins with | Limit |
//! |---|---|---|
//! | idle | the connection, or the end of an answer | `idle_timeout` |
//! | head | the first byte while idle | `head_timeout` |
//! | body | the end of the header | `body_timeout` |
//! | answer | the end of the body | none: storing takes as long as it takes |
//!
//! A connection past its limit is closed without a reply: there is no status for it that SDKs understand (408 makes
//! some of them drop events), and a lost connection makes every one of them send again. The limit for a head that
//! begins in the same packet as the end of the last body is the idle one, which a caller could also have by sending
//! nothing. Being late by up to [`Limits::shortest`] is fine, so a connection costs one timer and not one a request.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use port::Stream;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Idle,
    Head,
    Body,
    Answer,
}

/// How long each phase may last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) idle: Duration,
    pub(crate) head: Duration,
    pub(crate) body: Duration,
}

impl Limits {
    fn of(&self, phase: Phase) -> Option<Duration> {
        match phase {
            Phase::Idle => Some(self.idle),
            Phase::Head => Some(self.head),
            Phase::Body => Some(self.body),
            Phase::Answer => None,
        }
    }

    fn shortest(&self) -> Duration {
        self.idle.min(self.head).min(self.body)
    }
}

/// The phase of one connection and when it began, shared by everything that sees the connection move on.
#[derive(Debug)]
pub(crate) struct Pace {
    start: Instant,
    /// milliseconds since `start`, and the phase in the lowest two bits
    now: AtomicU64,
}

impl Pace {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Pace { start: Instant::now(), now: AtomicU64::new(0) })
    }

    pub(crate) fn enter(&self, phase: Phase) {
        let millis = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX >> 2);
        self.now.store(millis << 2 | phase as u64, Ordering::Relaxed);
    }

    fn phase(&self) -> (Phase, Instant) {
        let now = self.now.load(Ordering::Relaxed);
        let phase = match now & 3 {
            0 => Phase::Idle,
            1 => Phase::Head,
            2 => Phase::Body,
            _ => Phase::Answer,
        };
        (phase, self.start + Duration::from_millis(now >> 2))
    }

    /// Resolves when a phase has lasted too long.
    pub(crate) async fn expired(&self, limits: Limits) {
        loop {
            let (phase, since) = self.phase();
            let next_look = Instant::now() + limits.shortest();
            let deadline = limits.of(phase).map(|limit| since + limit);
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return;
            }
            tokio::time::sleep_until(deadline.map_or(next_look, |deadline| deadline.min(next_look))).await;
        }
    }
}

/// A connection's bytes; the first of them end the idle phase.
pub(crate) struct PacedStream {
    inner: TokioIo<Stream>,
    pace: Arc<Pace>,
}

impl PacedStream {
    pub(crate) fn new(stream: Stream, pace: Arc<Pace>) -> Self {
        PacedStream { inner: TokioIo::new(stream), pace }
    }
}

impl Read for PacedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if polled.is_ready() && self.pace.phase().0 == Phase::Idle {
            self.pace.enter(Phase::Head);
        }
        polled
    }
}

impl Write for PacedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, slices)
    }
}

/// A request's body; its end ends the body phase.
pub(crate) struct PacedBody {
    inner: Incoming,
    pace: Arc<Pace>,
}

impl PacedBody {
    pub(crate) fn new(inner: Incoming, pace: Arc<Pace>) -> Self {
        pace.enter(if inner.is_end_stream() { Phase::Answer } else { Phase::Body });
        PacedBody { inner, pace }
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if polled.is_ready() && self.inner.is_end_stream()
            || matches!(polled, Poll::Ready(None | Some(Err(_))))
        {
            self.pace.enter(Phase::Answer);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests;
