//! Writes that were handed to the journal.

use super::happening::{Commit, Handed};
use journal::{Appended, Change, JournalError, Receipt, Requeued};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// The time as of which something is judged.
#[derive(Clone)]
pub(super) struct AsOf {
    pub(super) now: u64,
    /// For how long each InMoment had been reachable.
    pub(super) reachable: Vec<u64>,
}

/// A write, and what is to be known once its outcome is.
#[derive(Clone)]
pub(super) enum Write {
    Append {
        source: usize,
        request_id: [u8; 16],
        /// No request before this one is it.
        from: u64,
        messages: Vec<usize>,
        destinations: Vec<usize>,
    },
    /// A piece of a commit, and what the commit tells the journal of the limit.
    Commit {
        d: usize,
        life: u64,
        changes: Arc<[Change]>,
        handed: Option<Handed>,
    },
    Letters {
        ids: Vec<u64>,
        requeued_from: Option<u64>,
    },
}

/// How a write is answered.
pub(super) enum Answer {
    Append(Receipt<Appended>),
    /// with what is left of the commit
    Commit(Receipt<()>, Commit),
    Letters(Receipt<Requeued>),
}

/// A write, and when it was handed in: if it is found to be done when nobody has heard so, it is judged as of then.
#[derive(Clone)]
pub(super) struct HandedIn {
    pub(super) write: Write,
    pub(super) as_of: AsOf,
}

/// A write that the journal has not answered.
pub(super) struct Unanswered {
    pub(super) handed_in: HandedIn,
    pub(super) answer: Answer,
}

/// A number that tells what was done: the request's, or how many were taken.
pub(super) type Done = Result<u64, JournalError>;

impl HandedIn {
    pub(super) fn is_commit(&self) -> bool {
        matches!(self.write, Write::Commit { .. })
    }
}

impl Answer {
    pub(super) fn now(&mut self) -> Option<Done> {
        match self {
            Answer::Append(receipt) => poll(receipt).map(|done| done.map(|appended| appended.number)),
            Answer::Commit(receipt, _) => poll(receipt).map(|done| done.map(|()| 0)),
            Answer::Letters(receipt) => poll(receipt).map(|done| done.map(|taken| taken.count)),
        }
    }
}

fn poll<T>(receipt: &mut Receipt<T>) -> Option<Result<T, JournalError>> {
    match Future::poll(Pin::new(receipt), &mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}
