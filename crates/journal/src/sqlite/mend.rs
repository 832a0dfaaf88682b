//! Rows that say where events go and how far they are, looked at when the journal is opened, and mended where what they
//! said can be told from the rest.
//!
//! # Policy
//! * A checksum tells more than that something is wrong: where one value of a row is damaged and there are few that it
//!   can have been (a kind of source, a destination, a route, a word of the ledger), the one that suits is the right one.
//! * A count of the ledger follows from the others and from the log; a cursor from the log; what sources take from what is
//!   stored. Whether a destination is paused is told by its checksum, and InMoment's limit is asked for anew.
//! * Names are found again when they are asked for ([`Suspects`]).
//! * Every damaged row is said and counted, mended or not ([`Damage`](super::fault::Damage)). What cannot be told is left
//!   as the row has it, but a route that leads to no destination: it goes, and its events show as an imbalance.
//! * Rows of before there were checksums get theirs here.

mod ledger;
mod places;
mod suspects;

use super::fault::{self, Fault};
use super::row::json_text;
use super::{numbers, read, record, stored};
use crate::records::InFlightRecord;
use rusqlite::Connection;
pub(super) use suspects::Suspects;

/// Looks at these rows, and mends them in one transaction.
pub(super) fn mend(connection: &Connection) -> Result<Suspects, Fault> {
    let transaction = connection.unchecked_transaction()?;
    let mut suspects = Suspects::default();
    places::sources(connection, &mut suspects)?;
    places::routes(connection)?;
    places::destinations(connection, &mut suspects)?;
    calls_under_way(connection)?;
    ledger::mend(connection)?;
    mend_stored(connection)?;
    look_at_requests(connection)?;
    transaction.commit()?;
    Ok(suspects)
}

/// Rows of requests that are empty: what they were is lost, so that nothing of them is delivered, and it is said.
fn look_at_requests(connection: &Connection) -> Result<(), Fault> {
    // Every row is looked at: one that was overwritten does not lie where its number would be looked for.
    let sql = "SELECT count(*) FROM requests
               WHERE +number < 1 OR route IS NULL OR events IS NULL OR open IS NULL OR received_at IS NULL";
    match connection.query_row(sql, [], |row| row.get::<_, i64>(0)) {
        Ok(0) => Ok(()),
        Ok(empty) => {
            fault::notice_file(format!("{empty} rows of requests are empty: their events are not delivered"));
            Ok(())
        }
        // New events are taken all the same.
        Err(error) if fault::is_damage(&error) => {
            fault::notice_file(format!("requests cannot all be read: {error}"));
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Records of calls under way that were damaged are put together as one that says so: nothing tells which calls they were.
fn calls_under_way(connection: &Connection) -> Result<(), Fault> {
    let table = record::IN_FLIGHT;
    for (_, id) in read::destinations(connection)? {
        let (sound, lost) = record::all::<InFlightRecord>(connection, id, table)?;
        if lost == 0 {
            continue;
        }
        connection.execute("DELETE FROM in_flight WHERE destination = ?", [id.0])?;
        let marker = read::lost_flight(connection, numbers::end(connection)?)?;
        let records = sound.into_iter().map(|(_, record)| record).filter(|record| record.lane != marker.lane);
        for record in records.chain([marker.clone()]) {
            record::put(connection, table, id, &record.lane, &json_text(&record)?)?;
        }
    }
    Ok(())
}

fn mend_stored(connection: &Connection) -> Result<(), Fault> {
    if stored::load(connection)?.is_none() {
        fault::notice_row("stored", None);
        connection.execute("DELETE FROM stored", [])?;
        for (source, bytes) in stored::count(connection)? {
            stored::put(connection, source, bytes)?;
        }
    }
    let mut unsummed = connection.prepare("SELECT source, bytes FROM stored WHERE sum IS NULL")?;
    let rows = unsummed.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(u32, i64)> = rows.collect::<Result<_, _>>()?;
    rows.into_iter().try_for_each(|(source, bytes)| stored::put(connection, source, bytes))
}
