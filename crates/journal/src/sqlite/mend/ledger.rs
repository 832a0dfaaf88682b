//! The ledger: each count follows from the others of its destination and from the log.

use crate::records::{DestinationId, Fate, LedgerTotals};
use crate::sqlite::fault::{Fault, notice_row};
use crate::sqlite::read;
use crate::sqlite::row::{Count, signed};
use crate::sqlite::sum;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};

/// A row as it is read.
struct Found {
    destination: i64,
    what: String,
    events: i64,
    sum: Option<i64>,
}

impl Found {
    fn sum(&self) -> i64 {
        u32::try_from(self.destination).map_or(-1, |id| sum::of_ledger(id, &self.what, self.events).done())
    }

    fn is_sound(&self) -> bool {
        self.sum.is_none_or(|sum| sum == self.sum())
    }
}

pub(super) fn mend(connection: &Connection) -> Result<(), Fault> {
    let rows = rows(connection)?;
    let damaged: Vec<&Found> = rows.iter().filter(|row| !row.is_sound()).collect();
    for row in rows.iter().filter(|row| row.sum.is_none()) {
        put(connection, row.destination, &row.what, row.events)?;
    }
    if damaged.is_empty() {
        return Ok(());
    }
    let known = known(connection)?;
    let taken: BTreeSet<(i64, String)> =
        rows.iter().filter(|row| row.is_sound()).map(|row| (row.destination, row.what.clone())).collect();
    // The counts that have to be restored: of these words, at these destinations.
    let mut wanted: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for row in damaged {
        notice_row("ledger", Some(row.destination));
        let sql = "DELETE FROM ledger WHERE destination = ? AND what = ?";
        connection.execute(sql, params![row.destination, row.what])?;
        if let Some((destination, what)) = place_of(row, &known, &taken) {
            put(connection, destination, &what, row.events)?;
        } else if known.contains(&row.destination) && is_word(&row.what) {
            wanted.entry(row.destination).or_default().insert(row.what.clone());
        } else {
            // It is not known which count the row was: if it is missing, the balance will show that.
            for destination in known.iter().filter(|id| **id != 0) {
                wanted.entry(*destination).or_default();
            }
        }
    }
    for (destination, words) in wanted {
        count_again(connection, destination, words)?;
    }
    Ok(())
}

fn rows(connection: &Connection) -> Result<Vec<Found>, Fault> {
    let mut select = connection.prepare("SELECT destination, what, events, sum FROM ledger")?;
    let rows = select.query_map([], |row| {
        Ok(Found {
            destination: row.get(0).unwrap_or(-1),
            what: row.get(1).unwrap_or_default(),
            events: row.get(2).unwrap_or_default(),
            sum: row.get(3).unwrap_or_default(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn put(connection: &Connection, destination: i64, what: &str, events: i64) -> Result<(), Fault> {
    let id = u32::try_from(destination).map_err(|_| Fault::unreadable("the ledger"))?;
    let sql = "INSERT OR REPLACE INTO ledger (destination, what, events, sum) VALUES (?, ?, ?, ?)";
    connection.execute(sql, params![id, what, events, sum::of_ledger(id, what, events).done()])?;
    Ok(())
}

/// All destinations, and destination 0, which stands for none.
fn known(connection: &Connection) -> Result<BTreeSet<i64>, Fault> {
    let ids = read::destinations(connection)?.into_iter().map(|(_, id)| i64::from(id.0));
    Ok(ids.chain([0]).collect())
}

fn is_word(what: &str) -> bool {
    Count::all().any(|count| count.word() == what)
}

/// Where the row's count belongs, if only its destination or its word was damaged.
fn place_of(row: &Found, known: &BTreeSet<i64>, taken: &BTreeSet<(i64, String)>) -> Option<(i64, String)> {
    let stored = row.sum?;
    let by_destination = known.iter().map(|id| (*id, row.what.clone()));
    let by_word = Count::all().map(|count| (row.destination, count.word().to_owned()));
    by_destination.chain(by_word).filter(|place| !taken.contains(place)).find(|(id, what)| {
        let id = u32::try_from(*id).ok();
        id.is_some_and(|id| sum::of_ledger(id, what, row.events).done() == stored)
    })
}

/// Counts what can be counted, and computes the rest from the balance.
fn count_again(connection: &Connection, destination: i64, mut words: BTreeSet<String>) -> Result<(), Fault> {
    let Some(id) = u32::try_from(destination).ok().filter(|id| *id != 0).map(DestinationId) else {
        // Events that are routed nowhere can only be counted if they are still stored.
        let sql = "SELECT ifnull(sum(events), 0) FROM requests WHERE route = 0";
        let events: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        return words.iter().try_for_each(|what| put(connection, 0, what, events));
    };
    let dead = Count::Fate(Fate::Dead).word();
    if words.remove(dead) {
        let sql = "SELECT count(*) FROM dead_letters WHERE destination = ?";
        let letters: i64 = connection.query_row(sql, [id.0], |row| row.get(0))?;
        put(connection, destination, dead, letters)?;
    }
    // If several are missing, all but one are counted from the stored fates, which gives their lowest possible value.
    while words.len() > 1 {
        let Some(what) = words.iter().rfind(|what| *what != Count::Accepted.word()).cloned() else { break };
        words.remove(&what);
        put(connection, destination, &what, stored_fates(connection, id, &what)?)?;
    }
    let totals = totals(connection, id)?;
    let what = words.pop_first().unwrap_or_else(|| missing(&totals).to_owned());
    let had = rows(connection)?.into_iter().find(|row| row.destination == destination && row.what == what);
    let had = had.map_or(0, |row| row.events);
    let imbalance = totals.imbalance();
    let right = if what == Count::Accepted.word() { had - imbalance } else { had + imbalance };
    if imbalance != 0 && right >= 0 {
        put(connection, destination, &what, right)?;
    }
    Ok(())
}

/// Which count is missing at a destination that has accepted events.
fn missing(totals: &LedgerTotals) -> &'static str {
    if totals.accepted == 0 { Count::Accepted.word() } else { Count::Fate(Fate::Delivered).word() }
}

fn totals(connection: &Connection, id: DestinationId) -> Result<LedgerTotals, Fault> {
    let names = read::destinations(connection)?;
    let name = names.into_iter().find(|(_, known)| *known == id).map(|(name, _)| name);
    let mut ledger = read::ledger(connection)?;
    Ok(name.and_then(|name| ledger.destinations.remove(&name)).unwrap_or_default())
}

/// How many of the stored fates have this word.
fn stored_fates(connection: &Connection, id: DestinationId, what: &str) -> Result<i64, Fault> {
    let mut select = connection.prepare("SELECT fates FROM fates WHERE destination = ?")?;
    let mut rows = select.query([id.0])?;
    let mut count = 0_u64;
    while let Some(row) = rows.next()? {
        let fates: Vec<u8> = row.get(0).unwrap_or_default();
        let of_word =
            |byte: &&u8| Fate::from_byte(**byte).is_some_and(|fate| Count::Fate(fate).word() == what);
        count += fates.iter().filter(of_word).count() as u64;
    }
    Ok(signed(count))
}
