//! The phase of a connection, its beginning, and whether its time is up.
//!
//! | Phase | Begins with | Limit |
//! |---|---|---|
//! | handshake | a connection to a door that speaks TLS | `handshake` |
//! | idle | the connection, or the end of an answer | `idle` |
//! | head | the first byte while idle | `head` |
//! | body | the end of the header | `body`, and the least rate |
//! | answer | the end of the body | none, but the least rate at which a reply is read |
//!
//! If a head begins in the same packet as the end of the last body, its limit is the idle one, which a client could
//! also get by sending nothing. One timer supervises all phases of a connection.

use crate::limits::Limits;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// The phase of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Handshake,
    Idle,
    Head,
    Body,
    Answer,
    /// it was told to end
    Over,
}

impl Phase {
    fn of(bits: u64) -> Phase {
        match bits & 7 {
            0 => Phase::Handshake,
            1 => Phase::Idle,
            2 => Phase::Head,
            3 => Phase::Body,
            4 => Phase::Answer,
            _ => Phase::Over,
        }
    }
}

/// Why a connection's time is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Late {
    Idle,
    Head,
    Body,
    BodyRate,
    ReplyRate,
}

/// The direction in which the server waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Body,
    Reply,
}

/// The pace is shared by all parts that notice a connection's progress, and by the door.
#[derive(Debug)]
pub(crate) struct Pace {
    start: Instant,
    /// milliseconds since `start`, and the phase in the lowest three bits
    now: AtomicU64,
    /// for each [`Direction`], the millisecond at which the credit is used up, or 0
    ends: [AtomicU64; 2],
    over: Notify,
}

impl Pace {
    pub(crate) fn new(phase: Phase) -> Arc<Self> {
        Arc::new(Pace {
            start: Instant::now(),
            now: AtomicU64::new(phase as u64),
            ends: Default::default(),
            over: Notify::new(),
        })
    }

    /// Milliseconds since the connection began.
    pub(crate) fn millis(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX >> 3)
    }

    /// A connection that was told to end does not change its phase any more.
    pub(crate) fn enter(&self, phase: Phase) {
        let next = self.millis() << 3 | phase as u64;
        let alive = |now| (Phase::of(now) != Phase::Over).then_some(next);
        let _ = self.now.fetch_update(Ordering::Relaxed, Ordering::Relaxed, alive);
    }

    pub(crate) fn phase(&self) -> Phase {
        Phase::of(self.now.load(Ordering::Relaxed))
    }

    /// The server waits in this direction until then at most; 0 means that it does not wait.
    pub(crate) fn wait(&self, way: Direction, end: u64) {
        self.ends[way as usize].store(end, Ordering::Relaxed);
    }

    /// How long the credit lasts in the direction in which the server waits.
    pub(crate) fn left(&self, way: Direction) -> Option<Duration> {
        match self.ends[way as usize].load(Ordering::Relaxed) {
            0 => None,
            end => Some(Duration::from_millis(end.saturating_sub(self.millis()))),
        }
    }

    /// The phase, for how long it has lasted, and a stamp with which [`Pace::end`] recognises whether it still lasts.
    pub(crate) fn look(&self) -> (Phase, Duration, u64) {
        let now = self.now.load(Ordering::Relaxed);
        (Phase::of(now), Duration::from_millis(self.millis().saturating_sub(now >> 3)), now)
    }

    /// Tells the connection to end, unless it has made progress since `stamp`.
    pub(crate) fn end(&self, stamp: u64) -> bool {
        let over = stamp & !7 | Phase::Over as u64;
        let ended = Phase::of(stamp) != Phase::Over
            && self.now.compare_exchange(stamp, over, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if ended {
            self.over.notify_one();
        }
        ended
    }

    /// Resolves when the connection was told to end.
    pub(crate) async fn told_to_end(&self) {
        self.over.notified().await;
    }

    /// Resolves when a phase has lasted too long, or a credit is used up.
    pub(crate) async fn expired(&self, limits: &Limits) -> Late {
        loop {
            let mut next = self.millis().saturating_add(millis(limits.shortest()));
            for (late, end) in self.deadlines(limits).into_iter().flatten() {
                if end <= self.millis() {
                    return late;
                }
                next = next.min(end);
            }
            tokio::time::sleep_until(self.start + Duration::from_millis(next)).await;
        }
    }

    fn deadlines(&self, limits: &Limits) -> [Option<(Late, u64)>; 3] {
        let now = self.now.load(Ordering::Relaxed);
        let after = |limit| (now >> 3).saturating_add(millis(limit));
        let phase = match Phase::of(now) {
            Phase::Idle => Some((Late::Idle, after(limits.idle))),
            Phase::Head => Some((Late::Head, after(limits.head))),
            Phase::Body => limits.body.map(|limit| (Late::Body, after(limit))),
            // A handshake has its own timer, and a connection that was told to end is ending.
            Phase::Handshake | Phase::Answer | Phase::Over => None,
        };
        let waits = |way: Direction, late| {
            let end = self.ends[way as usize].load(Ordering::Relaxed);
            (end > 0).then_some((late, end))
        };
        [waits(Direction::Body, Late::BodyRate), waits(Direction::Reply, Late::ReplyRate), phase]
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX >> 3)
}

#[cfg(test)]
mod tests;
