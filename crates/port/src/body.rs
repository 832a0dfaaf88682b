//! The bodies of a connection: a request's body, whose arrival is supervised, and a reply's body, whose end begins the
//! idle phase.

use crate::credit::Credit;
use crate::limits::Limits;
use crate::pace::{Direction, Pace, Phase, millis};
use crate::seats::{Seat, Seats};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A request's body. If it arrives more slowly than the door's least rate, the connection is closed.
#[derive(Debug)]
pub struct Body {
    inner: Incoming,
    pace: Arc<Pace>,
    credit: Credit,
}

impl Body {
    pub(crate) fn new(inner: Incoming, pace: Arc<Pace>, limits: &Limits) -> Self {
        pace.enter(if inner.is_end_stream() { Phase::Answer } else { Phase::Body });
        Body { inner, pace, credit: Credit::new(millis(limits.patience), limits.least_rate) }
    }

    fn waits(&mut self) {
        if !self.credit.is_waiting() {
            let end = self.credit.wait(self.pace.millis());
            self.pace.wait(Direction::Body, end);
        }
    }

    fn got(&mut self, bytes: usize) {
        if self.credit.is_waiting() {
            self.credit.moved(bytes, self.pace.millis());
            self.pace.wait(Direction::Body, 0);
        } else {
            // Bytes that arrive without a wait earn credit as well; the time does not matter for that.
            self.credit.moved(bytes, 0);
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        match &polled {
            Poll::Pending => self.waits(),
            Poll::Ready(Some(Ok(frame))) => {
                self.got(frame.data_ref().map_or(0, Bytes::len));
                if self.inner.is_end_stream() {
                    self.pace.enter(Phase::Answer);
                }
            }
            Poll::Ready(None | Some(Err(_))) => {
                self.got(0);
                self.pace.enter(Phase::Answer);
            }
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

impl Drop for Body {
    fn drop(&mut self) {
        // The rest of the body is no longer awaited.
        self.pace.wait(Direction::Body, 0);
        if self.pace.phase() == Phase::Body {
            self.pace.enter(Phase::Answer);
        }
    }
}

/// A reply's body. When it is dropped, the reply has been written or will never be.
#[derive(Debug)]
pub struct ReplyBody<B> {
    inner: B,
    _answering: Answering,
}

/// A request counts as being answered until this is dropped.
#[derive(Debug)]
pub(crate) struct Answering {
    pace: Arc<Pace>,
    seats: Arc<Seats>,
}

impl Answering {
    pub(crate) fn new(seat: &Seat) -> Self {
        Answering { pace: Arc::clone(&seat.pace), seats: Arc::clone(&seat.seats) }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.pace.enter(Phase::Idle);
        self.seats.rests();
    }
}

impl<B> ReplyBody<B> {
    pub(crate) fn new(inner: B, answering: Answering) -> Self {
        ReplyBody { inner, _answering: answering }
    }
}

impl<B: HttpBody + Unpin> HttpBody for ReplyBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
