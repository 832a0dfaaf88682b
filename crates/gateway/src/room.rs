//! How much work is taken in at once: requests, and the bytes of their bodies.
//!
//! The number of requests alone does not bound memory, because a body may have up to 4 MB. What is refused here is
//! answered 503 `Service Unavailable` (gateway.md 1.1) before anything is stored, and every SDK sends it again.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The room there is.
#[derive(Debug)]
pub(crate) struct Room {
    max_requests: usize,
    max_bytes: usize,
    requests: AtomicUsize,
    bytes: AtomicUsize,
}

/// There is none left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoRoom;

impl Room {
    pub(crate) fn new(max_requests: usize, max_bytes: usize) -> Self {
        Room { max_requests, max_bytes, requests: AtomicUsize::new(0), bytes: AtomicUsize::new(0) }
    }

    /// Takes the place of one request, given back when the slot is dropped.
    pub(crate) fn enter(&self) -> Result<Slot<'_>, NoRoom> {
        take(&self.requests, 1, self.max_requests)?;
        Ok(Slot { room: self, bytes: 0 })
    }
}

fn take(counter: &AtomicUsize, amount: usize, max: usize) -> Result<(), NoRoom> {
    // Added first and taken back when it was too much: one instruction on the way that is nearly always gone.
    let before = counter.fetch_add(amount, Ordering::Relaxed);
    if before.saturating_add(amount) <= max {
        return Ok(());
    }
    counter.fetch_sub(amount, Ordering::Relaxed);
    Err(NoRoom)
}

/// The place of one request.
#[derive(Debug)]
pub(crate) struct Slot<'a> {
    room: &'a Room,
    bytes: usize,
}

impl Slot<'_> {
    /// Makes sure that this request holds at least so many bytes.
    pub(crate) fn reserve(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let more = bytes.saturating_sub(self.bytes);
        if more > 0 {
            take(&self.room.bytes, more, self.room.max_bytes)?;
            self.bytes = bytes;
        }
        Ok(())
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.room.requests.fetch_sub(1, Ordering::Relaxed);
        self.room.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
