//! Supervises a connection's bytes: the first of them end the idle phase, and a client that does not read its replies
//! is noticed.

use crate::client_handle::ClientHandle;
use crate::credit::Credit;
use crate::limits::Limits;
use crate::pace::{Direction, Pace, Phase, millis};
use crate::stream::Stream;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A stream for hyper.
pub(crate) struct PacedStream {
    inner: TokioIo<Stream>,
    pace: Arc<Pace>,
    credit: Credit,
    caller: ClientHandle,
}

impl PacedStream {
    pub(crate) fn new(stream: Stream, pace: Arc<Pace>, limits: &Limits, caller: ClientHandle) -> Self {
        let credit = Credit::new(millis(limits.patience), limits.least_rate);
        PacedStream { inner: TokioIo::new(stream), pace, credit, caller }
    }

    /// Notes whether the client accepts the bytes that are written.
    fn noted<T>(
        &mut self,
        polled: Poll<io::Result<T>>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        match &polled {
            Poll::Pending => {
                if !self.credit.is_waiting() {
                    let end = self.credit.wait(self.pace.millis());
                    self.pace.wait(Direction::Reply, end);
                }
            }
            Poll::Ready(Ok(written)) => {
                let bytes = bytes(written);
                if self.credit.is_waiting() {
                    self.credit.moved(bytes, self.pace.millis());
                    self.pace.wait(Direction::Reply, 0);
                } else {
                    self.credit.moved(bytes, 0);
                }
            }
            Poll::Ready(Err(_)) => {}
        }
        polled
    }
}

impl Read for PacedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if polled.is_ready() && self.pace.phase() == Phase::Idle {
            self.pace.enter(Phase::Head);
        }
        polled
    }
}

impl Write for PacedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.noted(polled, |written| *written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_flush(cx);
        self.noted(polled, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.noted(polled, |()| 0)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.noted(polled, |written| *written)
    }
}

impl Drop for PacedStream {
    fn drop(&mut self) {
        if self.caller.is_to_be_reset() {
            // Without it, the end is orderly, and the client gets no reply in either case.
            let _ = self.inner.inner().tcp().set_zero_linger();
        }
    }
}
