//! A file that SQLite has open.

use crate::shm::{LOCKS, Shm};
use crate::state::SharedState;
use rusqlite::ffi::sqlite3_file;
use std::sync::Arc;

/// An open file, as SQLite knows it: the methods come first.
#[repr(C)]
pub(super) struct Handle {
    pub(super) base: sqlite3_file,
    pub(super) open: *mut Open,
}

/// An open file.
pub(super) struct Open {
    pub(super) disk: Arc<SharedState>,
    pub(super) file: usize,
    pub(super) handle: u64,
    /// a log or journal that was opened to be made if need be: its next sync syncs the folder, too, whether it was made or not
    pub(super) syncs_folder: bool,
    pub(super) shm: Option<Arc<Shm>>,
    /// which of its locks are held
    pub(super) shm_locks: [bool; LOCKS],
}
