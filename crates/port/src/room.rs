//! The memory for request bodies, and the number of concurrent requests.
//!
//! A body that arrives at once is only counted. A body for which the server waits is entered in a list, and can be
//! *dropped* if others need its room; its sender is answered as if there had been no room, and sends it again. Stalled
//! bodies are dropped first, beginning with the address and the source that hold most. A body that makes progress is
//! dropped only if its address holds more than twice as much as the new request's. So stalled senders do not starve
//! others, however many they are.
//!
//! A source ([`Holder`]) may hold at most a share of the room, including complete bodies.

use crate::peer::Peer;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::Instant;

/// A body without progress for this time counts as stalled.
const STALL_TIMEOUT: Duration = Duration::from_secs(2);

/// There is no room left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("other requests hold all the room")]
pub struct Full;

/// A holder of a share of the room: a source.
#[derive(Debug)]
pub struct Holder {
    most: usize,
    held: AtomicUsize,
}

impl Holder {
    /// A holder that may hold this many bytes.
    pub fn new(most: usize) -> Arc<Holder> {
        Arc::new(Holder { most, held: AtomicUsize::new(0) })
    }

    /// The bytes that it holds now.
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

/// The size of the room.
#[derive(Debug)]
pub struct Room {
    max_requests: usize,
    max_bytes: usize,
    requests: AtomicUsize,
    bytes: AtomicUsize,
    given_up: AtomicU64,
    refused: AtomicU64,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    bodies: HashMap<u64, Body>,
}

/// A body for which the server waits.
#[derive(Debug)]
struct Body {
    address: Option<Peer>,
    holder: Option<Arc<Holder>>,
    bytes: usize,
    moved: Instant,
    waker: Waker,
    is_given_up: bool,
}

/// The state of a room at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomSnapshot {
    /// requests in it
    pub requests: usize,
    /// bytes of their bodies
    pub bytes: usize,
    /// bodies that were dropped for others since the start
    pub given_up: u64,
    /// requests that were refused since the start because there was no room, without the dropped ones
    pub refused: u64,
}

impl Room {
    /// A room for this many requests with this many bytes.
    pub fn new(max_requests: usize, max_bytes: usize) -> Arc<Room> {
        Arc::new(Room {
            max_requests,
            max_bytes,
            requests: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            given_up: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            waiting: Mutex::default(),
        })
    }

    /// The present state of the room.
    pub fn snapshot(&self) -> RoomSnapshot {
        RoomSnapshot {
            requests: self.requests.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            given_up: self.given_up.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
        }
    }

    /// Takes the place of one request, which is returned when the slot is dropped. `address` is the sender's.
    ///
    /// # Errors
    /// If all places are taken by others that make progress.
    pub fn enter(self: &Arc<Self>, address: Option<Peer>) -> Result<Slot, Full> {
        while !take(&self.requests, 1, self.max_requests) {
            self.make_room(address, None, 0)?;
        }
        Ok(Slot { room: Arc::clone(self), address, holder: None, bytes: 0, entry: None })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops a waiting body for a request of this address that needs this many bytes more; if the holder's share is
    /// used up, a body of the same holder.
    fn make_room(&self, address: Option<Peer>, of: Option<&Arc<Holder>>, more: usize) -> Result<(), Full> {
        let mut waiting = self.waiting();
        let given_up = waiting.least_needed(address, of, more).and_then(|id| waiting.bodies.get_mut(&id));
        let Some(body) = given_up else {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(Full);
        };
        body.is_given_up = true;
        self.give_back(std::mem::take(&mut body.bytes), body.holder.as_ref());
        self.given_up.fetch_add(1, Ordering::Relaxed);
        body.waker.wake_by_ref();
        Ok(())
    }

    fn give_back(&self, bytes: usize, holder: Option<&Arc<Holder>>) {
        self.requests.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        if let Some(holder) = holder {
            holder.held.fetch_sub(bytes, Ordering::Relaxed);
        }
    }
}

impl Waiting {
    fn least_needed(&self, address: Option<Peer>, of: Option<&Arc<Holder>>, more: usize) -> Option<u64> {
        let mut by_address: HashMap<Option<Peer>, usize> = HashMap::new();
        let candidates = || {
            let same =
                |body: &Body| of.is_none_or(|of| body.holder.as_ref().is_some_and(|h| Arc::ptr_eq(h, of)));
            self.bodies.iter().filter(move |(_, body)| !body.is_given_up && same(body))
        };
        for (_, body) in candidates() {
            *by_address.entry(body.address).or_default() += body.bytes;
        }
        let total = |address: &Option<Peer>| by_address.get(address).copied().unwrap_or(0);
        let own = total(&address).saturating_add(more);
        let may_go = |body: &Body| {
            let is_greedy = body.address != address && total(&body.address) > own.saturating_mul(2);
            body.moved.elapsed() >= STALL_TIMEOUT || (more > 0 && is_greedy)
        };
        let rank = |body: &Body| {
            let still = body.moved.elapsed();
            let of_holder = body.holder.as_ref().map_or(0, |holder| holder.held());
            (still >= STALL_TIMEOUT, total(&body.address), of_holder, still)
        };
        candidates().filter(|(_, body)| may_go(body)).max_by_key(|(_, body)| rank(body)).map(|(id, _)| *id)
    }
}

fn take(counter: &AtomicUsize, amount: usize, max: usize) -> bool {
    // The bytes are added first and subtracted if they were too many, so the usual case needs one atomic instruction.
    let before = counter.fetch_add(amount, Ordering::Relaxed);
    if before.saturating_add(amount) <= max {
        return true;
    }
    counter.fetch_sub(amount, Ordering::Relaxed);
    false
}

/// The place of one request.
#[derive(Debug)]
pub struct Slot {
    room: Arc<Room>,
    address: Option<Peer>,
    holder: Option<Arc<Holder>>,
    bytes: usize,
    /// its entry in the list of awaited bodies
    entry: Option<u64>,
}

impl Slot {
    /// From now on its bytes count for this holder.
    pub fn held_by(&mut self, holder: &Arc<Holder>) {
        if self.bytes == 0 && self.entry.is_none() {
            self.holder = Some(Arc::clone(holder));
        }
    }

