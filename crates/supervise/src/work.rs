//! Short work whose result a caller awaits.

use crate::ending::{broken_off, caught};
use crate::panicked::{Panicked, catch, count};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::task::JoinHandle;

/// The work ended without a result. It may be incomplete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// its panic; `None` if the runtime is shutting down
    pub panicked: Option<Panicked>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.panicked {
            Some(panicked) => panicked.fmt(f),
            None => f.write_str("the program is ending"),
        }
    }
}

impl std::error::Error for Broken {}

/// Running work. It goes on if this is dropped.
#[derive(Debug)]
pub struct Work<T> {
    handle: JoinHandle<Result<T, Panicked>>,
}

/// Starts work that runs beside the caller that awaits its result. It is completed even if the result is no longer
/// awaited. A panic is logged, counted under this name, and returned to the awaiting caller. Must be called within a
/// tokio runtime.
#[expect(clippy::disallowed_methods, reason = "this crate is where tasks begin; a panic is said and told")]
pub fn work<F>(name: &'static str, future: F) -> Work<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let told = async move { caught(future).await.inspect_err(|panicked| say(name, None, panicked)) };
    Work { handle: tokio::spawn(told) }
}

/// Starts blocking work on a thread that may block; otherwise as [`work`].
#[expect(clippy::disallowed_methods, reason = "this crate is where tasks begin; a panic is said and told")]
pub fn blocking<T: Send + 'static>(name: &'static str, run: impl FnOnce() -> T + Send + 'static) -> Work<T> {
    let told = move || catch(run).inspect_err(|panicked| say(name, None, panicked));
    Work { handle: tokio::task::spawn_blocking(told) }
}

/// Runs work in its caller's task, if that task is not started here, such as a handler of a server. A panic is logged,
/// counted under this name, and returned. If the work answers a request, the log line has the request's id.
pub async fn guarded<F: Future>(
    name: &'static str,
    request_id: Option<impl fmt::Display>,
    future: F,
) -> Result<F::Output, Broken> {
    caught(future).await.map_err(|panicked| {
        say(name, request_id.as_ref().map(|id| id as &dyn fmt::Display), &panicked);
        Broken { panicked: Some(panicked) }
    })
}

impl<T> Future for Work<T> {
    type Output = Result<T, Broken>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let joined = ready!(Pin::new(&mut self.handle).poll(context));
        Poll::Ready(match joined {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(panicked)) => Err(Broken { panicked: Some(panicked) }),
            Err(error) => Err(Broken { panicked: broken_off(error) }),
        })
    }
}

/// Counts a panic and logs it, with the id of the request that the work answered.
pub(crate) fn say(name: &str, request_id: Option<&dyn fmt::Display>, panicked: &Panicked) {
    count(name);
    // Logging may fail; the awaiting caller is informed nevertheless.
    let _ = catch(|| {
        let request_id = request_id.map(tracing::field::display);
        tracing::error!(work = name, request_id, "work has broken off: {panicked}");
    });
}

#[cfg(test)]
mod tests;
