//! The places of a door: which connections have one, and which lose theirs if it is needed.

use crate::limits::Limits;
use crate::pace::{Direction, Pace, Phase};
use crate::peer::Peer;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// A head or a handshake that takes longer does not come from a normal client: a request begins with one packet.
const SLOW: Duration = Duration::from_secs(2);

/// The same if half of all places are taken by incomplete heads: then a client holds them on purpose.
const SLOW_IN_A_FLOOD: Duration = Duration::from_millis(250);

/// A body or reply that has stalled for this time may lose its place if it is needed.
const STALL_TIMEOUT: Duration = Duration::from_secs(5);

/// One search through all connections finds this many that could be closed; the next search follows when they are used
/// up.
const AT_ONCE: usize = 64;

#[derive(Debug)]
pub(crate) struct Seats {
    limits: Limits,
    taken: Mutex<Taken>,
    /// notified when a place becomes free
    freed: Notify,
    /// whether a client waits for a place, or for a connection that could be closed
    wanted: AtomicBool,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    seats: HashMap<u64, (Peer, Arc<Pace>)>,
    by_peer: HashMap<Peer, usize>,
    /// connections that were told to end and still hold their place
    ending: usize,
    /// connections that could be closed, the first one last, with the stamp of their pace
    candidates: Vec<(u64, u64)>,
}

/// The result of asking for a place.
#[derive(Debug)]
pub(crate) enum Asked {
    Seat(Seat),
    /// a place will be free soon, or later
    Wait,
    /// this address uses all of its places
    AddressLimit,
}

/// A place, which is held until this is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) seats: Arc<Seats>,
    id: u64,
    pub(crate) pace: Arc<Pace>,
}

impl Seats {
    pub(crate) fn new(limits: Limits) -> Arc<Seats> {
        Arc::new(Seats {
            limits,
            taken: Mutex::default(),
            freed: Notify::new(),
            wanted: AtomicBool::new(false),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The numbers of open and of idle connections.
    pub(crate) fn count(&self) -> (usize, usize) {
        let taken = self.lock();
        let idle = taken.seats.values().filter(|(_, pace)| pace.phase() == Phase::Idle).count();
        (taken.seats.len(), idle)
    }

    /// Takes a place for a client of this address, in this phase; `evicted` is told which connection is closed for it.
    pub(crate) fn ask(self: &Arc<Self>, peer: Peer, phase: Phase, evicted: impl FnMut(Phase)) -> Asked {
        let mut taken = self.lock();
        let of_peer = taken.by_peer.get(&peer).copied().unwrap_or(0);
        let most = self.limits.of_one_address().filter(|_| !peer.is_here());
        if most.is_some_and(|most| of_peer >= most) {
            return if taken.evict_of(peer, evicted) { Asked::Wait } else { Asked::AddressLimit };
        }
        if taken.seats.len() >= self.limits.max_connections {
            if taken.ending == 0 {
                taken.evict(&self.limits, evicted);
            }
            self.wanted.store(true, Ordering::Relaxed);
            return Asked::Wait;
        }
        self.wanted.store(false, Ordering::Relaxed);
        let pace = Pace::new(phase);
        let id = taken.next;
        taken.next += 1;
        taken.seats.insert(id, (peer, Arc::clone(&pace)));
        *taken.by_peer.entry(peer).or_default() += 1;
        Asked::Seat(Seat { seats: Arc::clone(self), id, pace })
    }

    /// Frees a place although some are free, because the machine has no descriptor left. Returns false if no connection
    /// can be closed.
    pub(crate) fn make_room(&self, evicted: impl FnMut(Phase)) -> bool {
        self.lock().evict(&self.limits, evicted)
    }

    /// Resolves when a place may have become free, or can be freed.
    pub(crate) async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Notes that a connection has become idle, so a waiting client may have its place.
    pub(crate) fn rests(&self) {
        if self.wanted.load(Ordering::Relaxed) {
            self.freed.notify_one();
        }
    }
}

impl Taken {
    /// Tells the connection that needs its place least to end. Returns false if all are needed.
    fn evict(&mut self, limits: &Limits, mut evicted: impl FnMut(Phase)) -> bool {
        for look in 0..2 {
            while let Some((id, stamp)) = self.candidates.pop() {
                let Some((_, pace)) = self.seats.get(&id) else { continue };
                let phase = pace.phase();
                if pace.end(stamp) {
                    self.ending += 1;
                    evicted(phase);
                    return true;
                }
            }
            if look == 0 {
                self.look(limits);
            }
        }
        false
    }

    /// Tells the idlest connection of this address to end, unless one of its connections is ending already. Returns
    /// false if all are in use.
    fn evict_of(&mut self, peer: Peer, mut evicted: impl FnMut(Phase)) -> bool {
        let mut idlest: Option<(Duration, u64, &Arc<Pace>)> = None;
        for (_, pace) in self.seats.values().filter(|(of, _)| *of == peer) {
            match pace.look() {
                (Phase::Over, ..) => return true,
                (Phase::Idle, lasted, stamp) if idlest.as_ref().is_none_or(|(most, ..)| lasted > *most) => {
                    idlest = Some((lasted, stamp, pace));
                }
                _ => {}
            }
        }
        let gone = idlest.is_some_and(|(_, stamp, pace)| pace.end(stamp));
        if gone {
            self.ending += 1;
            evicted(Phase::Idle);
        }
        gone
    }

    /// Finds the connections that need their places least.
    fn look(&mut self, limits: &Limits) {
        let is_head = |pace: &Pace| matches!(pace.phase(), Phase::Handshake | Phase::Head);
        let heads = self.seats.values().filter(|(_, pace)| is_head(pace)).count();
        let slow = if heads * 2 >= limits.max_connections { SLOW_IN_A_FLOOD } else { SLOW };
        let mut found = Vec::new();
        for (id, (peer, pace)) in &self.seats {
            let (phase, lasted, stamp) = pace.look();
            if let Some(rank) = rank(phase, lasted, pace, slow, limits) {
                let of_peer = self.by_peer.get(peer).copied().unwrap_or(0);
                found.push(((rank, of_peer, lasted), *id, stamp));
            }
        }
        found.sort_unstable_by_key(|(key, id, _)| (*key, std::cmp::Reverse(*id)));
        let first = found.len().saturating_sub(AT_ONCE);
        self.candidates = found[first..].iter().map(|(_, id, stamp)| (*id, *stamp)).collect();
    }
}

/// How little a connection needs its place; the highest value is closed first. `None` if it stays.
fn rank(phase: Phase, lasted: Duration, pace: &Pace, slow: Duration, limits: &Limits) -> Option<u8> {
    let stands_still = |way| pace.left(way).is_some_and(|left| left + STALL_TIMEOUT <= limits.patience);
    match phase {
        Phase::Handshake | Phase::Head => (lasted >= slow).then_some(3),
        // The time without reading may be longer than the time for the answer.
        Phase::Idle if pace.left(Direction::Reply).is_none() => Some(2),
        Phase::Body => stands_still(Direction::Body).then_some(1),
        Phase::Idle | Phase::Answer => stands_still(Direction::Reply).then_some(0),
        Phase::Over => None,
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        if let Some((peer, pace)) = taken.seats.remove(&self.id) {
            if pace.phase() == Phase::Over {
                taken.ending = taken.ending.saturating_sub(1);
            }
            if let Some(count) = taken.by_peer.get_mut(&peer) {
                *count -= 1;
                if *count == 0 {
                    taken.by_peer.remove(&peer);
                }
            }
        }
        drop(taken);
        self.seats.freed.notify_one();
    }
}

#[cfg(test)]
mod tests;
