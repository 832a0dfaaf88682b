//! Locks on a file, by SQLite's five levels.

use rusqlite::ffi::{
    SQLITE_LOCK_EXCLUSIVE, SQLITE_LOCK_NONE, SQLITE_LOCK_PENDING, SQLITE_LOCK_RESERVED, SQLITE_LOCK_SHARED,
};
use std::collections::BTreeMap;

/// The level that each handle holds.
#[derive(Debug, Default)]
pub(crate) struct Locks(BTreeMap<u64, i32>);

impl Locks {
    /// Raises a handle's lock. False if another one is in the way.
    pub(crate) fn raise(&mut self, handle: u64, wanted: i32) -> bool {
        let others = self.0.iter().filter(|(other, _)| **other != handle).map(|(_, level)| *level).max();
        let others = others.unwrap_or(SQLITE_LOCK_NONE);
        let granted = match wanted {
            SQLITE_LOCK_SHARED => others < SQLITE_LOCK_PENDING,
            SQLITE_LOCK_RESERVED => others < SQLITE_LOCK_RESERVED,
            _ => others < SQLITE_LOCK_SHARED,
        };
        let waits = wanted == SQLITE_LOCK_EXCLUSIVE && others < SQLITE_LOCK_RESERVED;
        let level = self.0.entry(handle).or_insert(SQLITE_LOCK_NONE);
        if granted {
            *level = (*level).max(wanted);
        } else if waits {
            // New readers are kept out until those that read have gone.
            *level = (*level).max(SQLITE_LOCK_PENDING);
        }
        granted
    }

    /// Lowers a handle's lock.
    pub(crate) fn lower(&mut self, handle: u64, level: i32) {
        if level == SQLITE_LOCK_NONE {
            self.0.remove(&handle);
        } else {
            self.0.insert(handle, level);
        }
    }

    /// Somebody is about to write.
    pub(crate) fn is_reserved(&self) -> bool {
        self.0.values().any(|level| *level >= SQLITE_LOCK_RESERVED)
    }
}
