//! Chores, carried out within the writer's transaction. Which of them are due is decided by [`retention`](super::retention).

use super::attempts;
use super::chore::{CHORE_ROWS, Chore, Finished, Old};
use super::fault::Fault;
use super::group::Group;
use super::stored;
use crate::timeline::Span;
use rusqlite::{Connection, OptionalExtension, params};

/// Rows of calls that one chore forgets, about.
const CHORE_CALLS: usize = 1_024;

/// What a probe tries to store: about a small request.
const PROBE_BYTES: u32 = 64 * 1024;

/// Does a chore, within the writer's transaction: how much was done.
pub(super) fn carry_out(group: &mut Group<'_>, chore: &Chore) -> Result<u64, Fault> {
    let connection = group.connection;
    match chore {
        Chore::Forget(old, span) => forget(connection, *old, *span),
        Chore::Remove(finished) => remove(group, finished),
        Chore::GiveBack { pages } => give_back(connection, *pages),
        Chore::Probe => try_to_store(connection),
    }
}

/// Which rows go is the same for every machine that does this with the same content.
fn forget(connection: &Connection, old: Old, span: Span) -> Result<u64, Fault> {
    let mut delete = connection.prepare_cached(match old {
        Old::Seen => {
            "DELETE FROM seen WHERE rowid IN
             (SELECT rowid FROM seen INDEXED BY seen_by_time WHERE at BETWEEN ? AND ? ORDER BY at, rowid LIMIT ?)"
        }
        Old::Audit => {
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at BETWEEN ? AND ? ORDER BY at, id LIMIT ?)"
        }
        Old::Answers => {
            "DELETE FROM answers WHERE id IN
             (SELECT id FROM answers WHERE delivered_at BETWEEN ? AND ? ORDER BY delivered_at, id LIMIT ?)"
        }
        Old::Conflicts => {
            "DELETE FROM conflicts WHERE id IN
             (SELECT id FROM conflicts WHERE last_at BETWEEN ? AND ? ORDER BY last_at, id LIMIT ?)"
        }
        Old::Samples => {
            "DELETE FROM samples WHERE (at, destination) IN
             (SELECT at, destination FROM samples WHERE at BETWEEN ? AND ? ORDER BY at, destination LIMIT ?)"
        }
    })?;
    Ok(delete.execute(params![span.0, span.1, CHORE_ROWS])? as u64)
}

/// Removes the first of these, as many as the calls made for them allow; how many are gone.
fn remove(group: &mut Group<'_>, finished: &[Finished]) -> Result<u64, Fault> {
    let connection = group.connection;
    let mut fates = connection.prepare_cached(
        "DELETE FROM fates WHERE request = ?1 AND destination IN
         (SELECT destination FROM routes WHERE route = ?2)",
    )?;
    let mut body = connection.prepare_cached("DELETE FROM bodies WHERE number = ?")?;
    let mut slim =
        connection.prepare_cached("DELETE FROM requests WHERE number = ? RETURNING source, bytes")?;
    let mut original = connection.prepare_cached("DELETE FROM originals WHERE request = ?")?;
    let (mut calls, mut removed) = (CHORE_CALLS, 0);
    for one in finished {
        calls -= attempts::forget(connection, one.number, calls)?;
        if calls == 0 {
            break;
        }
        fates.execute([one.number, one.route])?;
        original.execute([one.number])?;
        body.execute([one.number])?;
        let gone = slim.query_row([one.number], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)));
        if let Some((source, bytes)) = gone.optional()? {
            group.stores(source, -(bytes + stored::with_rows(0)));
        }
        removed += 1;
    }
    Ok(removed)
}

fn give_back(connection: &Connection, pages: u32) -> Result<u64, Fault> {
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0));
    let free = number("freelist_count")?;
    let pages = free.saturating_sub(number("page_count")? / 8).min(pages);
    if pages > 0 {
        let mut vacuum = connection.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
        let mut rows = vacuum.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(u64::from(free.saturating_sub(number("freelist_count")?)))
}

/// Keeps one row of filler, and puts another in its place: room for the pages of a request is needed either way.
fn try_to_store(connection: &Connection) -> Result<u64, Fault> {
    connection.execute("INSERT INTO probe (filler) VALUES (zeroblob(?))", [PROBE_BYTES])?;
    connection.execute("DELETE FROM probe WHERE id < (SELECT max(id) FROM probe)", [])?;
    Ok(0)
}
