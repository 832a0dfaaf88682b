//! Finds out which users other than its owner may read or change a file or folder.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The permissions of users other than the owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// the group may read it
    pub group_reads: bool,
    /// everybody may read it
    pub all_read: bool,
    /// the group or everybody may change it
    pub others_write: bool,
    /// its permissions, as `chmod` takes them
    pub mode: u32,
}

/// The permissions of others for this file or folder; links are followed, because the file that is read in the end
/// matters.
///
/// # Errors
/// What the system says.
pub fn exposure(path: &Path) -> io::Result<Exposure> {
    let mode = std::fs::metadata(path)?.mode();
    Ok(Exposure {
        group_reads: mode & 0o040 != 0,
        all_read: mode & 0o004 != 0,
        others_write: mode & 0o022 != 0,
        mode: mode & 0o7777,
    })
}
