//! Checks the room of the folders that a backup or a restore writes to, and explains errors of writing.

use super::code;
use crate::failure::Failure;
use std::io;
use std::path::Path;

/// Makes sure that this many bytes are free on the disk of an existing folder. If that cannot be determined, the disk
/// counts as having room.
///
/// # Errors
/// If fewer are free; `means` says what that means for the data.
pub(super) fn room(folder: &Path, needed: u64, means: &str) -> Result<(), Failure> {
    match disk::space(folder) {
        Ok(disk::Space { available: free, .. }) if free < needed => Err(Failure::new(
            code::BACKUP_NO_ROOM,
            format!(
                "{} MiB may be needed on the disk of {}, and {} MiB are free",
                needed >> 20,
                folder.display(),
                free >> 20
            ),
        )
        .means(means)
        .advice("make room, or name a folder on another disk")),
        _ => Ok(()),
    }
}

/// The error for this (`the backup /b/x`, `/data`) that cannot be written.
pub(super) fn unwritable(what: &str, error: &io::Error, means: &str) -> Failure {
    let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    let (code, advice) = if full {
        (code::BACKUP_NO_ROOM, "make room, or name a folder on another disk")
    } else {
        (
            code::BACKUP_UNWRITABLE,
            "name a folder that is not there yet, in one that this user may write to and that has room",
        )
    };
    Failure::new(code, format!("{what} cannot be written: {error}")).means(means).advice(advice)
}
