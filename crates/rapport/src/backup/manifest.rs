//! The manifest of a backup.

use super::passphrase::SealedKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// The manifest's file.
pub const MANIFEST: &str = "manifest.json";

/// The format of backups that this version writes.
pub const FORMAT: u32 = 1;

/// `manifest.json`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// the format of the backup
    pub format: u32,
    /// the version of the program that took it
    pub program: String,
    /// the format of the journal's tables
    pub journal_format: u32,
    /// when it was taken, UNIX milliseconds
    pub taken_at_ms: i64,
    /// the same time for people
    pub taken_at: String,
    /// its files
    pub files: Vec<Packed>,
    /// the key of the console's secrets, if it was requested
    #[serde(default)]
    pub key: Option<SealedKey>,
}

/// A file that is compressed with zstd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// its name in the backup
    pub name: String,
    /// its length
    pub bytes: u64,
    /// its SHA-256 sum, in hexadecimal
    pub sha256: String,
    /// its name in the data folder
    pub unpacked_name: String,
    /// its length there
    pub unpacked_bytes: u64,
    /// its sum there
    pub unpacked_sha256: String,
}

/// Counts the bytes that pass and computes their checksum.
pub(super) struct Summed<T> {
    inner: T,
    hash: Sha256,
    bytes: u64,
}

impl<T> Summed<T> {
    pub(super) fn new(inner: T) -> Summed<T> {
        Summed { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// The inner value, the number of bytes and their checksum.
    pub(super) fn finish(self) -> (T, u64, String) {
        let sum = self.hash.finalize();
        (self.inner, self.bytes, sum.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn passed(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
    }
}

impl<T: Write> Write for Summed<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.passed(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Summed<T> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.passed(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}
