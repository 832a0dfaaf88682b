//! The lanes in memory. The lane with the oldest event is served next.
//!
//! A function that works on a lane takes it out of the table ([`Lanes::take`]) and puts it back. So it has the lane
//! itself rather than an id that may have become invalid, and the table is not borrowed meanwhile.

use super::lane::{Lane, LaneId, Stand};
use crate::clock::Now;
use journal::Position;
use std::collections::{BTreeSet, HashMap};

pub(crate) struct Lanes<I> {
    /// `None` while a lane is taken out. Lanes are boxed, because most slots of the table are empty.
    all: HashMap<LaneId, Option<Box<Lane<I>>>>,
    by_key: HashMap<String, LaneId>,
    last: u64,
    ready: BTreeSet<(Position, LaneId)>,
    timers: BTreeSet<(u64, LaneId)>,
}

impl<I> Lanes<I> {
    pub(super) fn new() -> Self {
        Lanes {
            all: HashMap::new(),
            by_key: HashMap::new(),
            last: 0,
            ready: BTreeSet::new(),
            timers: BTreeSet::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The lanes that are not taken out, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Lane<I>> {
        self.all.values().filter_map(Option::as_deref)
    }

    /// A lane for reading, unless it has left memory or is taken out.
    pub(crate) fn get(&self, id: LaneId) -> Option<&Lane<I>> {
        self.all.get(&id)?.as_deref()
    }

    /// A lane for changes other than to its head, for which it must be taken out.
    pub(crate) fn get_mut(&mut self, id: LaneId) -> Option<&mut Lane<I>> {
        self.all.get_mut(&id)?.as_deref_mut()
    }

    /// Takes a lane out of the table until it is put back; `None` if it has left memory.
    pub(crate) fn take(&mut self, id: LaneId) -> Option<Box<Lane<I>>> {
        self.all.get_mut(&id)?.take()
    }

    pub(crate) fn put_back(&mut self, lane: Box<Lane<I>>) {
        self.all.insert(lane.id, Some(lane));
    }

    /// Removes a lane that was taken out.
    pub(crate) fn remove(&mut self, lane: &mut Lane<I>) {
        self.stand(lane, Stand::Fresh);
        self.all.remove(&lane.id);
        self.by_key.remove(&lane.key);
    }

    /// The lane with this key.
    pub(crate) fn find(&self, key: &str) -> Option<LaneId> {
        self.by_key.get(key).copied()
    }

    /// The lane with this key for changes, unless it is taken out.
    pub(crate) fn find_mut(&mut self, key: &str) -> Option<&mut Lane<I>> {
        self.all.get_mut(self.by_key.get(key)?)?.as_deref_mut()
    }

    /// The lane with this key, which is made if there is none.
    pub(crate) fn find_or_add(&mut self, key: String, intents: impl FnOnce() -> I) -> LaneId {
        if let Some(id) = self.by_key.get(&key) {
            return *id;
        }
        self.last += 1;
        let id = LaneId(self.last);
        self.all.insert(id, Some(Box::new(Lane::new(id, key.clone(), intents()))));
        self.by_key.insert(key, id);
        id
    }

    /// Gives the lane another key, which no other lane may have.
    pub(crate) fn rename(&mut self, lane: &mut Lane<I>, key: String) {
        self.by_key.remove(&lane.key);
        lane.key.clone_from(&key);
        self.by_key.insert(key, lane.id);
    }

    /// Changes a lane's state in the scheduler, and the indexes.
    pub(crate) fn stand(&mut self, lane: &mut Lane<I>, stand: Stand) {
        if lane.stand == stand {
            return;
        }
        match lane.stand {
            Stand::Ready(position) => {
                self.ready.remove(&(position, lane.id));
            }
            Stand::Asleep(at) => {
                self.timers.remove(&(at, lane.id));
            }
            Stand::Fresh | Stand::Calling => {}
        }
        lane.stand = stand;
        match stand {
            Stand::Ready(position) => {
                self.ready.insert((position, lane.id));
            }
            Stand::Asleep(at) => {
                self.timers.insert((at, lane.id));
            }
            Stand::Fresh | Stand::Calling => {}
        }
    }

    pub(crate) fn any_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    pub(crate) fn first_ready(&self) -> Option<LaneId> {
        self.ready.first().map(|(_, lane)| *lane)
    }

    pub(crate) fn next_timer(&self) -> Option<u64> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// A lane whose time has come.
    pub(crate) fn due(&self, now: Now) -> Option<LaneId> {
        self.timers.first().filter(|(at, _)| *at <= now.mono).map(|(_, lane)| *lane)
    }

    /// The number of lanes that wait for a time.
    pub(crate) fn asleep(&self) -> usize {
        self.timers.len()
    }

    /// The lanes that wait for the next try after a failure, the shortest wait first.
    pub(crate) fn in_trouble(&self) -> impl Iterator<Item = LaneId> {
        let timers = self.timers.iter().map(|(_, id)| *id);
        timers.filter(|id| self.get(*id).is_some_and(Lane::sleeps_in_trouble))
    }
}
