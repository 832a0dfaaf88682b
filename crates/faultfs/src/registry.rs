//! Which disk a path is on: the first folder of the path is the disk's number.

use crate::state::{SharedState, State};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

static DISKS: Mutex<Disks> = Mutex::new(Disks { all: BTreeMap::new(), next: 0 });

struct Disks {
    all: BTreeMap<u64, Weak<SharedState>>,
    next: u64,
}

/// Gives a disk its number, by which its files are found until [`forget`].
pub(crate) fn register(state: State) -> (u64, Arc<SharedState>) {
    let mut disks = locked();
    let number = disks.next;
    disks.next += 1;
    let state = Arc::new(SharedState::new(state));
    disks.all.insert(number, Arc::downgrade(&state));
    (number, state)
}

/// The disk and the name of the file on it.
pub(crate) fn find(path: &str) -> Option<(Arc<SharedState>, &str)> {
    let (number, name) = path.strip_prefix('/')?.split_once('/')?;
    let disk = locked().all.get(&number.parse().ok()?)?.upgrade()?;
    Some((disk, name))
}

pub(crate) fn forget(number: u64) {
    locked().all.remove(&number);
}

fn locked() -> MutexGuard<'static, Disks> {
    DISKS.lock().unwrap_or_else(PoisonError::into_inner)
}
