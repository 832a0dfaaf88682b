//! Room kept for hard times: a file of the data folder that is let go of when the disk is full.
//!
//! # Policy
//! * While there is room, the file stands and takes its space from the disk for real.
//! * When a write finds the disk full, the file goes. The room it gives is for what must go on: the fates of calls that
//!   were made, retention that frees more, a start. Requests are refused until it stands again, so that they cannot
//!   eat that room.
//! * It is made again when the disk has room for it twice: what it has just given is not taken back at once.

use super::fault::no_room;
use crate::error::JournalError;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Reserve {
    /// none: there is no reserve, and nothing is ever spent
    place: Option<(PathBuf, u64)>,
    stands: Mutex<bool>,
}

impl Reserve {
    /// A reserve of so many bytes in this file, not made yet; none when that is 0.
    pub(super) fn new(path: PathBuf, bytes: u64) -> Reserve {
        Reserve { place: (bytes > 0).then_some((path, bytes)), stands: Mutex::new(false) }
    }

    /// Is there meant to be a reserve that does not stand?
    pub(super) fn spent(&self) -> bool {
        self.place.is_some() && !*self.locked()
    }

    /// Does the reserve stand? Nothing when there is none.
    pub(super) fn stands(&self) -> Option<bool> {
        self.place.as_ref().map(|_| *self.locked())
    }

    /// Makes the file, unless it stands.
    pub(super) fn make(&self) -> io::Result<()> {
        let Some((path, bytes)) = &self.place else { return Ok(()) };
        let mut stands = self.locked();
        if !*stands {
            allocate(path, *bytes).inspect_err(|_| {
                // Half a reserve would only take the room that is missing.
                let _ = std::fs::remove_file(path);
            })?;
            *stands = true;
        }
        Ok(())
    }

    /// Whether it is for want of room that something could not be written, or whether the disk fails: a little is written
    /// beside it to find out.
    pub(super) fn tell(&self, error: JournalError) -> JournalError {
        let Some((path, _)) = &self.place else { return error };
        if !matches!(error, JournalError::Full | JournalError::Disk(_)) {
            return error;
        }
        match write_beside(&path.with_file_name(BESIDE)) {
            Err(said) if !no_room(&said) => JournalError::Disk(said.to_string()),
            Err(_) => JournalError::Full,
            // There is room, so that what the database was told is something else; or it has just come.
            Ok(()) => error,
        }
    }

    /// Gives its room back to the disk. Was there any to give?
    pub(super) fn release(&self) -> bool {
        let Some((path, _)) = &self.place else { return false };
        let mut stands = self.locked();
        *stands = false;
        std::fs::remove_file(path).is_ok()
    }

    fn locked(&self) -> MutexGuard<'_, bool> {
        self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The file that is written to see what the disk says; it is removed again.
const BESIDE: &str = "reserve-try";

/// About as much as a small commit writes.
const BESIDE_BYTES: usize = 16 << 10;

fn write_beside(path: &Path) -> io::Result<()> {
    let outcome = disk::open(path).and_then(|mut file| {
        file.write_all(&[0; BESIDE_BYTES])?;
        file.sync_all()
    });
    // What is left of it is written over the next time.
    let _ = std::fs::remove_file(path);
    outcome
}

fn allocate(path: &Path, bytes: u64) -> io::Result<()> {
    let file = disk::open(path)?;
    if file.metadata()?.len() == bytes {
        return Ok(());
    }
    let twice = i64::try_from(bytes.saturating_mul(2)).unwrap_or(i64::MAX);
    nix::fcntl::posix_fallocate(&file, 0, twice)?;
    file.set_len(bytes)?;
    file.sync_all()
}
