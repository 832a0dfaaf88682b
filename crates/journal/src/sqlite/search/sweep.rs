//! Removes from the index what the journal no longer has: events one by one, their keys with their whole segment.

use super::failure::Failure;
use super::signals::Signals;
use super::store;
use crate::sqlite::readers::Readers;
use crate::sqlite::row::signed;
use rusqlite::{Connection, params};
use std::collections::HashSet;

/// The number of requests that are removed in one transaction.
const PIECE: usize = 1_024;

/// Removes these requests.
pub(super) fn sweep(store: &Connection, removed: &[u64]) -> rusqlite::Result<()> {
    if removed.is_empty() {
        return Ok(());
    }
    for piece in removed.chunks(PIECE) {
        let transaction = store.unchecked_transaction()?;
        let mut delete = store.prepare_cached("DELETE FROM events WHERE request = ?")?;
        for request in piece {
            delete.execute([signed(*request)])?;
        }
        drop(delete);
        transaction.commit()?;
    }
    drop_empty_segments(store)?;
    give_back(store)
}

/// Removes requests that the journal removed before a crash, so that the index did not learn of it. Each stretch ends with a
/// segment and begins where the one before ended, so there are no gaps.
pub(super) fn reconcile(store: &Connection, journal: &Readers, signals: &Signals) -> Result<(), Failure> {
    let mut lasts: Vec<i64> = store::segments(store, i64::MAX)?.iter().map(|segment| segment.last).collect();
    lasts.sort_unstable();
    let mut first = i64::MIN;
    for last in lasts.into_iter().chain([i64::MAX]) {
        let numbers = |connection: &Connection, table: &str, column: &str| {
            let sql = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} BETWEEN ? AND ?");
            let mut select = connection.prepare_cached(&sql)?;
            let rows = select.query_map([first, last], |row| row.get(0))?;
            rows.collect::<rusqlite::Result<Vec<i64>>>()
        };
        let stored = journal.read(|connection| Ok(numbers(connection, "requests", "number")?))?;
        let stored: HashSet<i64> = stored.into_iter().collect();
        let indexed = numbers(store, "events", "request")?;
        let gone: Vec<u64> = indexed
            .iter()
            .filter(|number| !stored.contains(number))
            .map(|number| number.unsigned_abs())
            .collect();
        sweep(store, &gone)?;
        first = last.saturating_add(1);
        if signals.stopping() {
            break;
        }
    }
    Ok(())
}

/// The segments without an event, except the newest, to which events are still added.
fn drop_empty_segments(store: &Connection) -> rusqlite::Result<()> {
    let mut select = store.prepare_cached(
        "SELECT segment FROM segments s WHERE segment < (SELECT max(segment) FROM segments)
         AND NOT EXISTS (SELECT 1 FROM events WHERE request BETWEEN s.first AND s.last)",
    )?;
    let empty: Vec<i64> = select.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for segment in empty {
        let transaction = store.unchecked_transaction()?;
        store.prepare_cached("DELETE FROM keys WHERE segment = ?")?.execute(params![segment])?;
        store.prepare_cached("DELETE FROM segments WHERE segment = ?")?.execute(params![segment])?;
        transaction.commit()?;
    }
    Ok(())
}

/// If more than an eighth of the pages of the file is free, the rest goes back to the file system.
fn give_back(store: &Connection) -> rusqlite::Result<()> {
    let number = |pragma: &str| store.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0));
    let pages = number("freelist_count")?.saturating_sub(number("page_count")? / 8);
    if pages > 0 {
        let mut vacuum = store.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
        let mut rows = vacuum.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(())
}
