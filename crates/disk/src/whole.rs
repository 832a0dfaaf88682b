//! Writing a file as a whole.

use crate::folder::{parent, sync_folder};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The suffix of the name under which a file is written before it is moved to its place.
const ENDING: &str = "part";

/// Writes a file with this content durably. An existing file is replaced, and its permissions are kept; a new file is
/// readable only by its owner. A symbolic link is replaced and not followed.
///
/// Two processes that replace the same file at once must be kept apart by their callers.
///
/// # Errors
/// The system's error. The file is then unchanged, unless only its folder could not be synchronised: then it has the
/// new content, and may have the old content again after a power cut.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let permissions = match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Some(found.permissions()),
        _ => None,
    };
    let ready = beside(path, content, permissions)?;
    put(&ready, fs::rename(&ready, path))?;
    sync_folder(parent(path))
}

/// The same for a file that must not exist yet.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if the name exists, also if it appeared meanwhile; else the system's error.
pub fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let ready = beside(path, content, None)?;
    match fs::hard_link(&ready, path) {
        // The file system has no hard links, so the check above has to suffice.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) =>
        {
            put(&ready, fs::rename(&ready, path))?;
        }
        linked => {
            put(&ready, linked)?;
            // If it stays, it is a second name of the same file; the next attempt removes it.
            let _ = fs::remove_file(&ready);
        }
    }
    sync_folder(parent(path))
}

/// Removes the file that an interrupted [`replace`] or [`create`] left beside this file.
///
/// # Errors
/// The system's error. It is not an error if there is no such file.
fn remove_leftover(path: &Path) -> io::Result<()> {
    match fs::remove_file(name_beside(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A complete and synchronised file beside its final place.
fn beside(path: &Path, content: &[u8], permissions: Option<Permissions>) -> io::Result<PathBuf> {
    remove_leftover(path)?;
    let ready = name_beside(path);
    let owner_only = 0o600;
    let file = OpenOptions::new().write(true).create_new(true).mode(owner_only).open(&ready)?;
    let written = fill(file, content, permissions);
    put(&ready, written)?;
    Ok(ready)
}

fn fill(mut file: File, content: &[u8], permissions: Option<Permissions>) -> io::Result<()> {
    file.write_all(content)?;
    if let Some(permissions) = permissions {
        file.set_permissions(Permissions::from_mode(permissions.mode() & 0o7777))?;
    }
    file.sync_all()
}

/// The outcome of a step; if it failed, the file beside is removed, so that it takes no room on a full disk.
fn put(ready: &Path, outcome: io::Result<()>) -> io::Result<()> {
    if outcome.is_err() {
        // The first error is reported; a file that stays is removed by the next attempt.
        let _ = fs::remove_file(ready);
    }
    outcome
}

fn name_beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ENDING);
    PathBuf::from(name)
}
