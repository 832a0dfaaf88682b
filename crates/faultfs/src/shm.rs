//! The shared memory of a write-ahead log: regions that every connection to a file sees, and the locks on it.
#![allow(unsafe_code, reason = "SQLite is given pointers into this memory")]

use rusqlite::ffi::SQLITE_SHM_NLOCK;
use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many locks there are.
pub(crate) const LOCKS: usize = SQLITE_SHM_NLOCK as usize;

/// Shared by the handles of one process to one file.
#[derive(Debug, Default)]
pub(crate) struct Shm(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    regions: Vec<Region>,
    /// how many share each lock; -1: one holds it alone
    locks: [i32; LOCKS],
}

/// Zeroed memory that stays where it is. Its owner frees it.
#[derive(Debug)]
struct Region(NonNull<[u64]>);

// SAFETY: a region is plain memory. Who may read and write which part of it when is SQLite's to see to, by the locks and barriers of
// its own protocol, as with memory that processes share.
unsafe impl Send for Region {}

impl Region {
    fn new(bytes: usize) -> Region {
        Region(NonNull::from(Box::leak(vec![0_u64; bytes.div_ceil(8)].into_boxed_slice())))
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: it came from a leaked box and is freed once. The handles to it keep it alive while they have it mapped.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

impl Shm {
    /// The region with this number, made with those before it if it may be; null if there is none.
    pub(crate) fn region(&self, number: usize, bytes: usize, extend: bool) -> *mut u8 {
        let mut state = self.locked();
        while extend && state.regions.len() <= number {
            state.regions.push(Region::new(bytes));
        }
        state.regions.get(number).map_or(std::ptr::null_mut(), |region| region.0.as_ptr().cast())
    }

    /// Shares these locks. False if one of them is held alone.
    pub(crate) fn share(&self, locks: std::ops::Range<usize>) -> bool {
        let mut state = self.locked();
        let free = state.locks[locks.clone()].iter().all(|holders| *holders >= 0);
        if free {
            state.locks[locks].iter_mut().for_each(|holders| *holders += 1);
        }
        free
    }

    /// Takes these locks alone. False if one of them is held.
    pub(crate) fn take(&self, locks: std::ops::Range<usize>) -> bool {
        let mut state = self.locked();
        let free = state.locks[locks.clone()].iter().all(|holders| *holders == 0);
        if free {
            state.locks[locks].fill(-1);
        }
        free
    }

    /// Lets go of a lock that was shared or taken.
    pub(crate) fn release(&self, lock: usize) {
        let holders = &mut self.locked().locks[lock];
        *holders = if *holders < 0 { 0 } else { (*holders - 1).max(0) };
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
