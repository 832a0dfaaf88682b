//! The result of a write, for code that awaits it and for code that blocks.

use crate::error::JournalError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use tokio::sync::oneshot;

/// A write that is under way: it resolves when the write is durable or has failed. Dropping it does not cancel the write,
/// with one exception: an append that had to wait for room in the writer's queue is not stored if its receipt is dropped first.
pub struct Receipt<T>(State<T>);

enum State<T> {
    Ready(Option<Result<T, JournalError>>),
    Waiting(oneshot::Receiver<Result<T, JournalError>>),
    Deferred(Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send>>),
}

impl<T> Receipt<T> {
    /// The result is known already.
    pub fn ready(result: Result<T, JournalError>) -> Self {
        Receipt(State::Ready(Some(result)))
    }

    /// The result comes through this channel; a dropped sender counts as [`JournalError::Closed`].
    pub fn waiting(receiver: oneshot::Receiver<Result<T, JournalError>>) -> Self {
        Receipt(State::Waiting(receiver))
    }

    /// The writer does not have the write yet: this future hands it over when there is room, and resolves to its result.
    pub fn deferred(work: impl Future<Output = Result<T, JournalError>> + Send + 'static) -> Self {
        Receipt(State::Deferred(Box::pin(work)))
    }

    /// The result, if it is known already; for a journal in memory it always is.
    pub fn now(mut self) -> Option<Result<T, JournalError>> {
        match Pin::new(&mut self).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Some(result),
            Poll::Pending => None,
        }
    }

    /// Blocks this thread until the result is known. Asynchronous code must not call this.
    pub fn wait(mut self) -> Result<T, JournalError> {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        loop {
            match Pin::new(&mut self).poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(result) => return result,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// No field needs to stay in its place: the one future is in a box of its own.
impl<T> Unpin for Receipt<T> {}

impl<T> std::fmt::Debug for Receipt<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match &self.0 {
            State::Ready(_) => "Receipt(ready)",
            State::Waiting(_) => "Receipt(waiting)",
            State::Deferred(_) => "Receipt(deferred)",
        })
    }
}

impl<T> Future for Receipt<T> {
    type Output = Result<T, JournalError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Ready(result) => Poll::Ready(result.take().unwrap_or(Err(JournalError::Closed))),
            State::Waiting(receiver) => {
                Pin::new(receiver).poll(cx).map(|answer| answer.unwrap_or(Err(JournalError::Closed)))
            }
            State::Deferred(work) => work.as_mut().poll(cx),
        }
    }
}

#[cfg(test)]
mod tests;
