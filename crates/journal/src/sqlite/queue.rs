//! What waits for the writer.
//!
//! # Policy
//! * The writer takes whatever has queued while it was writing, up to one group: no timer, so a lone append waits for
//!   nobody, and a crowd shares one fsync.
//! * Appends enter against room counted in bytes and in number (a small request costs 1 KiB). With no room left, the
//!   caller waits: its body stays its own, and is gone when it hangs up. A flood cannot fill memory through here.
//! * Everything else enters at once: it comes from the server's own hands, one commit at a time for each destination.

use super::work::{Done, FromDone, Work};
use crate::error::JournalError;
use crate::packed::Packed;
use crate::records::Requeued;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError, oneshot};

/// Room for appends, in KiB.
const ROOM_KIB: usize = 32 * 1024;

/// The bodies of one group; together with the rule for checkpoints it bounds the write-ahead log.
const GROUP_BYTES: usize = 8 << 20;

/// The jobs of one group: a group that fails for one of them is done again one by one.
const GROUP_JOBS: usize = 2048;

/// What the jobs of one group weigh, about: 4 microseconds each. Whoever comes next waits for no more than that and an
/// fsync.
const GROUP_WEIGHT: usize = 8_192;

/// Tells whoever waits for a piece of work what came of it. Dropped untold, it tells that the journal is closed.
pub(super) type WriteReply = Box<dyn FnOnce(Result<Done, JournalError>) + Send>;

/// Work for the writer, and who waits for it.
pub(super) struct Job {
    pub(super) work: Work,
    reply: WriteReply,
    /// what was taken in the pieces before, of work that is done in pieces
    taken: u64,
    /// the room that an append takes
    _room: Option<OwnedSemaphorePermit>,
}

impl Job {
    /// A job, and where its result is told to asynchronous code, or to a thread that blocks.
    pub(super) fn new<T: FromDone + Send + 'static>(
        work: Work,
    ) -> (Job, oneshot::Receiver<Result<T, JournalError>>) {
        let (reply, receiver) = reply();
        (Job { work, reply, taken: 0, _room: None }, receiver)
    }

    /// A job whose result is told to this function.
    pub(super) fn told_to(
        work: Work,
        reply: impl FnOnce(Result<Done, JournalError>) + Send + 'static,
    ) -> Job {
        Job { work, reply: Box::new(reply), taken: 0, _room: None }
    }

    /// The same job, which takes this room.
    pub(super) fn with_room(self, room: OwnedSemaphorePermit) -> Job {
        Job { _room: Some(room), ..self }
    }

    pub(super) fn fail(self, error: JournalError) {
        (self.reply)(Err(error));
    }

    /// Tells what came of it, or gives the job that does what is left.
    pub(super) fn succeed(self, done: Done) -> Option<Job> {
        let Done::Piece(piece) = done else {
            (self.reply)(Ok(done));
            return None;
        };
        // Whoever proposed it proposes the next piece.
        if let Work::Entry(_) = self.work {
            (self.reply)(Ok(done));
            return None;
        }
        let taken = self.taken + piece.taken;
        match self.work.rest(piece) {
            Some(work) => Some(Job { work, taken, ..self }),
            None => {
                (self.reply)(Ok(Done::Requeued(Requeued { count: taken })));
                None
            }
        }
    }
}

/// What tells a result, and where it is told to asynchronous code, or to a thread that blocks.
pub(super) fn reply<T: FromDone + Send + 'static>() -> (WriteReply, oneshot::Receiver<Result<T, JournalError>>)
{
    let (sender, receiver) = oneshot::channel();
    let reply = move |result: Result<Done, JournalError>| {
        let result = result.and_then(|done| T::from_done(done).ok_or(JournalError::Closed));
        // Whoever asked may be gone by now: a failed send says no more than that.
        drop(sender.send(result));
    };
    (Box::new(reply), receiver)
}

/// See the module.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    room: Arc<Semaphore>,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    pub(super) fn new() -> Self {
        Queue { waiting: Mutex::default(), arrived: Condvar::new(), room: Arc::new(Semaphore::new(ROOM_KIB)) }
    }

    /// Room for a request with this body, if there is some now; `None` means wait with [`Queue::wait_for_room`].
    pub(super) fn room(&self, body: &Packed) -> Result<Option<OwnedSemaphorePermit>, JournalError> {
        match Arc::clone(&self.room).try_acquire_many_owned(cost(body)) {
            Ok(room) => Ok(Some(room)),
            Err(TryAcquireError::NoPermits) => Ok(None),
            Err(TryAcquireError::Closed) => Err(JournalError::Closed),
        }
    }

    /// Waits in line for room.
    pub(super) fn wait_for_room(
        &self,
        body: &Packed,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, JournalError>> + Send + use<> {
        let (room, cost) = (Arc::clone(&self.room), cost(body));
        async move { room.acquire_many_owned(cost).await.map_err(|_| JournalError::Closed) }
    }

    /// Hands a job to the writer. A job that comes too late is dropped, and its sender with it: that is its answer.
    pub(super) fn push(&self, job: Job) {
        let mut waiting = self.locked();
        if !waiting.closed {
            waiting.jobs.push_back(job);
            drop(waiting);
            self.arrived.notify_one();
        }
    }

    /// The next group, once there is something to do; `None` when the queue is closed and empty.
    pub(super) fn take(&self) -> Option<Vec<Job>> {
        let idle = |waiting: &mut Waiting| waiting.jobs.is_empty() && !waiting.closed;
        let waiting = self.arrived.wait_while(self.locked(), idle);
        let mut waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        let (mut group, mut bytes, mut weight) = (Vec::new(), 0, 0);
        while bytes < GROUP_BYTES && weight < GROUP_WEIGHT && group.len() < GROUP_JOBS {
            // A heavy job does not join others that have waited for less.
            let next = waiting.jobs.front().map(|job| job.work.weight());
            if !group.is_empty() && next.is_some_and(|next| weight + next > GROUP_WEIGHT) {
                break;
            }
            let Some(job) = waiting.jobs.pop_front() else { break };
            bytes += job.work.bytes();
            weight += job.work.weight();
            group.push(job);
        }
        (!group.is_empty()).then_some(group)
    }

    /// Is there nothing to be taken?
    pub(super) fn is_empty(&self) -> bool {
        self.locked().jobs.is_empty()
    }

    /// Lets nothing more in; what is in is still written.
    pub(super) fn close(&self) {
        self.locked().closed = true;
        self.room.close();
        self.arrived.notify_all();
    }

    /// Closes the queue because there is no writer any more, and drops what is in it.
    pub(super) fn abandon(&self) {
        self.close();
        self.locked().jobs.clear();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.locked().closed
    }

    fn locked(&self) -> MutexGuard<'_, Waiting> {
        // Nothing under this lock can panic half-way.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a request takes of the room, in KiB; the largest takes all of it and goes alone.
fn cost(body: &Packed) -> u32 {
    let kib = (body.bytes.len() / 1024 + 1).min(ROOM_KIB);
    u32::try_from(kib).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
