//! Takes a backup.

use super::manifest::{FORMAT, MANIFEST, Manifest, Packed, Summed};
use super::partial::{self, Partial};
use super::room::{self, room};
use super::{DATABASE, SealedKey};
use crate::config::{self, DataFolder};
use crate::failure::Failure;
use event::Millis;
use journal::{JournalError, Offline};
use secrecy::SecretString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A fast level, because a journal's bodies are compressed already.
const LEVEL: i32 = 3;

/// The room that must stay free on the disk, for the events that arrive meanwhile.
const LEFT_FREE: u64 = 64 << 20;

/// What a failure means for the data.
const UNTOUCHED: &str =
    "the data folder is untouched, and there is no backup of that name that was not there before";

/// A backup that was taken.
#[derive(Debug, Clone)]
pub struct TakenBackup {
    /// its folder
    pub folder: PathBuf,
    /// its manifest
    pub manifest: Manifest,
}

/// Takes a backup of this data folder into a folder that does not exist yet. With a passphrase it contains the key of
/// the console's secrets. It blocks for a long time if the journal is large; a running server goes on meanwhile.
///
/// # Errors
/// If the journal cannot be read, or the backup cannot be written; then no part of it is left.
pub fn take(
    data: &DataFolder,
    folder: &Path,
    passphrase: Option<&SecretString>,
    now: Millis,
) -> Result<TakenBackup, Failure> {
    let unwritable = |error: io::Error| unwritable(folder, &error);
    if folder.symlink_metadata().is_ok() {
        return Err(unwritable(io::Error::other("it is there already")));
    }
    if folder.file_name().is_none() {
        return Err(unwritable(io::Error::other("it has no name")));
    }
    let key = passphrase.map(|passphrase| sealed_key(data, passphrase)).transpose()?;
    let parent = disk::parent(folder);
    disk::make_folder(parent).map_err(unwritable)?;
    let partial = partial::of(folder);
    // The remains of an interrupted backup are removed before the free room is measured.
    partial::discard(&partial).map_err(unwritable)?;
    let journal = Offline::open(&data.path)?;
    let length = |name: &str| data.path.join(name).metadata().map_or(0, |found| found.len());
    // The room is needed for the copy and for its compressed form.
    let needed =
        (length(DATABASE) + length("journal.sqlite3-wal")).saturating_mul(2).saturating_add(LEFT_FREE);
    room(parent, needed, UNTOUCHED)?;
    let partial = Partial::make(partial).map_err(unwritable)?;
    let manifest = write(&journal, partial.path(), key, now, &unwritable)?;
    fs::rename(partial.path(), folder).and_then(|()| disk::sync_folder(parent)).map_err(unwritable)?;
    Ok(TakenBackup { folder: folder.to_owned(), manifest })
}

fn write(
    journal: &Offline,
    into: &Path,
    key: Option<SealedKey>,
    now: Millis,
    unwritable: &impl Fn(io::Error) -> Failure,
) -> Result<Manifest, Failure> {
    let copy = into.join(DATABASE);
    journal.copy_to(&copy, now).map_err(|error| match error {
        // The disk of the backup is full, not the journal's.
        JournalError::Full => unwritable(io::ErrorKind::StorageFull.into()),
        other => other.into(),
    })?;
    let packed = pack(&copy, into).map_err(unwritable)?;
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
    // Its folder is synchronised with it.
    disk::create(&into.join(MANIFEST), text.as_bytes()).map_err(unwritable)?;
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

/// A new file that only its owner can read.
pub(super) fn private(path: &Path) -> io::Result<File> {
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

fn unwritable(folder: &Path, error: &io::Error) -> Failure {
    room::unwritable(&format!("the backup {}", folder.display()), error, UNTOUCHED)
}
