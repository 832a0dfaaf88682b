//! Connections to the port: so many at once, and none is held open for nothing.
//!
//! The port may be reachable from outside, and the descriptors it uses are those that the public port and the journal
//! need too. So there are at most [`MOST`]; whoever comes then waits to be accepted. A connection on which nothing was
//! answered for [`SILENCE`] is closed, whatever trickles in on it: no answer takes that long to begin, and one that goes
//! on for ever says something more often.

use axum::serve::Listener;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

const MOST: usize = 512;
const SILENCE: Duration = Duration::from_secs(120);

/// A listener with these limits.
pub(crate) struct Bounded<L> {
    inner: L,
    places: Arc<Semaphore>,
    silence: Duration,
}

impl<L: Listener> Bounded<L> {
    pub(crate) fn new(inner: L) -> Self {
        Bounded::of(inner, MOST, SILENCE)
    }

    fn of(inner: L, most: usize, silence: Duration) -> Self {
        Bounded { inner, places: Arc::new(Semaphore::new(most)), silence }
    }
}

impl<L: Listener> Listener for Bounded<L> {
    type Io = Connection<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // The semaphore is never closed.
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        let (io, address) = self.inner.accept().await;
        let silent = Box::pin(tokio::time::sleep(self.silence));
        (Connection { io, silent, silence: self.silence, _place: place }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.inner.local_addr()
    }
}

/// One connection.
pub(crate) struct Connection<Io> {
    io: Io,
    silent: Pin<Box<Sleep>>,
    silence: Duration,
    _place: Option<OwnedSemaphorePermit>,
}

impl<Io: Unpin> Connection<Io> {
    fn silent_for_too_long(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        ready!(self.silent.as_mut().poll(cx));
        Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "nothing was answered on it for too long"))
    }

    fn answered(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.silent.as_mut().reset(Instant::now() + self.silence);
        }
        written
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Connection<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Asked first, so that a trickle does not count.
        if let Poll::Ready(error) = self.silent_for_too_long(cx) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Connection<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, buf);
        if written.is_pending()
            && let Poll::Ready(error) = self.silent_for_too_long(cx)
        {
            // Who does not read its answer.
            return Poll::Ready(Err(error));
        }
        self.answered(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        if written.is_pending()
            && let Poll::Ready(error) = self.silent_for_too_long(cx)
        {
            return Poll::Ready(Err(error));
        }
        self.answered(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
