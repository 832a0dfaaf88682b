//! The trait every journal implements, and what a commit can change.

use crate::records::{
    BudgetRecord, DeadLetter, DestinationId, Fate, InFlightRecord, KnownUser, LaneRecord, Ledger, MessageKey,
    NewDeadLetter, NewRequest, Position, Restored, SourceId, StoredRequest,
};
use event::{Millis, SourceKind};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use tokio::sync::{oneshot, watch};

/// One change of delivery state; a commit makes a list of them true at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// An event has met its fate. Counted in the ledger by the journal. Refused unless the event is pending here.
    Fate(Position, Fate),
    /// Every event of requests below this number has its fate; refused when that is not so. Never goes back.
    Cursor(u64),
    /// This message id has been dealt with; remembered for 24 hours from then.
    Seen(MessageKey, Millis),
    /// What InMoment now holds of an end user; also links its external id to it.
    KnowUser(KnownUser),
    /// What was known of this end user (by its end-user id) may no longer be true. Links stay.
    DoubtUser(String),
    /// This external id belongs to this end user.
    Link(String, String),
    /// This external id belongs to nobody we know of.
    Unlink(String),
    /// A call is about to be made; replaces what was in flight for the lane.
    InFlight(InFlightRecord),
    /// The lane's call has been answered.
    Landed(String),
    /// A lane is in trouble or waiting.
    LaneTrouble(String, LaneRecord),
    /// It no longer is.
    LaneClear(String),
    /// An event is kept as a dead letter. Comes with its `Fate(position, Dead)` in the same commit: neither is taken
    /// without the other.
    DeadLetter(NewDeadLetter),
    /// An operator paused (true) or resumed (false) the destination.
    Paused(bool),
    /// The destination is halted for this reason, or no longer.
    Halted(Option<String>),
    /// The budget as of the calls this commit lets out.
    Budget(BudgetRecord),
    /// So many more calls made and saved.
    Calls {
        /// made
        made: u64,
        /// saved
        saved: u64,
    },
}

/// Why the journal could not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// No room; nothing was stored. Passes by itself when there is room again.
    #[error("the disk that holds the journal is full")]
    Full,
    /// Another process has the folder open.
    #[error("the data folder is in use by {0}")]
    Locked(String),
    /// Written by a newer version.
    #[error("the journal was written by a newer version (format {found}, this program knows {known})")]
    Newer {
        /// the file's format
        found: u32,
        /// ours
        known: u32,
    },
    /// The folder or file cannot be used at all.
    #[error("the data folder cannot be used: {0}")]
    Unusable(String),
    /// The journal is shutting down.
    #[error("the journal is closed")]
    Closed,
    /// Anything else the storage said.
    #[error("the journal could not be read or written: {0}")]
    Storage(String),
}

/// A write under way: resolves when it is durable, or has failed. Dropping it does not take a write back, with one
/// exception: an append that had to wait for room in the writer's queue is not stored if its receipt is dropped first.
pub struct Receipt<T>(State<T>);

enum State<T> {
    Ready(Option<Result<T, JournalError>>),
    Waiting(oneshot::Receiver<Result<T, JournalError>>),
    Deferred(Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send>>),
}

impl<T> Receipt<T> {
    /// Already known.
    pub fn ready(result: Result<T, JournalError>) -> Self {
        Receipt(State::Ready(Some(result)))
    }

    /// To be answered through this channel; a dropped sender counts as [`JournalError::Closed`].
    pub fn waiting(receiver: oneshot::Receiver<Result<T, JournalError>>) -> Self {
        Receipt(State::Waiting(receiver))
    }

    /// Not handed to the writer yet: this future does so once there is room, and resolves as the write does.
    pub fn deferred(work: impl Future<Output = Result<T, JournalError>> + Send + 'static) -> Self {
        Receipt(State::Deferred(Box::pin(work)))
    }

    /// The result, if it is there already: always so for a journal in memory.
    pub fn now(mut self) -> Option<Result<T, JournalError>> {
        match Pin::new(&mut self).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Some(result),
            Poll::Pending => None,
        }
    }

    /// Blocks this thread until the result is there. Not for asynchronous code.
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

/// Nothing in it is pinned in place: the one future is in a box of its own.
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

/// What an append came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// the request's number
    pub number: u64,
}

