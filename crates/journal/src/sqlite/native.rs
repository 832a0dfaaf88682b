//! The machine's own file system.

use super::file_system::{FileSystem, HeldFolder};
use super::folder::Folder;
use crate::error::JournalError;
use event::Millis;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A file is written over itself in pieces of this size.
const REWRITE_BYTES: usize = 1 << 20;

/// See the module.
pub(super) struct Native;

impl FileSystem for Native {
    fn vfs(&self) -> Option<&'static str> {
        None
    }

    fn hold(&self, folder: &Path, now: Millis) -> Result<HeldFolder, JournalError> {
        let held = Folder::open(folder, now)?;
        let (path, database) = (held.path().to_owned(), held.database()?);
        let identity = held.identity()?;
        Ok(HeldFolder { path, database, in_place: Box::new(move || identity.still()), lock: Box::new(held) })
    }

    fn allocate(&self, file: &Path, bytes: u64) -> io::Result<()> {
        let file = disk::open(file)?;
        if file.metadata()?.len() == bytes {
            return Ok(());
        }
        let twice = i64::try_from(bytes.saturating_mul(2)).unwrap_or(i64::MAX);
        nix::fcntl::posix_fallocate(&file, 0, twice)?;
        file.set_len(bytes)?;
        file.sync_all()
    }

    fn try_write(&self, path: &Path, bytes: usize) -> io::Result<()> {
        let outcome = disk::open(path).and_then(|mut file| {
            file.write_all(&vec![0; bytes])?;
            file.sync_all()
        });
        // What is left of it is written over the next time.
        let _ = std::fs::remove_file(path);
        outcome
    }

    fn rewrite(&self, path: &Path) -> io::Result<()> {
        // A missing file is not to be made.
        match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            found => found?,
        };
        let (file, mut piece, mut at) = (disk::open(path)?, vec![0; REWRITE_BYTES], 0);
        loop {
            let read = match file.read_at(&mut piece, at) {
                Ok(0) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            file.write_all_at(&piece[..read], at)?;
            at += read as u64;
        }
        if at > 0 { file.sync_all() } else { Ok(()) }
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        std::fs::remove_file(file)
    }
}

#[cfg(test)]
mod tests;
