//! Writes several files: all of them or none.
//!
//! Each is written beside its place and moved there when all are complete. If one cannot be moved, the others are moved
//! back. Without `force` no existing file is touched, not even one that appears meanwhile.

use crate::failure::{Exit, Failure, code};
use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file to be written, readable by its owner only.
pub(super) struct NewFile {
    pub(super) path: PathBuf,
    pub(super) content: Vec<u8>,
}

/// The previous file.
struct Old {
    content: Vec<u8>,
    permissions: Permissions,
}

/// The folder a file is in, also when its path is a bare name.
pub(super) fn folder_of(file: &Path) -> &Path {
    disk::parent(file)
}

/// Writes them, in this order. `folder` is made if it does not exist.
pub(super) fn write(files: &[NewFile], folder: &Path, force: bool) -> Result<(), Failure> {
    may_be_written(files, force)?;
    if !folder_of(folder).is_dir() {
        // A folder inside a missing folder is more likely a typing error than intended.
        return Err(unwritable(folder, &io::Error::from(io::ErrorKind::NotFound)));
    }
    let made = disk::make_folder(folder).map_err(|error| unwritable(folder, &error))?;
    let done = write_all(files, force);
    if done.is_err() && made {
        // If another program has put a file into it meanwhile, it stays.
        let _ = fs::remove_dir(folder);
    }
    done
}

fn may_be_written(files: &[NewFile], force: bool) -> Result<(), Failure> {
    let mut there = Vec::new();
    for file in files {
        match fs::symlink_metadata(&file.path) {
            Ok(found) if force && !found.is_file() => {
                let error = io::Error::other("something else than an ordinary file has its name");
                return Err(unwritable(&file.path, &error));
            }
            Ok(_) if !force => there.push(file.path.display().to_string()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unwritable(&file.path, &error)),
        }
    }
    if there.is_empty() { Ok(()) } else { Err(exists(&there.join(", "))) }
}

fn exists(names: &str) -> Failure {
    Failure::new(code::IMPORT_EXISTS, format!("already there: {names}"))
        .exit(Exit::Usage)
        .means("nothing was written, and what is there was not touched")
        .advice("name a file in another folder with --out, or overwrite with --force")
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(code::IMPORT_UNWRITABLE, format!("{} cannot be written: {error}", path.display()))
        .means("nothing was written; what was there is as it was")
        .advice("see the folder, its permissions and its room")
}

/// Writes them without checking for existing files first.
pub(super) fn write_all(files: &[NewFile], force: bool) -> Result<(), Failure> {
    let mut ready = Vec::with_capacity(files.len());
    for file in files {
        ready.push(beside(&file.path, &file.content).map_err(|error| unwritable(&file.path, &error))?);
    }
    let mut moved: Vec<(&Path, Option<Old>)> = Vec::with_capacity(files.len());
    for (file, ready) in files.iter().zip(ready) {
        match put(ready, &file.path, force) {
            Ok(old) => moved.push((&file.path, old)),
            Err(error) => {
                take_back(moved)?;
                return Err(match error.kind() {
                    io::ErrorKind::AlreadyExists => exists(&file.path.display().to_string()),
                    _ => unwritable(&file.path, &error),
                });
            }
        }
    }
    for file in files {
        disk::sync_folder(folder_of(&file.path)).map_err(|error| {
            unwritable(&file.path, &error).means(
                "the files are there and complete, but it is not certain that they outlive a power cut",
            )
        })?;
    }
    Ok(())
}

/// A complete file in the same folder, under another name, which is removed if it is not moved.
fn beside(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".import-").permissions(Permissions::from_mode(0o600));
    let mut file = builder.tempfile_in(folder_of(path))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Moves it to its place; returns the previous file.
fn put(ready: NamedTempFile, path: &Path, force: bool) -> io::Result<Option<Old>> {
    if !force {
        ready.persist_noclobber(path).map_err(|error| error.error)?;
        return Ok(None);
    }
    let old = match fs::read(path) {
        Ok(content) => Some(Old { content, permissions: fs::metadata(path)?.permissions() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    ready.persist(path).map_err(|error| error.error)?;
    Ok(old)
}

/// Restores the previous files, the last first.
fn take_back(moved: Vec<(&Path, Option<Old>)>) -> Result<(), Failure> {
    for (path, old) in moved.into_iter().rev() {
        let restored = match old {
            None => fs::remove_file(path),
            Some(old) => beside(path, &old.content).and_then(|file| {
                file.as_file().set_permissions(old.permissions)?;
                file.persist(path).map(|_| ()).map_err(|error| error.error)
            }),
        };
        restored.map_err(|error| {
            unwritable(path, &error).means("this file is the new one, and the others may be the old ones")
        })?;
    }
    Ok(())
}
