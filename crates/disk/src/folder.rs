//! Makes folders durably and for their owner alone.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// The folder that a file is in, also when its path is a bare name.
pub fn parent(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the files that were created, renamed or removed in this folder survive a power cut. If this user may not read
/// the folder, or its file system does not support that, it is left to the system.
///
/// # Errors
/// What the system says.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error)
            if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput) =>
        {
            Ok(())
        }
        synchronised => synchronised,
    }
}

/// Makes this folder (mode 0700) and those above it that are missing, each durable in its own parent. Returns whether
/// the folder itself was made now; an existing folder is not changed.
///
/// # Errors
/// The system's error; also if a file that is not a folder has the name.
pub fn make_folder(folder: &Path) -> io::Result<bool> {
    let owner_only = 0o700;
    loop {
        return match DirBuilder::new().mode(owner_only).create(folder) {
            Ok(()) => sync_folder(parent(folder)).map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(false),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !parent(folder).is_dir() => {
                make_folder(parent(folder))?;
                continue;
            }
            Err(error) => Err(error),
        };
    }
}
