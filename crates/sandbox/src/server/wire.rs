//! Connections that end badly on purpose: a socket that is reset when it is dropped, and a body that breaks off.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A socket that sends a reset instead of an orderly end once its switch is thrown.
pub(super) struct Wire {
    stream: TcpStream,
    reset: Arc<AtomicBool>,
}

impl Wire {
    /// The socket and its switch.
    pub(super) fn new(stream: TcpStream) -> (Wire, Arc<AtomicBool>) {
        let reset = Arc::new(AtomicBool::new(false));
        (Wire { stream, reset: Arc::clone(&reset) }, reset)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            // Without it the end is an orderly one, which a client sees as no reply just the same.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, data)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// A reply's body, whole or broken off.
pub(super) struct WireBody {
    data: Option<Bytes>,
    end: End,
}

enum End {
    Orderly,
    /// Breaks off after one more turn, in which what was sent reaches the socket.
    BreakSoon,
    Break,
}

impl WireBody {
    pub(super) fn whole(data: Vec<u8>) -> WireBody {
        WireBody { data: Some(data.into()).filter(|data: &Bytes| !data.is_empty()), end: End::Orderly }
    }

    pub(super) fn broken(sent: Vec<u8>) -> WireBody {
        WireBody { data: Some(sent.into()).filter(|data: &Bytes| !data.is_empty()), end: End::BreakSoon }
    }
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match self.end {
            End::Orderly => Poll::Ready(None),
            End::BreakSoon => {
                self.end = End::Break;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            End::Break => Poll::Ready(Some(Err(io::Error::other("broken off by the fault script")))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && matches!(self.end, End::Orderly)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.end, &self.data) {
            (End::Orderly, data) => SizeHint::with_exact(
                data.as_ref().map_or(0, |data| u64::try_from(data.len()).unwrap_or(u64::MAX)),
            ),
            // The head claims more than will come.
            _ => SizeHint::default(),
        }
    }
}
