//! The data folder: made for its owner alone, and held by one process at a time.
//!
//! What is locked (an exclusive `flock`) is the folder itself, which cannot be deleted while it has files, and then the
//! file `lock`, which older versions know. The kernel lets go of both however the process ends, so there is nothing stale
//! to clean up. The file's text is only for the person who finds the folder in use. Every minute the holder looks
//! whether the folder and the database of that name are still the ones it opened.
//!
//! No file of the folder is opened through a symbolic link.

use super::fault::{no_room, unusable};
use crate::error::JournalError;
use event::Millis;
use std::fs::{File, Metadata, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The most that is read of another process's lock file.
const NOTE_BYTES: u64 = 200;

/// Files of the journal that SQLite opens by itself.
const BY_SQLITE: [&str; 6] = [
    "journal.sqlite3",
    "journal.sqlite3-wal",
    "journal.sqlite3-shm",
    "search.sqlite3",
    "search.sqlite3-wal",
    "search.sqlite3-shm",
];

/// The folder, held until dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// the folder itself
    held: File,
    lock: File,
}

/// What was opened under the names of folder and database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FolderIdentity {
    path: PathBuf,
    folder: (u64, u64),
    database: (u64, u64),
}

impl Folder {
    pub(super) fn open(path: &Path, now: Millis) -> Result<Folder, JournalError> {
        disk::make_folder(path).map_err(|error| failed(path, &error))?;
        // From here on the folder is known by its real name: what a link on the way to it leads to may change.
        let path = path.canonicalize().map_err(|error| failed(path, &error))?;
        let held = File::open(&path).map_err(|error| failed(&path, &error))?;
        let lock_path = path.join("lock");
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::Locked(noted(&lock_path))),
            // Some network file systems cannot lock a folder; then the file alone has to do.
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "the data folder itself cannot be locked, only the file `lock` in it");
            }
        }
        for name in BY_SQLITE {
            if disk::is_link(&path.join(name)) {
                let error = "a symbolic link stands in its place, and is not followed";
                return Err(unusable(&path.join(name), &error));
            }
        }
        let mut lock = disk::open(&lock_path).map_err(|error| failed(&lock_path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::Locked(holder(&mut lock))),
            Err(TryLockError::Error(error)) => return Err(failed(&lock_path, &error)),
        }
        // The note is for people: a disk without room for it is no reason not to go on.
        if let Err(error) = sign(&mut lock, now) {
            tracing::warn!(%error, "who holds the data folder could not be noted in it");
        }
        Ok(Folder { path, held, lock })
    }

    /// The database's path; the file is made here, so that it and its companions are the owner's alone.
    pub(super) fn database(&self) -> Result<PathBuf, JournalError> {
        let path = self.path.join("journal.sqlite3");
        disk::open(&path).map_err(|error| failed(&path, &error))?;
        // SQLite synchronises what it writes; that the file is in its folder is for us to see to.
        disk::sync_folder(&self.path).map_err(|error| failed(&self.path, &error))?;
        Ok(path)
    }

    /// Its real name.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What is open under the folder's names.
    pub(super) fn identity(&self) -> Result<FolderIdentity, JournalError> {
        let database = self.path.join("journal.sqlite3");
        let of = |found: io::Result<Metadata>, path: &Path| {
            found.map(|found| id(&found)).map_err(|error| failed(path, &error))
        };
        Ok(FolderIdentity {
            folder: of(self.held.metadata(), &self.path)?,
            database: of(database.metadata(), &database)?,
            path: self.path.clone(),
        })
    }
}

impl FolderIdentity {
    /// Do the names still lead to what was opened? Says in plain words when not.
    pub(super) fn still(&self) -> Result<(), String> {
        let leads_to = |path: &Path, what: (u64, u64)| path.metadata().is_ok_and(|found| id(&found) == what);
        let database = self.path.join("journal.sqlite3");
        let wrong = if !leads_to(&self.path, self.folder) {
            &self.path
        } else if !leads_to(&database, self.database) {
            &database
        } else {
            return Ok(());
        };
        Err(format!("{} was moved, removed or replaced while the server is using it", wrong.display()))
    }
}

fn id(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// Let go of in so many words: a process that is being started elsewhere in this program holds a copy of the descriptor
/// for a moment, and closing ours alone would leave the folder locked until then.
impl Drop for Folder {
    fn drop(&mut self) {
        for lock in [&self.lock, &self.held] {
            if let Err(error) = lock.unlock() {
                tracing::debug!(%error, "the data folder's lock goes with the process");
            }
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> JournalError {
    if no_room(error) { JournalError::Full } else { unusable(path, error) }
}

fn sign(lock: &mut File, now: Millis) -> io::Result<()> {
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

/// Who says in the lock file of a folder that it is in use.
fn noted(lock: &Path) -> String {
    if disk::is_link(lock) {
        return holder(&mut io::empty());
    }
    File::open(lock).map_or_else(|_| holder(&mut io::empty()), |mut lock| holder(&mut lock))
}

fn holder(lock: &mut impl Read) -> String {
    let mut note = String::new();
    let read = lock.take(NOTE_BYTES).read_to_string(&mut note);
    match (read, note.trim()) {
        (Ok(1..), note) if !note.is_empty() => note.to_owned(),
        _ => "another process".to_owned(),
    }
}
