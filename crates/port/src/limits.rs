//! The limits of one door.

use std::time::Duration;

/// The limits of one door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// connections open at once; see [`crate::Shares`]
    pub max_connections: usize,
    /// connections of one address; at or above `max_connections` there is no such limit
    pub max_per_address: usize,
    /// bytes of a request line and header together; more is answered 431
    pub max_header: usize,
    /// a TLS handshake is aborted after this time
    pub handshake: Duration,
    /// a connection with an incomplete header is closed after this time
    pub head: Duration,
    /// a connection with an incomplete request body is closed after this time; `None` if only the least rate applies
    pub body: Option<Duration>,
    /// a connection without a request is closed after this time
    pub idle: Duration,
    /// the credit: how long a sender of a body, or a reader of a reply, may keep the server waiting
    pub patience: Duration,
    /// bytes a second that earn the credit back: a connection that is slower for long is closed
    pub least_rate: u32,
    /// how long a stopping door waits for requests that are being answered
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

    /// The number of places for one address, if there is such a limit.
    pub fn of_one_address(&self) -> Option<usize> {
        Some(self.max_per_address).filter(|most| *most < self.max_connections)
    }

    /// The share of one address of this number of places: an eighth, and at least 64. A whole office behind one address
    /// needs fewer, because only connections that are in use at the same moment count; idle ones make room.
    pub fn fair_share(max_connections: usize) -> usize {
        (max_connections / 8).max(64)
    }

    /// The permitted delay of a limit. With it, a connection needs one timer instead of one for each request.
    pub(crate) fn shortest(&self) -> Duration {
        let body = self.body.unwrap_or(self.idle);
        self.idle.min(self.head).min(body).min(self.patience).max(Duration::from_millis(1))
    }
}
