//! The file system that the data folder is on: all that is done there beside SQLite, and the VFS that SQLite uses.
//!
//! A server uses the machine's own ([`Native`](super::native::Native)). A simulation puts one in its place that fails as disks do.

use super::fault::{no_room, unusable};
use crate::error::JournalError;
use event::Millis;
use std::any::Any;
use std::io;
use std::path::{Path, PathBuf};

/// See the module.
pub trait FileSystem: Send + Sync {
    /// The name of the VFS through which SQLite uses it; `None`: SQLite's own for this machine.
    fn vfs(&self) -> Option<&'static str>;

    /// Makes the folder and an empty database in it if they are missing, durably, and keeps other processes out.
    ///
    /// # Errors
    /// [`JournalError::Locked`] if another process holds the folder, [`JournalError::Full`], [`JournalError::Unusable`].
    fn hold(&self, folder: &Path, now: Millis) -> Result<HeldFolder, JournalError>;

    /// Makes a file of this length whose room is taken, durably. There must be room for it twice.
    ///
    /// # Errors
    /// As the file system says; nothing may be relied upon then.
    fn allocate(&self, file: &Path, bytes: u64) -> io::Result<()>;

    /// Writes so many bytes to a new file, syncs it, and removes it: whether there is room.
    ///
    /// # Errors
    /// As the file system says.
    fn try_write(&self, file: &Path, bytes: usize) -> io::Result<()>;

    /// Writes what a file holds over itself and syncs it, so that all that is read of it is durable; nothing if there is no such file.
    ///
    /// # Errors
    /// As the file system says. The file reads as before.
    fn rewrite(&self, file: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// As the file system says.
    fn remove(&self, file: &Path) -> io::Result<()>;
}

/// A data folder that other processes are kept out of until this is dropped.
pub struct HeldFolder {
    /// the folder's real name
    pub path: PathBuf,
    /// the database in it
    pub database: PathBuf,
    /// whether the names still lead to what was opened; says in plain words when not
    pub in_place: Box<dyn Fn() -> Result<(), String> + Send + Sync>,
    /// whatever keeps others out; let go of when this is dropped
    pub lock: Box<dyn Any + Send + Sync>,
}

/// Where the database is, and the VFS through which it is opened.
#[derive(Debug, Clone)]
pub(super) struct Database {
    pub(super) path: PathBuf,
    pub(super) vfs: Option<&'static str>,
}

impl Database {
    /// Makes the write-ahead log durable as it reads now, before SQLite looks into it.
    ///
    /// After a sync that failed, the operating system goes on showing what was written, and no later sync writes it. A process that
    /// starts then would take such a write for a commit and put its own behind it; a power cut would take the first, and everything
    /// behind it is unreadable then.
    pub(super) fn settle_log(&self, on: &dyn FileSystem) -> Result<(), JournalError> {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        let log = PathBuf::from(log);
        on.rewrite(&log).map_err(|error| match no_room(&error) {
            true => JournalError::Full,
            false => unusable(&log, &error),
        })
    }
}

impl From<&Path> for Database {
    fn from(path: &Path) -> Database {
        Database { path: path.to_owned(), vfs: None }
    }
}
