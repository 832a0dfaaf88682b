//! Replies with faults: a body that breaks off.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// A reply's body, complete or broken off.
pub(super) struct WireBody {
    data: Option<Bytes>,
    end: End,
}

enum End {
    Orderly,
    /// The body breaks off after one more poll, in which the sent bytes reach the socket.
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
            // The head declares a longer body than is sent.
            _ => SizeHint::default(),
        }
    }
}
