//! What one door allows.

use std::time::Duration;

/// The limits of one door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// connections open at once; see [`crate::Shares`]
    pub max_connections: usize,
    /// of one address; at or above `max_connections` there is no such limit
    pub max_per_address: usize,
    /// bytes of a request line and header together; more is answered 431
    pub max_header: usize,
    /// a TLS handshake is given up after this
    pub handshake: Duration,
    /// a connection with the first bytes of a request but not its whole header is closed after this
    pub head: Duration,
    /// a connection whose request body has not arrived completely is closed after this; `None`: the least rate alone counts
    pub body: Option<Duration>,
    /// a connection without a request is closed after this
    pub idle: Duration,
    /// so long a sender of a body, or a reader of a reply, may keep us waiting on credit
    pub patience: Duration,
    /// bytes a second at which credit is earned back: whoever is slower for long is closed
    pub least_rate: u32,
    /// a stopping door waits so long for requests being answered
    pub drain: Duration,
}

impl Limits {
    /// The defaults, with this many places.
    ///
    /// The patience of 20 seconds and the rate of 500 bytes a second are those of Apache's `mod_reqtimeout`: the slowest
    /// mobile networks are several times faster.
    pub fn new(max_connections: usize) -> Limits {
        Limits {
            max_connections,
            max_per_address: Limits::fair_share(max_connections),
            max_header: 64 << 10,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            body: Some(Duration::from_secs(120)),
            idle: Duration::from_secs(720),
            patience: Duration::from_secs(20),
            least_rate: 500,
            drain: Duration::from_secs(30),
        }
    }

    /// What one address may hold, where there is such a limit.
    pub fn of_one_address(&self) -> Option<usize> {
        Some(self.max_per_address).filter(|most| *most < self.max_connections)
    }

    /// What one address may hold of so many places: an eighth, and at least 64. A whole office behind one address is below
    /// it: what counts are connections in use at the same moment, for idle ones make room.
    pub fn fair_share(max_connections: usize) -> usize {
        (max_connections / 8).max(64)
    }

    /// Being late by so much is fine, so a connection costs one timer and not one a request.
    pub(crate) fn shortest(&self) -> Duration {
        let body = self.body.unwrap_or(self.idle);
        self.idle.min(self.head).min(body).min(self.patience).max(Duration::from_millis(1))
    }
}
