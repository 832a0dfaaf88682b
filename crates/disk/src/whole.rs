//! Writing a file as a whole.

use crate::folder::{parent, sync_folder};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The end of the name under which a file is written before it is moved to its place.
const ENDING: &str = "part";

/// Puts a file with this content in this place, durably. What was there before is replaced, and its permissions are
/// kept; a new file is readable by its owner only. A symbolic link is replaced and not followed.
///
/// Two processes that replace the same file at once must be kept apart by their callers.
///
/// # Errors
/// What the system says. Then the file is as it was before, unless only its folder could not be synchronised: then it
/// is the new one, and may be the old one again after a power cut.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let permissions = match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Some(found.permissions()),
        _ => None,
    };
    let ready = beside(path, content, permissions)?;
    put(&ready, fs::rename(&ready, path))?;
    sync_folder(parent(path))
}

/// The same for a file that must not be there yet.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when something has the name, also when it appeared meanwhile; else what the system
/// says.
pub fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let ready = beside(path, content, None)?;
    match fs::hard_link(&ready, path) {
        // A file system without hard links: the look above is all that can be had.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) =>
        {
            put(&ready, fs::rename(&ready, path))?;
        }
        linked => {
            put(&ready, linked)?;
            // One that stays is a second name of the same file; the next attempt removes it.
            let _ = fs::remove_file(&ready);
        }
    }
    sync_folder(parent(path))
}

/// Removes what an interrupted [`replace`] or [`create`] of this file left beside it.
///
/// # Errors
/// What the system says; nothing when nothing was left.
pub fn remove_leftover(path: &Path) -> io::Result<()> {
    match fs::remove_file(name_beside(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A complete and synchronised file beside the place it is meant for.
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

/// The outcome of a step; when it failed, the file beside goes, so that it takes no room on a full disk.
fn put(ready: &Path, outcome: io::Result<()>) -> io::Result<()> {
    if outcome.is_err() {
        // The first error is the one to tell of; a file that stays is removed by the next attempt.
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
