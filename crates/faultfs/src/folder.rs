//! The names of files: those that are seen, and those that are durable.

use crate::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};

/// Names, each with the number of its file.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    seen: BTreeMap<String, usize>,
    durable: BTreeMap<String, usize>,
}

impl Folder {
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.seen.get(name).copied()
    }

    pub(crate) fn add(&mut self, name: &str, file: usize) {
        self.seen.insert(name.to_owned(), file);
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.seen.remove(name);
    }

    /// The files that have a name.
    pub(crate) fn files(&self) -> impl Iterator<Item = usize> {
        self.seen.values().copied()
    }

    /// Makes every name as it is seen durable.
    pub(crate) fn sync(&mut self) {
        self.durable.clone_from(&self.seen);
    }

    /// The power is cut: each change that was not synced is there or not.
    pub(crate) fn lose(&mut self, dice: &mut Dice) {
        let names: BTreeSet<&String> = self.seen.keys().chain(self.durable.keys()).collect();
        let mut left = BTreeMap::new();
        for name in names {
            let (seen, durable) = (self.seen.get(name), self.durable.get(name));
            let kept = if seen == durable || dice.chance(0.5) { seen } else { durable };
            left.extend(kept.map(|file| (name.clone(), *file)));
        }
        self.seen.clone_from(&left);
        self.durable = left;
    }
}
