//! Opens files, and refuses symbolic links in their places.

use nix::fcntl::OFlag;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Opens a file for reading and writing, and makes it (mode 0600) if it does not exist. A symbolic link is refused:
/// with one, an attacker could redirect the writes to another file.
///
/// # Errors
/// What the system says; for a symbolic link an error that says so.
pub fn open(path: &Path) -> io::Result<File> {
    let owner_only = 0o600;
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(owner_only)
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(path)
        .map_err(|error| explained(path, error))
}

/// Opens an existing file for reading only: the user needs no right to write to it, and a missing file is not made. A
/// symbolic link is refused.
///
/// # Errors
/// What the system says; for a symbolic link an error that says so.
pub fn open_for_reading(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(path)
        .map_err(|error| explained(path, error))
}

/// The text of a file of at most `limit` bytes. A symbolic link is refused.
///
/// # Errors
/// The system's error; for a symbolic link or a larger file, an error that says so.
pub fn read(path: &Path, limit: u64) -> io::Result<String> {
    let file = open_for_reading(path)?;
    let mut text = String::new();
    file.take(limit.saturating_add(1)).read_to_string(&mut text)?;
    if text.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text) }
}

/// Whether a symbolic link is in the place of this file. A file that cannot be examined does not count as one.
pub fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_symlink())
}

fn explained(path: &Path, error: io::Error) -> io::Error {
    if is_link(path) {
        return io::Error::new(error.kind(), "a symbolic link stands in its place, and is not followed");
    }
    error
}
