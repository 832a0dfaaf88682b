//! How a task or a thread ended.

use crate::panicked::{Panicked, catch};
use std::fmt;
use std::pin::pin;
use std::task::Poll;

/// The result of a task or thread: nothing, or the reason why it could not go on.
pub trait TaskResult: Send + 'static {
    /// The reason why it could not go on, in words that may be logged.
    fn error(self) -> Option<String>;
}

impl TaskResult for () {
    fn error(self) -> Option<String> {
        None
    }
}

impl<E: fmt::Display + Send + 'static> TaskResult for Result<(), E> {
    fn error(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// it returned
    Returned,
    /// it returned the reason why it could not go on
    Failed(String),
    /// it panicked
    Panicked(Panicked),
    /// it was aborted from outside: its result is no longer wanted, or the runtime is shutting down
    BrokenOff,
}

impl Ending {
    pub(crate) fn of<T: TaskResult>(result: Result<T, Panicked>) -> Ending {
        match result {
            Ok(outcome) => outcome.error().map_or(Ending::Returned, Ending::Failed),
            Err(panicked) => Ending::Panicked(panicked),
        }
    }

    pub(crate) fn joined<T: TaskResult>(
        result: Result<Result<T, Panicked>, tokio::task::JoinError>,
    ) -> Ending {
        match result {
            Ok(result) => Ending::of(result),
            Err(error) => match broken_off(error) {
                Some(panicked) => Ending::Panicked(panicked),
                None => Ending::BrokenOff,
            },
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Returned => f.write_str("it ended early"),
            Ending::Failed(why) => write!(f, "it failed: {why}"),
            Ending::Panicked(panicked) => panicked.fmt(f),
            Ending::BrokenOff => f.write_str("it was broken off"),
        }
    }
}

/// Runs a future to its end, or to its panic.
pub(crate) async fn caught<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    std::future::poll_fn(move |context| match catch(|| future.as_mut().poll(context)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(panicked) => Poll::Ready(Err(panicked)),
    })
    .await
}

/// The panic that tokio caught: the future panicked while it was dropped. The panic's place is in the log already.
/// `None` if it did not panic but was aborted.
pub(crate) fn broken_off(error: tokio::task::JoinError) -> Option<Panicked> {
    let payload = error.try_into_panic().ok()?;
    Some(Panicked::new(payload, String::new()))
}
