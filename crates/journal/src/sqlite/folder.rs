//! The data folder: made for its owner alone, and held by one process at a time.
//!
//! The lock is an exclusive `flock` on `lock`: the kernel lets go of it however the process ends, so there is nothing
//! stale to clean up. The file's text is only for the person who finds the folder in use.

use super::fault::unusable;
use crate::port::JournalError;
use event::Millis;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The most that is read of another process's lock file.
const NOTE_BYTES: u64 = 200;

/// The folder, held until dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    lock: File,
}

impl Folder {
    pub(super) fn open(path: &Path, now: Millis) -> Result<Folder, JournalError> {
        let mode_of_folder = 0o700;
        DirBuilder::new()
            .recursive(true)
            .mode(mode_of_folder)
            .create(path)
            .map_err(|error| unusable(path, &error))?;
        let lock_path = path.join("lock");
        let mut lock = open_private(&lock_path)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::Locked(holder(&mut lock))),
            Err(TryLockError::Error(error)) => return Err(unusable(&lock_path, &error)),
        }
        sign(&mut lock, now).map_err(|error| unusable(&lock_path, &error))?;
        Ok(Folder { path: path.to_owned(), lock })
    }

    /// The database's path; the file is made here, so that it and its companions are the owner's alone.
    pub(super) fn database(&self) -> Result<PathBuf, JournalError> {
        let path = self.path.join("journal.sqlite3");
        open_private(&path)?;
        Ok(path)
    }

    /// The search database's path; whether there is one, is for its own thread to see.
    pub(super) fn search_database(&self) -> PathBuf {
        self.path.join("search.sqlite3")
    }
}

/// Let go of in so many words: a process that is being started elsewhere in this program holds a copy of the descriptor
/// for a moment, and closing ours alone would leave the folder locked until then.
impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = self.lock.unlock() {
            tracing::debug!(%error, "the data folder's lock goes with the process");
        }
    }
}

pub(super) fn open_private(path: &Path) -> Result<File, JournalError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|error| unusable(path, &error))
}

fn sign(lock: &mut File, now: Millis) -> std::io::Result<()> {
    lock.set_len(0)?;
    lock.seek(SeekFrom::Start(0))?;
    writeln!(lock, "process {}, started {}", std::process::id(), when(now))
}

fn when(now: Millis) -> String {
    match jiff::Timestamp::from_millisecond(now.0) {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => "at an unknown time".to_owned(),
    }
}

fn holder(lock: &mut File) -> String {
    let mut note = String::new();
    let read = lock.take(NOTE_BYTES).read_to_string(&mut note);
    match (read, note.trim()) {
        (Ok(1..), note) if !note.is_empty() => note.to_owned(),
        _ => "another process".to_owned(),
    }
}
