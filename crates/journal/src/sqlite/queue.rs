//! What waits for the writer.
//!
//! # Policy
//! * The writer takes whatever has queued while it was writing, up to one group: no timer, so a lone append waits for
//!   nobody, and a crowd shares one fsync.
//! * Appends enter against room counted in bytes and in number (a small request costs 1 KiB). With no room left, the
//!   caller waits: its body stays its own, and is gone when it hangs up. A flood cannot fill memory through here.
//! * Everything else enters at once: it comes from the server's own hands, one commit at a time for each destination.

use super::chore::Chore;
use super::cuts::Sources;
use crate::change::Change;
use crate::error::JournalError;
use crate::packed::Packed;
use crate::port::Appended;
use crate::records::{
    DeadLetterFilter, DestinationId, DocumentChange, NewAudit, NewRequest, Position, Requeued, Sample,
    SourceId,
};
use crate::weight::weight_of_text;
use event::{Millis, SourceKind};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
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

/// Where the answer of a job goes.
pub(super) type Reply<T> = oneshot::Sender<Result<T, JournalError>>;

/// Where it goes when a thread waits for it.
pub(super) type Answer<T> = mpsc::Sender<Result<T, JournalError>>;

/// Something for the writer to do.
pub(super) enum Job {
    /// a request without its body, and its body
    Append {
        request: NewRequest,
        body: Packed,
        reply: Reply<Appended>,
        _room: OwnedSemaphorePermit,
    },
    Commit {
        destination: DestinationId,
        changes: Arc<[Change]>,
        sources: Sources,
        reply: Reply<()>,
    },
    /// `taken`: in the pieces before; the first piece has the audit entry
    Requeue {
        filter: DeadLetterFilter,
        taken: u64,
        audit: Option<Audited>,
        reply: Reply<Requeued>,
    },
    Discard {
        filter: DeadLetterFilter,
        taken: u64,
        audit: Option<Audited>,
        reply: Reply<Requeued>,
    },
    RequeueEdited {
        id: u64,
        event: String,
        audit: Audited,
        reply: Reply<Position>,
    },
    Replay {
        position: Position,
        destination: DestinationId,
        audit: Audited,
        reply: Reply<Position>,
    },
    Documents {
        changes: Vec<DocumentChange>,
        at: Millis,
        reply: Reply<()>,
    },
    Samples {
        samples: Vec<Sample>,
        reply: Reply<()>,
    },
    Source {
        name: String,
        kind: SourceKind,
        reply: Answer<SourceId>,
    },
    Destination {
        name: String,
        reply: Answer<DestinationId>,
    },
    Chore {
        chore: Chore,
        reply: Answer<u64>,
    },
}

/// What one commit took of the dead letters that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) taken: u64,
    /// there may be more: behind this number, up to that one
    pub(super) more: Option<(u64, u64)>,
}

/// Who ordered something, and when. Written in the transaction that does it.
#[derive(Debug, Clone)]
pub(super) struct Audited {
    pub(super) at: Millis,
    pub(super) audit: NewAudit,
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
            let next = waiting.jobs.front().map(Job::weight);
            if !group.is_empty() && next.is_some_and(|next| weight + next > GROUP_WEIGHT) {
                break;
            }
            let Some(job) = waiting.jobs.pop_front() else { break };
            bytes += job.bytes();
            weight += job.weight();
            group.push(job);
        }
        (!group.is_empty()).then_some(group)
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

impl Job {
    fn bytes(&self) -> usize {
        match self {
            Job::Append { body, .. } => body.bytes.len(),
            _ => 0,
        }
    }

    fn weight(&self) -> usize {
        match self {
            Job::Commit { changes, sources, .. } => {
                let events = sources.values().map(|source| weight_of_text(source.event.bytes.len()));
                changes.iter().map(Change::weight).chain(events).sum()
            }
            Job::Requeue { .. } | Job::Discard { .. } => 2_048,
            Job::Chore { .. } => 1_024,
            Job::Documents { changes, .. } => changes.len(),
            Job::Samples { samples, .. } => samples.len(),
            _ => 3,
        }
    }
}

/// What a request takes of the room, in KiB; the largest takes all of it and goes alone.
fn cost(body: &Packed) -> u32 {
    let kib = (body.bytes.len() / 1024 + 1).min(ROOM_KIB);
    u32::try_from(kib).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
