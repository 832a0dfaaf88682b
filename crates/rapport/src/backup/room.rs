//! Places that a backup, or what is made of one, is written to: have they room, and what is wrong when they cannot be written.

use super::code;
use crate::failure::Failure;
use std::io;
use std::path::Path;

/// Sees that so many bytes are free on the disk of a folder that is there. Where that cannot be told, there is room.
///
/// # Errors
/// When there are less; `means` is said of the data.
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

/// What is said when this (`the backup /b/x`, `/data`) cannot be written.
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
