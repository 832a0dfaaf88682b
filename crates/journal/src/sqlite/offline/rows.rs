//! Reads every row with a checksum that belongs to a request or a letter, or holds a record, as the server reads it.

use super::finding::Finding;
use crate::code;
use crate::records::{DestinationId, Fate, InFlightRecord, KnownUser, LaneRecord};
use crate::sqlite::bodies::{self, Slim};
use crate::sqlite::fault::{Damage, Fault, notice_row};
use crate::sqlite::row::unsigned;
use crate::sqlite::{documents, fates, letters, read, record};
use rusqlite::{Connection, Row};

/// Examines every row of one or several tables.
pub(super) type Look = fn(&Connection) -> Result<(), Fault>;

/// The largest number of rows that a finding names.
const NAMED: usize = 10;

/// Reads all rows; the damaged ones become one finding for each table.
pub(super) fn look(connection: &Connection, damage: &Damage, findings: &mut Vec<Finding>) {
    let tables: [(&'static str, Look); 6] = [
        ("requests", requests),
        ("fates", all_fates),
        ("dead_letters", all_letters),
        ("originals", originals),
        ("documents", settings),
        ("users", records),
    ];
    for (table, look) in tables {
        let read = look(connection);
        damage.look();
        if let Err(Fault(error)) = read {
            findings.push(unreadable(table, &error.to_string()));
        }
    }
    said(damage, findings);
}

/// The damaged rows that were found since the last call, by table.
pub(super) fn said(damage: &Damage, findings: &mut Vec<Finding>) {
    for (table, rows) in damage.take_rows() {
        let numbers: Vec<String> = rows.iter().flatten().take(NAMED).map(i64::to_string).collect();
        let named = match (numbers.len(), rows.len()) {
            (0, _) => String::new(),
            (named, all) if named < all => format!(": {} and more", numbers.join(", ")),
            _ => format!(": {}", numbers.join(", ")),
        };
        let what = format!(
            "{} of the table {table} {} not as {} written{named}",
            counted(rows.len()),
            if rows.len() == 1 { "is" } else { "are" },
            if rows.len() == 1 { "it was" } else { "they were" },
        );
        findings.push(Finding {
            wrong: true,
            code: code::JOURNAL_ROWS_DAMAGED,
            what,
            what_to_do: advice(table),
        });
    }
}

fn counted(rows: usize) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

fn advice(table: &str) -> &'static str {
    match table {
        "bodies" | "fates" => {
            "see the disk's health; what is pending of these requests becomes dead letters (event_unreadable) at the next start, \
             or restore a backup"
        }
        "dead_letters" | "originals" => {
            "see the disk's health; edit or discard the dead letter, or restore a backup"
        }
        "documents" => {
            "make the setting anew in the console, or restore a backup; the server may not start without it"
        }
        "in_flight" => {
            "nothing: answers that may have been sent are looked for at InMoment before they are sent again"
        }
        "users" | "links" | "lanes" => "nothing: what was known of the end user is asked for again",
        _ => "nothing: the next start tells these rows from the rest; see the disk's health",
    }
}

pub(super) fn unreadable(table: &str, error: &str) -> Finding {
    Finding {
        wrong: true,
        code: code::JOURNAL_DAMAGED,
        what: format!("the table {table} cannot be read to its end: {error}"),
        what_to_do: "stop the server, keep a copy of the folder, then restore a backup or save what can be read with sqlite3 \
                     .recover",
    }
}

fn each<T>(
    connection: &Connection,
    sql: &str,
    map: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    mut look: impl FnMut(T) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut select = connection.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        look(map(row)?)?;
    }
    Ok(())
}

fn requests(connection: &Connection) -> Result<(), Fault> {
    let sql = "SELECT number, route, events, received_at FROM requests";
    each(connection, sql, Slim::read, |slim| bodies::load(connection, slim).map(drop))
}

fn all_fates(connection: &Connection) -> Result<(), Fault> {
    let sql = "SELECT f.destination, f.request, f.decided, f.fates, f.sum, r.events FROM fates f
               LEFT JOIN requests r ON r.number = f.request";
    type Stored = (u32, i64, i64, Vec<u8>, Option<i64>, Option<i64>);
    let map = |row: &Row<'_>| -> rusqlite::Result<Stored> {
        let bytes = row.get(3).unwrap_or_default();
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, bytes, row.get(4)?, row.get(5)?))
    };
    each(connection, sql, map, |(destination, request, decided, bytes, sum, events)| {
        let count = bytes.iter().filter(|byte| **byte != Fate::PENDING).count() as u64;
        let fits =
            count == unsigned(decided) && events.is_none_or(|events| unsigned(events) == bytes.len() as u64);
        if !fits || !fates::sum(DestinationId(destination), request, decided, &bytes).suits(sum) {
            notice_row("fates", Some(request));
        }
        Ok(())
    })
}

fn all_letters(connection: &Connection) -> Result<(), Fault> {
    // A row that cannot be read has been recorded, and does not hide the others.
    each(
        connection,
        "SELECT id FROM dead_letters",
        |row| row.get(0),
        |id| {
            letters::check(connection, id);
            Ok(())
        },
    )
}

fn originals(connection: &Connection) -> Result<(), Fault> {
    each(
        connection,
        "SELECT request FROM originals",
        |row| row.get::<_, i64>(0),
        |request| {
            let _ = letters::original(connection, unsigned(request));
            Ok(())
        },
    )
}

fn settings(connection: &Connection) -> Result<(), Fault> {
    let map = |row: &Row<'_>| -> rusqlite::Result<(String, String)> { Ok((row.get(0)?, row.get(1)?)) };
    each(connection, "SELECT kind, key FROM documents", map, |(kind, key)| {
        let _ = documents::one(connection, &kind, &key);
        Ok(())
    })
}

fn records(connection: &Connection) -> Result<(), Fault> {
    for (_, id) in read::destinations(connection)? {
        record::all::<LaneRecord>(connection, id, record::LANES)?;
        record::all::<InFlightRecord>(connection, id, record::IN_FLIGHT)?;
        record::all::<KnownUser>(connection, id, record::USERS)?;
        record::look_at_texts(connection, id, record::LINKS)?;
    }
    Ok(())
}
