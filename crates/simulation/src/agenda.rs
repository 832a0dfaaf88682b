//! What is going to happen, and when. Things due at the same millisecond happen in an order that the seed decides.

use crate::dice::Dice;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Things to come.
pub(crate) struct Agenda<T> {
    due: BinaryHeap<Reverse<Entry<T>>>,
    count: u64,
}

struct Entry<T> {
    at: u64,
    /// Decides among things of one instant; the number makes it total.
    lot: (u64, u64),
    what: T,
}

impl<T> Agenda<T> {
    pub(crate) fn new() -> Agenda<T> {
        Agenda { due: BinaryHeap::new(), count: 0 }
    }

    /// Puts something on the agenda.
    pub(crate) fn put(&mut self, at: u64, what: T, dice: &mut Dice) {
        self.count += 1;
        let lot = (dice.between(0, 7), self.count);
        self.due.push(Reverse(Entry { at, lot, what }));
    }

    /// The next thing, and when it is due.
    pub(crate) fn next(&mut self) -> Option<(u64, T)> {
        self.due.pop().map(|Reverse(entry)| (entry.at, entry.what))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.lot) == (other.at, other.lot)
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.lot).cmp(&(other.at, other.lot))
    }
}
