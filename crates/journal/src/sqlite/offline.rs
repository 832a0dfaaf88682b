//! A data folder looked over without changing anything in it, whether a server runs on it or not.
//!
//! # How it is read
//! * While a server has it open: as any other reader does.
//! * Else without locks and without a file of shared memory, so that none is made. A write-ahead log that a crash left is
//!   read and left as it is; where there is none, the database is read as a file that nobody changes.
//!
//! Whoever starts a server meanwhile is not kept from it; that is said at the end, and a copy is begun again.

mod finding;
mod places;
mod rows;
mod rules;

pub use finding::Finding;

use super::fault::{Damage, Fault, unusable};
use super::schema;
use super::{documents, row};
use crate::code;
use crate::error::JournalError;
use crate::records::Document;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::{File, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What a data folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contents {
    /// the format of its tables
    pub format: u32,
    /// a server has it open
    pub in_use: bool,
    /// bytes of the database
    pub database_bytes: u64,
    /// bytes of its write-ahead log
    pub log_bytes: u64,
    /// requests stored
    pub requests: u64,
    /// dead letters kept
    pub dead_letters: u64,
}

/// See the module.
#[derive(Debug)]
pub struct Offline {
    folder: PathBuf,
    connection: Connection,
    format: u32,
    in_use: bool,
    stamps: Stamps,
}

/// What is seen of a file from outside: which it is, its length, and when it was last written to.
type Stamp = (u64, u64, i64, i64);

/// Those of the files that a server changes when it opens the folder.
type Stamps = [Option<Stamp>; 3];

impl Offline {
    /// Opens the journal of this folder for reading.
    ///
    /// # Errors
    /// [`JournalError::Unusable`] where there is no journal or it may not be read, [`JournalError::Damaged`] where its file
    /// is none, [`JournalError::Newer`].
    pub fn open(folder: &Path) -> Result<Offline, JournalError> {
        let database = folder.join("journal.sqlite3");
        let length = database.metadata().map_err(|error| unusable(&database, &error))?.len();
        if length == 0 {
            return Err(JournalError::Damaged(format!("{} is empty", database.display())));
        }
        let stamps = stamps(folder);
        let in_use = is_in_use(folder)?;
        let connection = connect(&database, in_use).map_err(Fault::from)?;
        let format = schema::format_of(&connection)?;
        Ok(Offline { folder: folder.to_owned(), connection, format, in_use, stamps })
    }

    /// Was it opened as a folder that nobody uses, and has somebody used it since? Then what was read may be torn.
    pub(super) fn was_disturbed(&self) -> bool {
        !self.in_use && (is_in_use(&self.folder).unwrap_or(true) || stamps(&self.folder) != self.stamps)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Is it of the format that this version writes?
    pub(super) fn is_current(&self) -> bool {
        self.format == schema::known()
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The format of its tables.
    pub fn format(&self) -> u32 {
        self.format
    }

    /// What it holds, and everything that is wrong with it or worth knowing. Reads all of it.
    pub fn inspect(&self) -> (Contents, Vec<Finding>) {
        let mut findings = Vec::new();
        self.whole(&mut findings);
        let known = schema::known();
        if self.format < known {
            findings.push(Finding {
                wrong: false,
                code: code::JOURNAL_OLDER,
                what: format!("the journal is of format {}, and this version writes {known}", self.format),
                what_to_do: "nothing: the next start brings it up to date; then its rows can be looked at, too",
            });
        } else {
            let damage = Damage::default();
            rows::look(&self.connection, &damage, &mut findings);
            places::look(&self.connection, &damage, &mut findings);
            rules::look(&self.connection, &mut findings);
        }
        self.companions(&mut findings);
        if self.was_disturbed() {
            findings.push(Finding {
                wrong: true,
                code: code::JOURNAL_CHANGED,
                what: "a server was started on the folder while it was looked over".to_owned(),
                what_to_do: "look it over again: what is said above may be of a moment in between",
            });
        }
        (self.contents(), findings)
    }

    /// The settings of this kind; those that were damaged are left out.
    ///
    /// # Errors
    /// When they cannot be read at all.
    pub fn documents(&self, kind: &str) -> Result<Vec<Document>, JournalError> {
        if self.format < 2 {
            return Ok(Vec::new());
        }
        let mut select =
            self.connection.prepare("SELECT key FROM documents WHERE kind = ?").map_err(Fault::from)?;
        let keys = select.query_map([kind], |row| row.get(0)).map_err(Fault::from)?;
        let keys: Vec<String> = keys.collect::<Result<_, _>>().map_err(Fault::from)?;
        let one = |key: &String| documents::one(&self.connection, kind, key).ok().flatten();
        Ok(keys.iter().filter_map(one).collect())
    }

    /// The file as SQLite sees it.
    fn whole(&self, findings: &mut Vec<Finding>) {
        let checked = || -> rusqlite::Result<Vec<String>> {
            let mut check = self.connection.prepare("PRAGMA integrity_check(20)")?;
            check.query_map([], |row| row.get(0))?.collect()
        };
        let wrong = match checked() {
            Ok(lines) => lines.into_iter().filter(|line| line != "ok").collect(),
            Err(error) => vec![error.to_string()],
        };
        // What SQLite quotes is names of tables and numbers.
        findings.extend(wrong.into_iter().map(|line| Finding {
            wrong: true,
            code: code::JOURNAL_DAMAGED,
            what: format!("the database is damaged: {}", line.replace('\n', " ")),
            what_to_do: "stop the server, keep a copy of the folder, then restore a backup or save what can be read with \
                         sqlite3 .recover",
        }));
    }

    /// Files beside the database.
    fn companions(&self, findings: &mut Vec<Finding>) {
        let search = self.folder.join("search.sqlite3");
        let header = std::fs::File::open(&search).and_then(|mut file| {
            let mut header = [0; 16];
            std::io::Read::read_exact(&mut file, &mut header)?;
            Ok(header)
        });
        if search.exists() && !header.is_ok_and(|header| &header == b"SQLite format 3\0") {
            findings.push(Finding {
                wrong: false,
                code: code::SEARCH_UNUSABLE,
                what: "search.sqlite3 is no database".to_owned(),
                what_to_do: "nothing: it holds nothing of its own, and the next start makes it anew",
            });
        }
    }

    fn contents(&self) -> Contents {
        let bytes = |name: &str| self.folder.join(name).metadata().map_or(0, |found| found.len());
        let count = |table: &str| {
            let sql = format!("SELECT count(*) FROM {table}");
            self.connection.query_row(&sql, [], |row| row.get(0)).map_or(0, row::unsigned)
        };
        Contents {
            format: self.format,
            in_use: self.in_use,
            database_bytes: bytes("journal.sqlite3"),
            log_bytes: bytes("journal.sqlite3-wal"),
            requests: count("requests"),
            dead_letters: count("dead_letters"),
        }
    }
}

/// The lock is signed by whoever opens the folder, also where nothing is written afterwards.
fn stamps(folder: &Path) -> Stamps {
    ["journal.sqlite3", "journal.sqlite3-wal", "lock"].map(|name| {
        let found = folder.join(name).metadata().ok()?;
        Some((found.ino(), found.len(), found.mtime(), found.mtime_nsec()))
    })
}

/// Does a process have the folder open? Asking changes nothing and keeps nobody out.
fn is_in_use(folder: &Path) -> Result<bool, JournalError> {
    let held = |path: &Path| -> Result<bool, JournalError> {
        let file = File::open(path).map_err(|error| unusable(path, &error))?;
        match file.try_lock_shared() {
            Ok(()) => {
                // The lock goes with the file; if it did not, nobody would be kept out for longer than this process lives.
                let _ = file.unlock();
                Ok(false)
            }
            Err(TryLockError::WouldBlock) => Ok(true),
            // A file system without locks.
            Err(TryLockError::Error(_)) => Ok(false),
        }
    };
    let lock = folder.join("lock");
    Ok(held(folder)? || (lock.exists() && held(&lock)?))
}

fn connect(database: &Path, in_use: bool) -> rusqlite::Result<Connection> {
    let read =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    if in_use {
        return schema::connect(&database.into(), schema::ConnectionRole::Reader);
    }
    let log = database.with_file_name("journal.sqlite3-wal");
    let left_by_a_crash = log.metadata().is_ok_and(|found| found.len() > 0);
    let options = if left_by_a_crash { "vfs=unix-none" } else { "immutable=1" };
    let connection = Connection::open_with_flags(format!("file:{}?{options}", escaped(database)), read)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// A path as a URI has it.
fn escaped(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    let escape =
        |byte: &u8| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
    path.as_os_str().as_bytes().iter().map(escape).collect()
}
