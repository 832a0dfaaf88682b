//! Making a backup into a data folder.

use super::manifest::{FORMAT, MANIFEST, Manifest, Packed, Summed};
use super::{code, free_bytes};
use crate::config;
use crate::failure::{Exit, Failure};
use journal::Offline;
use secrecy::{ExposeSecret, SecretString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// what the backup says of itself
    pub manifest: Manifest,
    /// the key of the console's secrets is there again
    pub with_key: bool,
}

/// Makes a data folder of a backup, in a folder that is not there yet or empty. Everything is checked against the manifest, and
/// the journal opened, before it has its name. Without a passphrase a key in the backup is left out. Blocks.
///
/// # Errors
/// When the backup is not whole, or the folder not empty; then nothing is left of what was written.
pub fn restore(backup: &Path, folder: &Path, passphrase: Option<&SecretString>) -> Result<Restored, Failure> {
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
    let made = vacant(folder)?;
    let done = unpack(backup, &manifest, folder, key.as_ref());
    if done.is_err() {
        for file in &manifest.files {
            let _ = fs::remove_file(partial(folder, file));
        }
        if made {
            let _ = fs::remove_dir_all(folder);
        }
    }
    done.map(|()| Restored { with_key: key.is_some(), manifest })
}

fn manifest(backup: &Path) -> Result<Manifest, Failure> {
    let path = backup.join(MANIFEST);
    let text = disk::read(&path, config::LONGEST)
        .map_err(|error| unusable(format!("{} cannot be read: {error}", path.display())))?;
    let manifest: Manifest = serde_json::from_str(&text)
        .map_err(|error| unusable(format!("{} is no manifest of a backup: {error}", path.display())))?;
    if manifest.format > FORMAT {
        return Err(unusable(format!(
            "the backup is of format {}, and this version knows {FORMAT}; it was taken with version {}",
            manifest.format, manifest.program
        )));
    }
    let plain = |name: &str| Path::new(name).file_name().is_some_and(|file| file == name);
    if !manifest.files.iter().all(|file| plain(&file.name) && plain(&file.unpacked_name)) {
        return Err(unusable("the manifest names files outside of the backup".to_owned()));
    }
    Ok(manifest)
}

/// Sees that nothing stands in the folder; true when it was made.
fn vacant(folder: &Path) -> Result<bool, Failure> {
    let occupied = |what: &str| {
        Failure::new(code::RESTORE_OCCUPIED, format!("{} {what}", folder.display()))
            .exit(Exit::Usage)
            .means("nothing was written and nothing was changed")
            .advice(
                "name a folder that is not there yet; move a data folder away before another takes its place",
            )
    };
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(false),
            Some(_) => Err(occupied("is not empty")),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
            made.map_err(|error| occupied(&format!("cannot be made: {error}")))?;
            Ok(true)
        }
        Err(error) => Err(occupied(&format!("cannot be looked at: {error}"))),
    }
}

fn partial(folder: &Path, file: &Packed) -> std::path::PathBuf {
    folder.join(format!("{}.partial", file.unpacked_name))
}

fn unpack(
    backup: &Path,
    manifest: &Manifest,
    folder: &Path,
    key: Option<&SecretString>,
) -> Result<(), Failure> {
    let needed = manifest.files.iter().fold(0_u64, |sum, file| sum.saturating_add(file.unpacked_bytes));
    if let Some(free) = free_bytes(folder).filter(|free| *free < needed) {
        return Err(Failure::new(
            code::BACKUP_NO_ROOM,
            format!(
                "{} MiB are needed on the disk of {}, and {} MiB are free",
                needed >> 20,
                folder.display(),
                free >> 20
            ),
        )
        .means("nothing was restored")
        .advice("make room, or name a folder on another disk"));
    }
    for file in &manifest.files {
        unpack_one(&backup.join(&file.name), file, &partial(folder, file))?;
    }
    let unwritable = |error: io::Error| {
        Failure::new(code::BACKUP_UNWRITABLE, format!("{} cannot be written: {error}", folder.display()))
            .means("nothing was restored")
            .advice("see the folder, its permissions and its room")
    };
    if let Some(key) = key {
        let text = format!("{}\n", key.expose_secret().trim());
        disk::create(&folder.join(config::KEY_FILE), text.as_bytes()).map_err(unwritable)?;
    }
    for file in &manifest.files {
        fs::rename(partial(folder, file), folder.join(&file.unpacked_name)).map_err(unwritable)?;
    }
    disk::sync_folder(folder).map_err(unwritable)?;
    // What cannot be opened would be found out by the server only.
    Offline::open(folder)?;
    Ok(())
}

fn unpack_one(packed: &Path, file: &Packed, to: &Path) -> Result<(), Failure> {
    let broken = |what: &str| unusable(format!("{}: {what}", packed.display()));
    let read = |error: io::Error| broken(&format!("it cannot be read or unpacked: {error}"));
    let source = disk::open(packed).map_err(read)?;
    let mut summed = Summed::new(BufReader::with_capacity(1 << 20, source));
    let mut unpacking = zstd::stream::Decoder::new(&mut summed).map_err(read)?;
    // A window larger than that of any level would take memory without need.
    unpacking.window_log_max(27).map_err(read)?;
    let target = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(read)?;
    let mut out = Summed::new(BufWriter::with_capacity(1 << 20, target));
    // Not more than it says: a small file can unpack to any size.
    io::copy(&mut (&mut unpacking).take(file.unpacked_bytes.saturating_add(1)), &mut out).map_err(read)?;
    drop(unpacking);
    io::copy(&mut summed, &mut io::sink()).map_err(read)?;
    let (_, bytes, sum) = summed.finish();
    let (mut target, unpacked_bytes, unpacked_sum) = out.finish();
    if (bytes, &sum) != (file.bytes, &file.sha256) {
        return Err(broken(
            "it is not as it was written: its length or its SHA-256 sum differs from the manifest's",
        ));
    }
    if (unpacked_bytes, &unpacked_sum) != (file.unpacked_bytes, &file.unpacked_sha256) {
        return Err(broken("what it unpacks to is not what was packed"));
    }
    let whole = |file: &File| file.sync_all();
    target.flush().and_then(|()| whole(target.get_ref())).map_err(read)
}

fn unusable(what: String) -> Failure {
    Failure::new(code::BACKUP_UNUSABLE, what)
        .means("nothing was restored; the backup is as it was")
        .advice("take another backup: there is one for each day where [backup] is configured")
}