    /// Makes sure that this request holds at least this many bytes.
    ///
    /// # Errors
    /// If there is no room and no body can be dropped for it, or this request itself was dropped.
    pub fn reserve(&mut self, bytes: usize) -> Result<(), Full> {
        let more = bytes.saturating_sub(self.bytes);
        if more == 0 {
            return Ok(());
        }
        if let Some(holder) = self.holder.clone() {
            while !take(&holder.held, more, holder.most) {
                self.room.make_room(self.address, Some(&holder), more)?;
            }
        }
        while !take(&self.room.bytes, more, self.room.max_bytes) {
            if let Err(full) = self.room.make_room(self.address, None, more) {
                if let Some(holder) = &self.holder {
                    holder.held.fetch_sub(more, Ordering::Relaxed);
                }
                return Err(full);
            }
        }
        self.bytes = bytes;
        let Some(id) = self.entry else { return Ok(()) };
        let mut waiting = self.room.waiting();
        match waiting.bodies.get_mut(&id) {
            Some(body) if !body.is_given_up => {
                body.bytes = bytes;
                Ok(())
            }
            // It was dropped meanwhile: the bytes that were just taken are returned, the others were already.
            _ => {
                self.room.bytes.fetch_sub(more, Ordering::Relaxed);
                if let Some(holder) = &self.holder {
                    holder.held.fetch_sub(more, Ordering::Relaxed);
                }
                Err(Full)
            }
        }
    }

    /// It is polled while the server waits for the body: it is ready when the body was dropped for others.
    pub fn poll_given_up(&mut self, cx: &mut Context<'_>) -> Poll<Full> {
        let mut waiting = self.room.waiting();
        if let Some(body) = self.entry.and_then(|id| waiting.bodies.get_mut(&id)) {
            body.waker.clone_from(cx.waker());
            return if body.is_given_up { Poll::Ready(Full) } else { Poll::Pending };
        }
        let id = waiting.next;
        waiting.next += 1;
        let body = Body {
            address: self.address,
            holder: self.holder.clone(),
            bytes: self.bytes,
            moved: Instant::now(),
            waker: cx.waker().clone(),
            is_given_up: false,
        };
        waiting.bodies.insert(id, body);
        self.entry = Some(id);
        Poll::Pending
    }

    /// Notes that a part of the body has arrived.
    pub fn moved(&self) {
        if let Some(id) = self.entry
            && let Some(body) = self.room.waiting().bodies.get_mut(&id)
        {
            body.moved = Instant::now();
        }
    }

    /// Notes that the whole body has arrived, so it is not dropped any more.
    ///
    /// # Errors
    /// If it was dropped a moment before.
    pub fn arrived(&mut self) -> Result<(), Full> {
        let Some(id) = self.entry else { return Ok(()) };
        let mut waiting = self.room.waiting();
        if waiting.bodies.get(&id).is_some_and(|body| body.is_given_up) {
            return Err(Full);
        }
        waiting.bodies.remove(&id);
        self.entry = None;
        Ok(())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(id) = self.entry {
            let body = self.room.waiting().bodies.remove(&id);
            if body.is_some_and(|body| body.is_given_up) {
                return;
            }
        }
        self.room.give_back(self.bytes, self.holder.as_ref());
    }
}

#[cfg(test)]
mod tests;
