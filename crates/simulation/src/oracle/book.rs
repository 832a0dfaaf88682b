//! What the oracle is told, and what it knows of each destination.

use super::carried_out::Writes;
use crate::crowd::Person;
use crate::script::Script;
use journal::{DestinationId, Fate, Position};
use std::collections::{BTreeMap, HashMap};

/// What the oracle is told of the world.
pub(crate) struct Facts<'a> {
    pub(crate) people: &'a [Person],
    pub(crate) script: &'a Script,
    /// Milliseconds since the beginning.
    pub(crate) now: u64,
    /// For how long each InMoment has been reachable so far.
    pub(crate) reachable: Vec<u64>,
    /// Whose calls each destination's firewall turns away.
    pub(crate) disliked: Vec<Option<usize>>,
    /// No reply takes longer.
    pub(crate) timeout: u64,
    /// Waits may have been cut short: the wall clock was set, or replies lay about while the disk was full.
    pub(crate) waits_blurred: bool,
}

impl Facts<'_> {
    pub(super) fn turned_away(&self, d: usize, place: usize) -> bool {
        self.disliked[d] == Some(place)
    }
}

/// An event as it was accepted for one destination.
#[derive(Clone, Copy)]
pub(super) struct Accepted {
    pub(super) message: usize,
    pub(super) at: u64,
    /// How long InMoment had been reachable then.
    pub(super) reachable: u64,
    pub(super) requeued: bool,
}

/// What is known of one destination.
pub(super) struct Book {
    /// Its place among the destinations.
    pub(super) d: usize,
    pub(super) id: DestinationId,
    pub(super) accepted: BTreeMap<Position, Accepted>,
    /// Where each message came first, by its id and its content.
    pub(super) first: HashMap<(String, usize), Position>,
    pub(super) fates: BTreeMap<Position, Fate>,
    /// Why the dead ones died.
    pub(super) codes: BTreeMap<Position, String>,
    pub(super) writes: Writes,
    /// Responses and declines delivered.
    /// Conflicts that were to be settled: their calls are made for no event.
    pub(super) settlements: u32,
    pub(super) answers: usize,
    /// A driver ended that had sent a write without having heard InMoment's clock: when that was, nobody knows.
    pub(super) lost_track: bool,
}
