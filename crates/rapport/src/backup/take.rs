//! Taking a backup.

use super::manifest::{FORMAT, MANIFEST, Manifest, Packed, Summed};
use super::{DATABASE, SealedKey, code, free_bytes};
use crate::config::{self, DataFolder};
use crate::failure::Failure;
use event::Millis;
use journal::Offline;
use secrecy::SecretString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A fast level: a journal's bodies are compressed already.
const LEVEL: i32 = 3;

/// A disk that is left fuller than this has no room for the events that come meanwhile.
const LEFT_FREE: u64 = 64 << 20;

/// A backup that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// its folder
    pub folder: PathBuf,
    /// what it says of itself
    pub manifest: Manifest,
}

/// Takes a backup of this data folder into a folder that is not there yet. With a passphrase the key of the console's secrets
/// goes with it. Blocks, for long where the journal is large; a server that runs goes on meanwhile.
///
/// # Errors
/// When the journal cannot be read, or the backup not written; then nothing of it is left.
pub fn take(
    data: &DataFolder,
    folder: &Path,
    passphrase: Option<&SecretString>,
    now: Millis,
) -> Result<Taken, Failure> {
    let unwritable = |error: io::Error| unwritable(folder, &error);
    if folder.symlink_metadata().is_ok() {
        return Err(unwritable(io::Error::other("it is there already")));
    }
    let key = passphrase.map(|passphrase| sealed_key(data, passphrase)).transpose()?;
    let name = folder.file_name().ok_or_else(|| unwritable(io::Error::other("it has no name")))?;
    let parent = disk::parent(folder);
    fs::create_dir_all(parent).map_err(unwritable)?;
    let mut partial = name.to_owned();
    partial.push(".partial");
    let partial = parent.join(partial);
    // One that was broken off before: it has no name of a backup.
    clear(&partial).map_err(unwritable)?;
    let written = write(data, parent, &partial, key, now).and_then(|manifest| {
        fs::rename(&partial, folder).and_then(|()| disk::sync_folder(parent)).map_err(unwritable)?;
        Ok(Taken { folder: folder.to_owned(), manifest })
    });
    if written.is_err() {
        // What cannot be removed has no name of a backup, and is removed the next time.
        let _ = clear(&partial);
    }
    written
}

fn write(
    data: &DataFolder,
    parent: &Path,
    partial: &Path,
    key: Option<SealedKey>,
    now: Millis,
) -> Result<Manifest, Failure> {
    let unwritable = |error: io::Error| unwritable(partial, &error);
    let journal = Offline::open(&data.path)?;
    let length = |name: &str| data.path.join(name).metadata().map_or(0, |found| found.len());
    // The copy as it is, and compressed.
    let needed =
        (length(DATABASE) + length("journal.sqlite3-wal")).saturating_mul(2).saturating_add(LEFT_FREE);
    if let Some(free) = free_bytes(parent).filter(|free| *free < needed) {
        return Err(Failure::new(
            code::BACKUP_NO_ROOM,
            format!(
                "the backup may need {} MiB on the disk of {}, and {} MiB are free",
                needed >> 20,
                parent.display(),
                free >> 20
            ),
        )
        .means("nothing was written and nothing was changed")
        .advice("make room, or name a folder on another disk"));
    }
    fs::DirBuilder::new().mode(0o700).create(partial).map_err(unwritable)?;
    let copy = partial.join(DATABASE);
    journal.copy_to(&copy, now)?;
    let packed = pack(&copy, partial).map_err(unwritable)?;
    fs::remove_file(&copy).map_err(unwritable)?;
    let taken_at =
        jiff::Timestamp::from_millisecond(now.0).map_or_else(|_| now.0.to_string(), |at| at.to_string());
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        journal_format: journal.format(),
        taken_at_ms: now.0,
        taken_at,
        files: vec![packed],
        key,
    };
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| unwritable(error.into()))?;
    let file = private(&partial.join(MANIFEST)).map_err(unwritable)?;
    let whole = |mut file: File| file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    whole(file).and_then(|()| disk::sync_folder(partial)).map_err(unwritable)?;
    Ok(manifest)
}

fn pack(copy: &Path, into: &Path) -> io::Result<Packed> {
    let name = format!("{DATABASE}.zst");
    let mut from = Summed::new(BufReader::with_capacity(1 << 20, File::open(copy)?));
    let to = Summed::new(BufWriter::with_capacity(1 << 20, private(&into.join(&name))?));
    let mut packing = zstd::stream::Encoder::new(to, LEVEL)?;
    packing.include_checksum(true)?;
    io::copy(&mut from, &mut packing)?;
    let (mut to, bytes, sha256) = packing.finish()?.finish();
    to.flush()?;
    to.get_ref().sync_all()?;
    let (_, unpacked_bytes, unpacked_sha256) = from.finish();
    Ok(Packed { name, bytes, sha256, unpacked_name: DATABASE.to_owned(), unpacked_bytes, unpacked_sha256 })
}

/// A new file that its owner alone can read.
fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn sealed_key(data: &DataFolder, passphrase: &SecretString) -> Result<SealedKey, Failure> {
    let unusable = |what: String| {
        Failure::new(crate::failure::code::KEY_UNUSABLE, what)
            .means("nothing was written and nothing was changed")
            .advice("take the backup without the key, and keep that apart")
    };
    let found = config::key_text(&data.path, data.key_file.as_deref())
        .map_err(|error| unusable(error.to_string()))?;
    let text =
        found.ok_or_else(|| unusable("the data folder has no key yet: nothing is sealed".to_owned()))?;
    SealedKey::new(&text, passphrase)
}

fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn unwritable(folder: &Path, error: &io::Error) -> Failure {
    Failure::new(
        code::BACKUP_UNWRITABLE,
        format!("the backup {} cannot be written: {error}", folder.display()),
    )
    .means("the data folder is untouched, and there is no backup of that name that was not there before")
    .advice("name a folder that is not there yet, in one that this user may write to")
}
