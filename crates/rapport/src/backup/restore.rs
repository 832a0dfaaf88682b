//! Restores a backup to a data folder.

use super::manifest::{FORMAT, MANIFEST, Manifest, Packed, Summed};
use super::partial::{self, Partial};
use super::room::{self, room};
use super::{DATABASE, code, take};
use crate::config;
use crate::failure::{Exit, Failure};
use journal::Offline;
use secrecy::{ExposeSecret, SecretString};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

/// The folder, inside the data folder, in which the data are written before they are complete.
const PARTIAL: &str = "restore.partial";

/// The size of the parts that are read and written.
const PIECE: usize = 1 << 20;

/// What a failure means for the data.
const NOTHING: &str = "nothing was restored; the backup is as it was";

/// The result of a restore.
#[derive(Debug, Clone)]
pub struct RestoredBackup {
    /// the backup's manifest
    pub manifest: Manifest,
    /// whether the key of the console's secrets was restored
    pub with_key: bool,
}

/// Restores a backup to a folder that does not exist yet or is empty. Everything is checked against the manifest, and
/// the journal is opened, in a folder `restore.partial` inside it, before any file gets its final name. Without a
/// passphrase a key in the backup is not restored. Blocks.
///
/// # Errors
/// If the backup is incomplete or unreadable, the folder is not empty, or it cannot be written. Then a folder that
/// existed is empty again, and a new one is removed; folders that were made above it stay.
pub fn restore(
    backup: &Path,
    folder: &Path,
    passphrase: Option<&SecretString>,
) -> Result<RestoredBackup, Failure> {
    let manifest = manifest(backup)?;
    let key = match (&manifest.key, passphrase) {
        (Some(key), Some(passphrase)) => Some(key.open(passphrase)?),
        (None, Some(_)) => {
            return Err(Failure::new(
                code::BACKUP_PASSPHRASE,
                "the backup holds no key, and a passphrase was given",
            )
            .exit(Exit::Usage)
            .means("nothing was written")
            .advice(
                "leave --passphrase out, and put the key that you kept apart into its place afterwards",
            ));
        }
        (_, None) => None,
    };
    let journal = journal_in(&manifest)?;
    let (made, _held) = vacant(folder)?;
    let done = put(backup, journal, folder, key.as_ref());
    if done.is_err() && made {
        // The folder is empty, unless another program has put a file into it.
        let _ = fs::remove_dir(folder);
    }
    done.map(|()| RestoredBackup { with_key: key.is_some(), manifest })
}

/// Compares the files of a backup with its manifest, and unpacks them without storing the result. The content of the
/// journal is not examined. Blocks.
///
/// # Errors
/// If it is incomplete or unreadable.
pub fn verify(backup: &Path) -> Result<Manifest, Failure> {
    let manifest = manifest(backup)?;
    let journal = journal_in(&manifest)?;
    // Nothing is written, so this error cannot occur.
    let unwritable = |error: io::Error| unusable(error.to_string());
    unpack(&backup.join(&journal.name), journal, io::sink(), unwritable)?;
    Ok(manifest)
}

fn manifest(backup: &Path) -> Result<Manifest, Failure> {
    let path = backup.join(MANIFEST);
    let text = disk::read(&path, config::MAX_LENGTH)
        .map_err(|error| unusable(format!("{} cannot be read: {error}", path.display())))?;
    let manifest: Manifest = serde_json::from_str(&text)
        .map_err(|error| unusable(format!("{} is no manifest of a backup: {error}", path.display())))?;
    if manifest.format > FORMAT {
        return Err(unusable(format!(
            "the backup is of format {}, and this version knows {FORMAT}; it was taken with version {}",
            manifest.format, manifest.program
        )));
    }
    Ok(manifest)
}

/// The only file of a backup.
fn journal_in(manifest: &Manifest) -> Result<&Packed, Failure> {
    match manifest.files.as_slice() {
        [file]
            if file.unpacked_name == DATABASE
                && Path::new(&file.name).file_name() == Some(file.name.as_ref()) =>
        {
            Ok(file)
        }
        _ => Err(unusable(format!(
            "the manifest does not name one file, in the backup, that becomes {DATABASE}"
        ))),
    }
}

/// Makes sure that the folder is empty, and keeps servers out of it as long as the returned file is open. Also returns
/// whether the folder was made.
fn vacant(folder: &Path) -> Result<(bool, File), Failure> {
    let occupied = |what: &str| {
        Failure::new(code::RESTORE_OCCUPIED, format!("{} {what}", folder.display()))
            .exit(Exit::Usage)
            .means("nothing was written and nothing was changed")
            .advice(
                "name a folder that is not there yet; move a data folder away before another takes its place",
            )
    };
    let made = disk::make_folder(folder).map_err(|error| occupied(&format!("cannot be made: {error}")))?;
    let unseen = |error: io::Error| occupied(&format!("cannot be looked at: {error}"));
    let held = File::open(folder).map_err(unseen)?;
    if matches!(held.try_lock_shared(), Err(TryLockError::WouldBlock)) {
        return Err(occupied("is in use by a server"));
    }
    // The remains of an interrupted restore may be removed.
    let is_ours = |entry: io::Result<fs::DirEntry>| entry.is_ok_and(|entry| entry.file_name() == PARTIAL);
    if fs::read_dir(folder).map_err(unseen)?.all(is_ours) {
        Ok((made, held))
    } else {
        Err(occupied("is not empty"))
    }
}

