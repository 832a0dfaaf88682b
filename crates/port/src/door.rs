//! One door: its limits, its places, its counters, and its messages in the log.

use crate::counts::{Closed, ConnectionRefusal, Counts, DoorSnapshot};
use crate::episode::Episode;
use crate::limits::Limits;
use crate::pace::Phase;
use crate::peer::Peer;
use crate::seats::{Asked, Seat, Seats};
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// A client that waits for a place tries again after this time, because a head may have become too slow by then.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The first and the longest pause after a connection could not be accepted.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// A door. It outlives the tasks that serve it, so its counters continue when they start again.
#[derive(Debug)]
pub struct Door {
    pub(crate) name: &'static str,
    pub(crate) limits: Limits,
    pub(crate) seats: Arc<Seats>,
    pub(crate) counts: Counts,
    full: Episode,
    unaccepted: Episode,
}

impl Door {
    /// A door of this name (in logs and metrics) with these limits.
    pub fn new(name: &'static str, limits: Limits) -> Arc<Door> {
        Arc::new(Door {
            name,
            limits,
            seats: Seats::new(limits),
            counts: Counts::default(),
            full: Episode::default(),
            unaccepted: Episode::default(),
        })
    }

    /// Its limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The present state of the door: open and idle connections, and refused and closed ones since the start, by
    /// reason.
    pub fn snapshot(&self) -> DoorSnapshot {
        let (open, idle) = self.seats.count();
        DoorSnapshot { places: self.limits.max_connections, open, idle, ..self.counts.read(self.name) }
    }

    /// Waits for a place for a client of this address. `None` if this address has all places that it may have.
    pub(crate) async fn admit(&self, peer: Peer, phase: Phase) -> Option<Seat> {
        let mut waited = false;
        loop {
            let asked = self.seats.ask(peer, phase, |phase| {
                self.counts.closed(Closed::evicted(phase));
                self.say_full();
            });
            match asked {
                Asked::Seat(seat) => {
                    self.counts.accepted();
                    return Some(seat);
                }
                Asked::AddressLimit => {
                    self.counts.refused(ConnectionRefusal::Address);
                    self.say_full();
                    return None;
                }
                Asked::Wait => {}
            }
            if !waited {
                waited = true;
                self.counts.waited();
                self.say_full();
            }
            let _ = tokio::time::timeout(LOOK_AGAIN, self.seats.freed()).await;
        }
    }

    fn say_full(&self) {
        if self.full.happened() {
            tracing::warn!(
                door = self.name,
                places = self.limits.max_connections,
                of_one_address = self.limits.of_one_address(),
                "all places for connections are taken: idle and stalled ones are closed to make room, and who finds none waits"
            );
        }
    }

    /// Handles that a connection could not be accepted for the `nth` time in a row; returns the wait before the next
    /// attempt.
    pub(crate) fn accept_failed(&self, error: &io::Error, nth: u32) -> Duration {
        use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
        self.counts.accept_failed();
        if matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted) {
            return Duration::ZERO;
        }
        if self.unaccepted.happened() {
            tracing::warn!(
                door = self.name,
                %error,
                "connections cannot be accepted: an idle one is closed if there is any, and it is tried again"
            );
        }
        // The most likely cause is that no descriptor is left.
        self.seats.make_room(|phase| self.counts.closed(Closed::evicted(phase)));
        PAUSES.0.saturating_mul(1 << nth.min(10)).min(PAUSES.1)
    }

    /// Logs which episodes are over; it is called periodically.
    pub(crate) fn look_back(&self) {
        if let Some(times) = self.full.over() {
            tracing::info!(door = self.name, times, "there are free places for connections again");
        }
        if let Some(times) = self.unaccepted.over() {
            tracing::info!(door = self.name, times, "connections are accepted again");
        }
    }
}
