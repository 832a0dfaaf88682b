//! The records of a destination: tables of a key, a record and a checksum, for what delivery must remember.

use super::fault::{Fault, is_lost, notice_record};
use super::sum::Sum;
use crate::records::DestinationId;
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;

/// A table of records of a destination's: a key, a record, a checksum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Records {
    pub(super) name: &'static str,
    /// writes one
    pub(super) put: &'static str,
    /// reads one by its key
    pub(super) get: &'static str,
    /// reads all of a destination's, by key
    pub(super) all: &'static str,
}

impl Records {
    /// Of one record.
    pub(super) fn sum(self, destination: i64, key: &str, record: &str) -> Sum {
        Sum::of(self.name).number(destination).text(key).text(record)
    }
}

macro_rules! table {
    ($table:literal, $key:literal, $record:literal) => {
        Records {
            name: $table,
            put: concat!(
                "INSERT OR REPLACE INTO ",
                $table,
                " (destination, ",
                $key,
                ", ",
                $record,
                ", sum) VALUES (?, ?, ?, ?)"
            ),
            get: concat!(
                "SELECT ",
                $record,
                ", sum FROM ",
                $table,
                " WHERE destination = ? AND ",
                $key,
                " = ?"
            ),
            all: concat!(
                "SELECT ",
                $key,
                ", ",
                $record,
                ", sum FROM ",
                $table,
                " WHERE destination = ? ORDER BY ",
                $key
            ),
        }
    };
}

pub(super) const LANES: Records = table!("lanes", "lane", "record");
pub(super) const IN_FLIGHT: Records = table!("in_flight", "lane", "record");
pub(super) const USERS: Records = table!("users", "end_user_id", "record");
pub(super) const LINKS: Records = table!("links", "external_id", "end_user_id");

/// Writes a record of the destination's, with its checksum.
pub(super) fn put(
    connection: &Connection,
    table: Records,
    id: DestinationId,
    key: &str,
    record: &str,
) -> Result<(), Fault> {
    let sum = table.sum(i64::from(id.0), key, record).done();
    connection.prepare_cached(table.put)?.execute(params![id.0, key, record, sum])?;
    Ok(())
}

/// The records of a destination with their keys.
type Keyed<T> = Vec<(String, T)>;

/// The records of a destination, in the order of their keys, and how many were damaged and left out: what they would have
/// said of a lane is found out anew.
pub(super) fn all<T: DeserializeOwned>(
    connection: &Connection,
    id: DestinationId,
    table: Records,
) -> Result<(Keyed<T>, u64), Fault> {
    let mut select = connection.prepare(table.all)?;
    let mut rows = select.query([id.0])?;
    let (mut all, mut lost) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let (key, record): (Option<String>, Option<String>) = (row.get(0).ok(), row.get(1).ok());
        let sum: Option<i64> = row.get(2).unwrap_or_default();
        let named = key.clone().unwrap_or_default();
        let read = key.zip(record).filter(|(key, record)| table.sum(id.0.into(), key, record).suits(sum));
        match read.and_then(|(key, record)| Some((key, serde_json::from_str(&record).ok()?))) {
            Some(read) => all.push(read),
            None => {
                lost += 1;
                notice_record(table.name, id.0, &named);
            }
        }
    }
    Ok((all, lost))
}

/// The same of records that are texts: only looked at.
pub(super) fn look_at_texts(connection: &Connection, id: DestinationId, table: Records) -> Result<(), Fault> {
    let mut select = connection.prepare(table.all)?;
    let mut rows = select.query([id.0])?;
    while let Some(row) = rows.next()? {
        let (key, record): (String, String) =
            (row.get(0).unwrap_or_default(), row.get(1).unwrap_or_default());
        if !table.sum(id.0.into(), &key, &record).suits(row.get(2).unwrap_or_default()) {
            notice_record(table.name, id.0, &key);
        }
    }
    Ok(())
}

/// One record by its key; one that was damaged is as if it were not there: InMoment is asked instead.
pub(super) fn one(
    connection: &Connection,
    id: DestinationId,
    table: Records,
    key: &str,
) -> Result<Option<String>, Fault> {
    let mut select = connection.prepare_cached(table.get)?;
    let row = select.query_row(params![id.0, key], |row| Ok((row.get(0)?, row.get(1)?)));
    let found: Option<(String, Option<i64>)> = match row {
        Err(error) if is_lost(&error) && error != rusqlite::Error::QueryReturnedNoRows => {
            notice_record(table.name, id.0, key);
            None
        }
        other => other.optional()?,
    };
    let sound = |(record, sum): (String, Option<i64>)| {
        let suits = table.sum(id.0.into(), key, &record).suits(sum);
        if !suits {
            notice_record(table.name, id.0, key);
        }
        suits.then_some(record)
    };
    Ok(found.and_then(sound))
}
