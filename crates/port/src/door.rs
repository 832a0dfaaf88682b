//! One door: its limits, its places, what it has counted, and what it has said.

use crate::counts::{Closed, ConnectionRefusal, Counts, DoorSnapshot};
use crate::episode::Episode;
use crate::limits::Limits;
use crate::pace::Phase;
use crate::peer::Peer;
use crate::seats::{Asked, Seat, Seats};
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Who waits for a place looks again after this time: by then a head may have become too slow.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The first and the longest pause after a connection could not be accepted.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// A door. It outlives the tasks that serve it, so its counts go on when they begin again.
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

    /// What it allows.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The door as it is now: what is open and idle, and what was refused and closed since the start, by reason.
    pub fn snapshot(&self) -> DoorSnapshot {
        let (open, idle) = self.seats.count();
        DoorSnapshot { places: self.limits.max_connections, open, idle, ..self.counts.read(self.name) }
    }

    /// A place for somebody of this address, as soon as there is one. `None`: this address has all it may have.
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

    /// A connection could not be accepted; how long to wait before the next attempt, for the `nth` time in a row.
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
        // Most likely there is no descriptor left.
        self.seats.make_room(|phase| self.counts.closed(Closed::evicted(phase)));
        PAUSES.0.saturating_mul(1 << nth.min(10)).min(PAUSES.1)
    }

    /// Says what is over; called now and then.
    pub(crate) fn look_back(&self) {
        if let Some(times) = self.full.over() {
            tracing::info!(door = self.name, times, "there are free places for connections again");
        }
        if let Some(times) = self.unaccepted.over() {
            tracing::info!(door = self.name, times, "connections are accepted again");
        }
    }
}
