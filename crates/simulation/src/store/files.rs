//! The data folder on a disk that fails.

use event::Millis;
use faultfs::{Disk, Trouble, VFS};
use journal::{FileSystem, HeldFolder, JournalError};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// See the module.
pub(super) struct Files(pub(super) Arc<Disk>);

impl FileSystem for Files {
    fn vfs(&self) -> Option<&'static str> {
        Some(VFS)
    }

    fn hold(&self, folder: &Path, _: Millis) -> Result<HeldFolder, JournalError> {
        let database = folder.join("journal.sqlite3");
        self.0.make(&database).map_err(|trouble| match trouble {
            Trouble::Full => JournalError::Full,
            other => JournalError::Unusable(format!("{other:?}")),
        })?;
        let (path, in_place) = (folder.to_owned(), Box::new(|| Ok(())));
        Ok(HeldFolder { path, database, in_place, lock: Box::new(()) })
    }

    fn allocate(&self, file: &Path, bytes: u64) -> io::Result<()> {
        self.0.allocate(file, usize::try_from(bytes).unwrap_or(usize::MAX)).map_err(said)
    }

    fn try_write(&self, file: &Path, bytes: usize) -> io::Result<()> {
        self.0.try_write(file, bytes).map_err(said)
    }

    fn rewrite(&self, file: &Path) -> io::Result<()> {
        self.0.rewrite(file).map_err(said)
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        self.0.remove(file).map_err(said)
    }
}

fn said(trouble: Trouble) -> io::Error {
    match trouble {
        Trouble::Full => io::ErrorKind::StorageFull.into(),
        Trouble::Missing => io::ErrorKind::NotFound.into(),
        Trouble::Off | Trouble::Failed => io::Error::other("input/output error"),
    }
}