/// Writes and checks everything in a separate folder, and moves it to its place at the end.
fn put(backup: &Path, packed: &Packed, folder: &Path, key: Option<&SecretString>) -> Result<(), Failure> {
    let unwritable = |error: io::Error| room::unwritable(&folder.display().to_string(), &error, NOTHING);
    let partial = folder.join(PARTIAL);
    partial::discard(&partial).map_err(unwritable)?;
    room(folder, packed.unpacked_bytes, NOTHING)?;
    let partial = Partial::make(partial).map_err(unwritable)?;
    let target = take::private(&partial.path().join(DATABASE)).map_err(unwritable)?;
    let target = unpack(&backup.join(&packed.name), packed, target, unwritable)?;
    target.sync_all().map_err(unwritable)?;
    if let Some(key) = key {
        let text = format!("{}\n", key.expose_secret().trim());
        disk::create(&partial.path().join(config::KEY_FILE), text.as_bytes()).map_err(unwritable)?;
    }
    // Otherwise only the server would notice that the journal cannot be opened.
    Offline::open(partial.path())?;
    // The journal is moved last, because it makes the folder a data folder.
    let names = [key.map(|_| config::KEY_FILE), Some(DATABASE)];
    move_all(partial.path(), folder, names.into_iter().flatten()).map_err(unwritable)
}

/// Moves files of one folder to another that has none of these names; if one cannot be moved, none stays there.
fn move_all<'a>(from: &Path, to: &Path, names: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
    let mut moved = Vec::new();
    let outcome = names
        .into_iter()
        .try_for_each(|name| {
            fs::rename(from.join(name), to.join(name))?;
            moved.push(to.join(name));
            Ok(())
        })
        .and_then(|()| disk::sync_folder(to));
    if outcome.is_err() {
        for file in moved {
            // The first error is reported.
            let _ = fs::remove_file(file);
        }
    }
    outcome
}

/// Unpacks a file of a backup, and compares the bytes that were read and written with the manifest. Returns the target.
fn unpack<T: Write>(
    packed: &Path,
    file: &Packed,
    target: T,
    unwritable: impl Fn(io::Error) -> Failure,
) -> Result<T, Failure> {
    let broken = |what: &str| unusable(format!("{}: {what}", packed.display()));
    let read = |error: io::Error| broken(&format!("it cannot be read or unpacked: {error}"));
    let source = disk::open_for_reading(packed).map_err(read)?;
    let mut summed = Summed::new(BufReader::with_capacity(PIECE, source));
    let mut unpacking = zstd::stream::Decoder::new(&mut summed).map_err(read)?;
    // A window that is larger than that of any compression level would only waste memory.
    unpacking.window_log_max(27).map_err(read)?;
    let mut out = Summed::new(target);
    // It reads at most the declared size, because a small file can unpack to any size.
    copy(&mut (&mut unpacking).take(file.unpacked_bytes.saturating_add(1)), &mut out, read, &unwritable)?;
    drop(unpacking);
    copy(&mut summed, &mut io::sink(), read, &unwritable)?;
    let (_, bytes, sum) = summed.finish();
    let (target, unpacked_bytes, unpacked_sum) = out.finish();
    if (bytes, &sum) != (file.bytes, &file.sha256) {
        return Err(broken(
            "it is not as it was written: its length or its SHA-256 sum differs from the manifest's",
        ));
    }
    if (unpacked_bytes, &unpacked_sum) != (file.unpacked_bytes, &file.unpacked_sha256) {
        return Err(broken("what it unpacks to is not what was packed"));
    }
    Ok(target)
}

/// Copies to the end, and distinguishes errors of reading and of writing.
fn copy(
    from: &mut impl Read,
    to: &mut impl Write,
    unreadable: impl Fn(io::Error) -> Failure,
    unwritable: impl Fn(io::Error) -> Failure,
) -> Result<(), Failure> {
    let mut piece = vec![0; PIECE];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => to.write_all(piece.get(..read).unwrap_or_default()).map_err(&unwritable)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
}

fn unusable(what: String) -> Failure {
    Failure::new(code::BACKUP_UNUSABLE, what)
        .means(NOTHING)
        .advice("take another backup; the folder of [backup] may have one that is whole, and one of a later version wants the program that took it")
}

#[cfg(test)]
mod tests;
