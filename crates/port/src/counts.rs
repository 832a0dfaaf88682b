//! The counters of a door. They only grow, except the number of open connections.

use crate::pace::{Late, Phase};
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a client was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionRefusal {
    /// its address already has all places that it may have
    Address,
    /// its TLS handshake failed
    Handshake,
    /// it speaks HTTP/2
    Http2,
    /// it sent something other than a request, or too long a header
    Head,
}

/// Why a connection was closed before its client wanted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// another one needed the place of an idle connection
    RoomOfIdle,
    /// another one needed the place of an incomplete handshake or head
    RoomOfHead,
    /// another one needed the place of a body that stood still
    RoomOfBody,
    /// another one needed the place of a reply that was not read
    RoomOfReply,
    /// the handshake took too long
    LateHandshake,
    /// the head took too long
    LateHead,
    /// the body took too long altogether
    LateBody,
    /// the body arrived slower than the least rate
    SlowBody,
    /// the reply was read slower than the least rate
    SlowReply,
    /// it was idle for too long
    LateIdle,
    /// the server stopped before it was answered
    Stopped,
}

impl ConnectionRefusal {
    /// All of them.
    pub const ALL: [ConnectionRefusal; 4] = [
        ConnectionRefusal::Address,
        ConnectionRefusal::Handshake,
        ConnectionRefusal::Http2,
        ConnectionRefusal::Head,
    ];

    /// The word in metrics.
    pub fn word(self) -> &'static str {
        match self {
            ConnectionRefusal::Address => "address_limit",
            ConnectionRefusal::Handshake => "handshake_failed",
            ConnectionRefusal::Http2 => "http2",
            ConnectionRefusal::Head => "bad_head",
        }
    }
}

impl Closed {
    /// All of them.
    pub const ALL: [Closed; 11] = [
        Closed::RoomOfIdle,
        Closed::RoomOfHead,
        Closed::RoomOfBody,
        Closed::RoomOfReply,
        Closed::LateHandshake,
        Closed::LateHead,
        Closed::LateBody,
        Closed::SlowBody,
        Closed::SlowReply,
        Closed::LateIdle,
        Closed::Stopped,
    ];

    /// The word in metrics.
    pub fn word(self) -> &'static str {
        match self {
            Closed::RoomOfIdle => "evicted_idle",
            Closed::RoomOfHead => "evicted_head",
            Closed::RoomOfBody => "evicted_body",
            Closed::RoomOfReply => "evicted_reply",
            Closed::LateHandshake => "timeout_handshake",
            Closed::LateHead => "timeout_head",
            Closed::LateBody => "timeout_body",
            Closed::SlowBody => "slow_body",
            Closed::SlowReply => "slow_reply",
            Closed::LateIdle => "timeout_idle",
            Closed::Stopped => "stopped",
        }
    }

    /// It made room for another.
    pub fn is_evicted(self) -> bool {
        matches!(self, Closed::RoomOfIdle | Closed::RoomOfHead | Closed::RoomOfBody | Closed::RoomOfReply)
    }

    /// What was in this phase made room.
    pub(crate) fn evicted(phase: Phase) -> Closed {
        match phase {
            Phase::Handshake | Phase::Head => Closed::RoomOfHead,
            Phase::Body => Closed::RoomOfBody,
            Phase::Answer => Closed::RoomOfReply,
            Phase::Idle | Phase::Over => Closed::RoomOfIdle,
        }
    }
}

impl From<Late> for Closed {
    fn from(late: Late) -> Closed {
        match late {
            Late::Idle => Closed::LateIdle,
            Late::Head => Closed::LateHead,
            Late::Body => Closed::LateBody,
            Late::BodyRate => Closed::SlowBody,
            Late::ReplyRate => Closed::SlowReply,
        }
    }
}

/// The counters of a door.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    accepted: AtomicU64,
    waited: AtomicU64,
    accept_failures: AtomicU64,
    refused: [AtomicU64; ConnectionRefusal::ALL.len()],
    closed: [AtomicU64; Closed::ALL.len()],
}

impl Counts {
    pub(crate) fn accepted(&self) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn waited(&self) {
        self.waited.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn accept_failed(&self) {
        self.accept_failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn refused(&self, why: ConnectionRefusal) {
        self.refused[why as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn closed(&self, why: Closed) {
        self.closed[why as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self, name: &'static str) -> DoorSnapshot {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        DoorSnapshot {
            name,
            places: 0,
            open: 0,
            idle: 0,
            accepted: load(&self.accepted),
            waited: load(&self.waited),
            accept_failures: load(&self.accept_failures),
            refused: ConnectionRefusal::ALL.map(|why| (why, load(&self.refused[why as usize]))),
            closed: Closed::ALL.map(|why| (why, load(&self.closed[why as usize]))),
        }
    }
}

/// The state of a door at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorSnapshot {
    /// the door's name
    pub name: &'static str,
    /// connections that may be open
    pub places: usize,
    /// connections open now
    pub open: usize,
    /// the number of open connections without a request
    pub idle: usize,
    /// connections ever accepted
    pub accepted: u64,
    /// connections that had to wait for a place
    pub waited: u64,
    /// attempts to accept a connection that the machine refused
    pub accept_failures: u64,
    /// callers refused, by reason
    pub refused: [(ConnectionRefusal, u64); ConnectionRefusal::ALL.len()],
    /// connections closed early, by reason
    pub closed: [(Closed, u64); Closed::ALL.len()],
}

impl DoorSnapshot {
    /// Callers refused for this reason.
    pub fn refused(&self, why: ConnectionRefusal) -> u64 {
        self.refused[why as usize].1
    }

    /// Connections closed early for this reason.
    pub fn closed(&self, why: Closed) -> u64 {
        self.closed[why as usize].1
    }

    /// Connections closed to make room for others.
    pub fn evicted(&self) -> u64 {
        self.closed.iter().filter(|(why, _)| why.is_evicted()).map(|(_, count)| count).sum()
    }
}