/// How much to read at once.
#[derive(Debug, Clone, Copy)]
pub struct ReadLimit {
    /// events, at most (one request more than this may come, never less than one request)
    pub events: usize,
    /// bytes of bodies, at most (likewise)
    pub bytes: usize,
}

/// Requests read for one destination.
#[derive(Debug, Clone, Default)]
pub struct ReadPage {
    /// those routed to the destination with at least one event pending
    pub requests: Vec<StoredRequest>,
    /// where to read on
    pub next: u64,
    /// one more than the newest request's number, when this was read
    pub end: u64,
}

/// Which dead letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadLetterFilter {
    /// of this destination
    pub destination: Option<DestinationId>,
    /// with this code
    pub code: Option<String>,
    /// these alone
    pub ids: Option<Vec<u64>>,
    /// with numbers above this one (for paging)
    pub after: Option<u64>,
}

/// Dead letters, oldest first.
#[derive(Debug, Clone, Default)]
pub struct DeadLetterPage {
    /// at most as many as asked for
    pub items: Vec<DeadLetter>,
    /// there are more behind the last
    pub more: bool,
}

/// What became of a requeue or discard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requeued {
    /// dead letters taken
    pub count: u64,
}

/// The durable log and delivery state. Reads block the calling thread for as long as the storage takes; writes are
/// handed to a writer and answered by a [`Receipt`].
pub trait Journal: Send + Sync + 'static {
    /// The number of the source with this name, made at its first use.
    fn source(&self, name: &str, kind: SourceKind) -> Result<SourceId, JournalError>;

    /// The number of the destination with this name, made at its first use.
    fn destination(&self, name: &str) -> Result<DestinationId, JournalError>;

    /// Stores a request; resolves when it is durable.
    fn append(&self, request: NewRequest) -> Receipt<Appended>;

    /// Makes all changes true at once; resolves when they are durable. Commits of one destination become true in the
    /// order they are handed in. One that fails is not true, and a later one may be: who must keep the order waits for
    /// the answer, and hands the same commit in again after [`JournalError::Full`].
    fn commit(&self, destination: DestinationId, changes: Vec<Change>) -> Receipt<()>;

    /// Takes the dead letters that match and, in the same commit, stores each as a new request for its destination at
    /// the end of the log: dead becomes pending.
    fn requeue(&self, filter: DeadLetterFilter) -> Receipt<Requeued>;

    /// Takes the dead letters that match away: dead becomes skipped (`discarded`).
    fn discard(&self, filter: DeadLetterFilter) -> Receipt<Requeued>;

    /// Everything a destination's delivery starts from.
    fn restore(&self, destination: DestinationId) -> Result<Restored, JournalError>;

    /// Requests numbered `from` and up that are routed to the destination and have an event pending.
    fn read(&self, destination: DestinationId, from: u64, limit: ReadLimit)
    -> Result<ReadPage, JournalError>;

    /// Which of these message ids have been dealt with at this destination since `since`, in the order asked.
    fn seen(
        &self,
        destination: DestinationId,
        keys: &[MessageKey],
        since: Millis,
    ) -> Result<Vec<bool>, JournalError>;

    /// The end-user id linked to each external id, in the order asked.
    fn links(
        &self,
        destination: DestinationId,
        external_ids: &[&str],
    ) -> Result<Vec<Option<String>>, JournalError>;

    /// What is known of each end user (by end-user id), in the order asked.
    fn users(
        &self,
        destination: DestinationId,
        end_user_ids: &[&str],
    ) -> Result<Vec<Option<KnownUser>>, JournalError>;

    /// Dead letters that match, oldest first, at most `limit`; fewer when their texts are large (8 MiB together).
    fn dead_letters(&self, filter: &DeadLetterFilter, limit: usize) -> Result<DeadLetterPage, JournalError>;

    /// All counts; `pending` is counted from the log.
    fn ledger(&self) -> Result<Ledger, JournalError>;

    /// Destinations ever used, by name.
    fn destinations(&self) -> Result<Vec<(String, DestinationId)>, JournalError>;

    /// Tells of appends: the value is one more than the newest request's number. Requeued requests count as appends.
    fn appended(&self) -> watch::Receiver<u64>;

    /// The request that holds an event, and the event's own text.
    fn event_text(&self, position: Position) -> Result<Option<String>, JournalError>;

    /// Can an append succeed right now, as far as is known? (For health.)
    fn healthy(&self) -> Result<(), JournalError>;
}

#[cfg(test)]
mod tests;
