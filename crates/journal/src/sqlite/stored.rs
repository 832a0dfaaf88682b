//! What each source takes of the disk: the bodies of its requests as they are stored, the calls made for them, its dead
//! letters, and [`ROW_BYTES`] for the rows of each.
//!
//! The writer changes a source's row in the transaction that stores or removes something of it, so a crash leaves the two
//! together. A row that was damaged is counted anew from what is stored.

use super::fault::Fault;
use super::row::{signed, unsigned};
use super::sum::Sum;
use crate::records::SourceId;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// What the rows of a request or of a dead letter take besides its text, about. (The fourth step of the schema has it, too.)
pub(super) const ROW_BYTES: usize = 256;

/// Bytes by source.
pub(super) type Bytes = BTreeMap<u32, i64>;

/// What is stored durably, for those who ask without the writer.
#[derive(Default)]
pub(super) struct Stored(RwLock<BTreeMap<SourceId, u64>>);

impl Stored {
    /// The writer's figures, which are durable now.
    pub(super) fn publish(&self, changed: impl Iterator<Item = (u32, i64)>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(changed.map(|(source, bytes)| (SourceId(source), unsigned(bytes))));
    }

    pub(super) fn of(&self, source: SourceId) -> u64 {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&source).copied().unwrap_or(0)
    }

    pub(super) fn all(&self) -> BTreeMap<SourceId, u64> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The checksum of a source's row.
pub(super) fn sum(source: u32, bytes: i64) -> Sum {
    Sum::of("stored").number(source).number(bytes)
}

/// Every source's row; nothing when one of them was damaged.
pub(super) fn load(connection: &Connection) -> Result<Option<Bytes>, Fault> {
    let mut select = connection.prepare_cached("SELECT source, bytes, sum FROM stored")?;
    let mut rows = select.query([])?;
    let mut all = Bytes::new();
    while let Some(row) = rows.next()? {
        let (source, bytes): (u32, i64) = (row.get(0)?, row.get(1)?);
        if !sum(source, bytes).suits(row.get(2)?) {
            return Ok(None);
        }
        all.insert(source, bytes);
    }
    Ok(Some(all))
}

pub(super) fn put(connection: &Connection, source: u32, bytes: i64) -> Result<(), Fault> {
    let sql = "INSERT OR REPLACE INTO stored (source, bytes, sum) VALUES (?, ?, ?)";
    connection.prepare_cached(sql)?.execute(params![source, bytes, sum(source, bytes).done()])?;
    Ok(())
}

/// The same counted from the requests and dead letters themselves.
pub(super) fn count(connection: &Connection) -> Result<Bytes, Fault> {
    let sql = format!(
        "SELECT source, sum(bytes) FROM (
             SELECT source, bytes + {ROW_BYTES} AS bytes FROM requests
             UNION ALL
             SELECT source, octet_length(event) + ifnull(octet_length(packed), 0) + {ROW_BYTES} FROM dead_letters
         ) GROUP BY source"
    );
    let mut select = connection.prepare(&sql)?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What so many bytes of a text take, with their rows.
pub(super) fn with_rows(bytes: usize) -> i64 {
    signed((bytes + ROW_BYTES) as u64)
}
