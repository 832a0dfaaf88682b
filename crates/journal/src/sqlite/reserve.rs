//! Room kept for hard times: a file of the data folder that is let go of when the disk is full.
//!
//! # Policy
//! * While there is room, the file stands and takes its space from the disk for real.
//! * When a write finds the disk full, the file goes. The room it gives is for what must go on: the fates of calls that
//!   were made, retention that frees more, a start. Requests are refused until it stands again, so that they cannot
//!   eat that room.
//! * It is made again when the disk has room for it twice: what it has just given is not taken back at once.

use super::fault::no_room;
use super::file_system::FileSystem;
use crate::error::JournalError;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// See the module.
#[derive(Default)]
pub(super) struct Reserve {
    /// none: there is no reserve, and nothing is ever spent
    place: Option<Place>,
    stands: Mutex<bool>,
}

impl Reserve {
    /// A reserve of so many bytes in this file, not made yet; none when that is 0.
    pub(super) fn new(file: PathBuf, bytes: u64, on: &Arc<dyn FileSystem>) -> Reserve {
        let place = (bytes > 0).then(|| Place { file, bytes, on: Arc::clone(on) });
        Reserve { place, stands: Mutex::new(false) }
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
        let Some(Place { file, bytes, on }) = &self.place else { return Ok(()) };
        let mut stands = self.locked();
        if !*stands {
            on.allocate(file, *bytes).inspect_err(|_| {
                // Half a reserve would only take the room that is missing.
                let _ = on.remove(file);
            })?;
            *stands = true;
        }
        Ok(())
    }

    /// Whether it is for want of room that something could not be written, or whether the disk fails: a little is written
    /// beside it to find out.
    pub(super) fn tell(&self, error: JournalError) -> JournalError {
        let Some(Place { file, on, .. }) = &self.place else { return error };
        if !matches!(error, JournalError::Full | JournalError::Disk(_)) {
            return error;
        }
        match on.try_write(&file.with_file_name(BESIDE), BESIDE_BYTES) {
            Err(said) if !no_room(&said) => JournalError::Disk(said.to_string()),
            Err(_) => JournalError::Full,
            // There is room, so that what the database was told is something else; or it has just come.
            Ok(()) => error,
        }
    }

    /// Gives its room back to the disk. Was there any to give?
    pub(super) fn release(&self) -> bool {
        let Some(Place { file, on, .. }) = &self.place else { return false };
        let mut stands = self.locked();
        *stands = false;
        on.remove(file).is_ok()
    }

    fn locked(&self) -> MutexGuard<'_, bool> {
        self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The file that is written to see what the disk says; it is removed again.
const BESIDE: &str = "reserve-try";

/// Where the reserve is, and how large.
struct Place {
    file: PathBuf,
    bytes: u64,
    on: Arc<dyn FileSystem>,
}

/// About as much as a small commit writes.
const BESIDE_BYTES: usize = 16 << 10;
