//! A copy of a journal to be kept elsewhere: whole, of one moment, taken while a server writes or not.
//!
//! The copy knows that it is one. What it has pending may have been delivered since by the journal that it is of, so before it is
//! let out of hand it is marked: any answer below its end may be at InMoment already and is looked for before it is sent
//! ([`InFlightRecord::RESTORED`]), and nothing is believed any more of what InMoment holds of an end user, so that identifies are
//! compared with what is there. Whatever way the copy takes into a data folder, a server that opens it goes by that.

use super::documents;
use super::fault::{Fault, unusable};
use super::offline::Offline;
use super::{numbers, record};
use crate::error::JournalError;
use crate::records::{DestinationId, DocumentChange, InFlightRecord};
use event::Millis;
use rusqlite::{Connection, OpenFlags, Transaction};
use std::path::Path;

/// The documents' kind of what a journal knows of itself.
pub const ITSELF: &str = "journal";

/// The document that a copy has: when it was taken, and since when it is in use.
pub const COPY: &str = "copy";

/// So often a copy is begun when servers come and go meanwhile.
const TRIES: u32 = 3;

impl Offline {
    /// Writes a copy of the journal as it is now to a file that is not there yet, in one reading: what is written meanwhile is not
    /// in it, and writers wait for nothing. The file is as large as what is in use of the journal. Where a server came into the
    /// folder after it was opened here without one, it is opened again as the server's reader. Blocks, for long.
    ///
    /// # Errors
    /// [`JournalError::Unusable`] where the journal is of an older format (its own version must copy it), the file cannot be
    /// written, or servers were started and stopped all the while; [`JournalError::Full`], [`JournalError::Damaged`].
    pub fn copy_to(&self, file: &Path, taken_at: Millis) -> Result<(), JournalError> {
        let mut whole = self.copy_once(file, taken_at)?;
        for _ in 1..TRIES {
            if whole {
                break;
            }
            whole = Offline::open(self.folder())?.copy_once(file, taken_at)?;
        }
        if whole {
            return Ok(());
        }
        Err(JournalError::Unusable(
            "servers were started and stopped on the folder while its journal was copied; take the copy again"
                .to_owned(),
        ))
    }

    /// One try. False where somebody used the folder meanwhile and we did not read as one who knows of others: then nothing is
    /// left of the copy.
    fn copy_once(&self, file: &Path, taken_at: Millis) -> Result<bool, JournalError> {
        if !self.is_current() {
            return Err(JournalError::Unusable(
                "the journal is of an older format; start this version once on it, or take the copy with the version that wrote it"
                    .to_owned(),
            ));
        }
        let path = file.to_str().ok_or_else(|| {
            JournalError::Unusable(format!("{} is no path that SQLite can be told", file.display()))
        })?;
        if file.exists() {
            return Err(JournalError::Unusable(format!("{} is there already", file.display())));
        }
        let copied = self.connection().execute("VACUUM INTO ?", [path]).map_err(Fault::from);
        // What was read without locks while somebody wrote may be torn, whether SQLite has noticed or not.
        if self.was_disturbed() {
            remove(file)?;
            return Ok(false);
        }
        copied?;
        mark(file, taken_at)?;
        Ok(true)
    }
}

fn remove(file: &Path) -> Result<(), JournalError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unusable(file, &error)),
        _ => Ok(()),
    }
}

fn mark(file: &Path, taken_at: Millis) -> Result<(), Fault> {
    let mut copy = Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(|error| Fault(unusable(file, &std::io::Error::other(error.to_string()))))?;
    let transaction = copy.transaction()?;
    doubt(&transaction, taken_at)?;
    transaction.commit()?;
    copy.close().map_err(|(_, error)| error.into())
}

fn doubt(copy: &Transaction<'_>, taken_at: Millis) -> Result<(), Fault> {
    let end = numbers::end(copy)?;
    let destinations: Vec<u32> = {
        let mut select = copy.prepare("SELECT id FROM destinations")?;
        select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?
    };
    for id in destinations {
        // Of a copy's copy, what was pending in the first one may be at InMoment since that was taken.
        let (records, _) = record::all::<InFlightRecord>(copy, DestinationId(id), record::IN_FLIGHT)?;
        let earlier = records.iter().filter(|(_, record)| record.call == InFlightRecord::RESTORED);
        let since = earlier.map(|(_, record)| record.started_at).fold(taken_at, Millis::min);
        let record = InFlightRecord::restored(end, since);
        let text = serde_json::to_string(&record).map_err(|_| Fault::unreadable("a mark"))?;
        record::put(copy, record::IN_FLIGHT, DestinationId(id), &record.lane, &text)?;
    }
    copy.execute("DELETE FROM users", [])?;
    let mark = DocumentChange::Put {
        kind: ITSELF.to_owned(),
        key: COPY.to_owned(),
        record: serde_json::json!({ "taken_at": taken_at.0 }).to_string(),
    };
    documents::write(copy, &[mark], taken_at)
}
