//! Folders in which a backup, or a restored data folder, is written before it gets its final name.
//!
//! An interrupted attempt leaves such a folder behind; the next attempt removes it. Only files that Rapport wrote are
//! removed, and only if no process writes them.

use super::{DATABASE, MANIFEST};
use crate::config;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The suffix of such a folder's name.
pub(super) const ENDING: &str = ".partial";

/// A folder that is being written. It is removed when this is dropped, unless it has got its final name.
#[derive(Debug)]
pub(super) struct Partial {
    path: PathBuf,
    /// locked while it is being written
    _held: File,
}

impl Partial {
    /// Makes the folder for its owner only. The remains of an interrupted attempt are removed.
    ///
    /// # Errors
    /// The system's error; also if the folder has other files, or another process writes there.
    pub(super) fn make(path: PathBuf) -> io::Result<Partial> {
        discard(&path)?;
        if !disk::make_folder(&path)? {
            return Err(written_by_another(&path));
        }
        let held = File::open(&path)?;
        // The lock is shared, so that the journal in it can be opened as one without a server.
        match held.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Err(written_by_another(&path)),
            // A file system without locks cannot keep other processes out.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Partial { path, _held: held }),
        }
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // If it cannot be removed, it does not have the final name, and the next attempt removes it.
        let _ = remove(&self.path);
    }
}

/// The folder in which this is written before it gets this name.
pub(super) fn of(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(ENDING);
    PathBuf::from(name)
}

/// Removes the remains of an interrupted attempt, if there are any.
///
/// # Errors
/// What the system says; [`io::ErrorKind::WouldBlock`] if another process writes there, and an error that says so if it
/// has files that Rapport did not write.
pub(super) fn discard(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Ok(found) if !found.is_dir() => {
            return Err(io::Error::other(format!(
                "{} is not ours: move it to another place",
                path.display()
            )));
        }
        looked => looked?,
    };
    let folder = File::open(path)?;
    match folder.try_lock() {
        Err(TryLockError::WouldBlock) => Err(written_by_another(path)),
        Ok(()) | Err(TryLockError::Error(_)) => remove(path),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    ours(path)?.into_iter().try_for_each(fs::remove_file)?;
    fs::remove_dir(path)
}

/// The files of such a folder, all of which Rapport wrote.
///
/// # Errors
/// The system's error, and an error that says so if it has files that Rapport did not write.
pub(super) fn ours(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if !(entry.file_name().to_str().is_some_and(is_ours) && entry.file_type()?.is_file()) {
            return Err(io::Error::other(format!(
                "{} is not ours: move it to another place",
                entry.path().display()
            )));
        }
        files.push(entry.path());
    }
    Ok(files)
}

/// Whether Rapport writes a file of this name in such a folder.
fn is_ours(name: &str) -> bool {
    let of_the_journal = ["", ".zst", "-wal", "-shm", "-journal"];
    let small = |whole: &str| name.strip_prefix(whole).is_some_and(|rest| ["", ".part"].contains(&rest));
    name.strip_prefix(DATABASE).is_some_and(|rest| of_the_journal.contains(&rest))
        || small(MANIFEST)
        || small(config::KEY_FILE)
}

fn written_by_another(path: &Path) -> io::Error {
    let what = format!("another process is writing in {}", path.display());
    io::Error::new(io::ErrorKind::WouldBlock, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_broken_off_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = of(&folder.path().join("backup"));
        let ours = [DATABASE, "journal.sqlite3.zst", "journal.sqlite3-journal", MANIFEST, "secret-key.part"];
        fs::create_dir(&path).unwrap();
        for name in ours {
            fs::write(path.join(name), "half").unwrap();
        }
        fs::write(path.join("photo.jpg"), "precious").unwrap();
        let refused = discard(&path).unwrap_err().to_string();
        assert!(refused.contains("photo.jpg"), "{refused}");
        assert!(Partial::make(path.clone()).is_err());
        assert_eq!(fs::read_dir(&path).unwrap().count(), ours.len() + 1, "all of it is left as it was");
        fs::remove_file(path.join("photo.jpg")).unwrap();
        fs::create_dir(path.join("manifest.json.part")).unwrap();
        assert!(discard(&path).is_err(), "a folder is never a file of ours");
        fs::remove_dir(path.join("manifest.json.part")).unwrap();
        discard(&path).unwrap();
        assert!(!path.exists());

        let elsewhere = folder.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join(MANIFEST), "precious").unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert!(discard(&path).is_err());
        assert!(elsewhere.join(MANIFEST).exists(), "a link is not followed");
    }

    #[test]
    fn one_that_is_being_written_is_not_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let (name, path) = (folder.path().join("backup"), of(&folder.path().join("backup")));
        let written = Partial::make(path.clone()).unwrap();
        fs::write(written.path().join(MANIFEST), "half").unwrap();
        assert_eq!(discard(&path).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        assert_eq!(Partial::make(path.clone()).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        assert!(path.join(MANIFEST).exists());
        drop(written);
        assert!(!path.exists());
        let written = Partial::make(path).unwrap();
        fs::rename(written.path(), &name).unwrap();
        drop(written);
        assert!(name.exists(), "it has its name");
    }
}
