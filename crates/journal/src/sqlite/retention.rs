//! What is finished and may go, in pieces small enough that appends pass between them.
//!
//! # Policy
//! * A request is finished when every event of it has its fate at every destination it was routed to. Nothing else is
//!   ever removed; dead letters hold their events themselves.
//! * Finished requests go when they arrived longer ago than the age limit, and then oldest first while the bodies of
//!   all finished requests together are larger than the size limit.
//! * The newest request stays, whatever it is: the next number is one more than its own.
//! * Message ids are forgotten 24 hours after they were dealt with.
//! * Pages that become free are used again first; what is free beyond an eighth of the file goes back to the file
//!   system.

use super::fault::Fault;
use super::options::Options;
use super::queue::{Chore, Job, Queue, Swept};
use super::readers::Readers;
use super::row::{signed, unsigned};
use super::writer::Group;
use crate::port::JournalError;
use event::Millis;
use rusqlite::{Connection, params};
use std::sync::mpsc;

/// Rows of one chore.
const CHORE_ROWS: u32 = 512;

/// Bodies of one chore.
const CHORE_BYTES: u64 = 4 << 20;

/// Pages of one chore: each may have to be moved to where another was.
const CHORE_PAGES: u32 = 256;

/// Chores of one kind in one tick. More waits for the next.
const CHORES: usize = 2_000;

/// What a probe tries to store: about a small request.
const PROBE_BYTES: u32 = 64 * 1024;

/// How long a message id is remembered (the promise of `Change::Seen`).
const SEEN_MS: i64 = 24 * 60 * 60 * 1000;

/// Does what is due at this time.
pub(super) fn maintain(
    queue: &Queue,
    readers: &Readers,
    options: &Options,
    now: Millis,
) -> Result<(), JournalError> {
    let before = Millis(now.0.saturating_sub(SEEN_MS));
    repeat(queue, |_| Some(Chore::ForgetSeen(before)), |swept| swept.count >= u64::from(CHORE_ROWS))?;

    let age = i64::try_from(options.retention_age.as_millis()).unwrap_or(i64::MAX);
    let before = Millis(now.0.saturating_sub(age));
    let older = |done: &Swept| Some(Chore::RemoveOlder { from: done.next, before });
    repeat(queue, older, |swept| swept.count > 0)?;

    let excess = readers.read(finished_bytes)?.saturating_sub(options.retention_bytes);
    let oldest = |done: &Swept| {
        let excess = excess.saturating_sub(done.bytes);
        (excess > 0).then_some(Chore::RemoveOldest { from: done.next, excess })
    };
    repeat(queue, oldest, |swept| swept.count > 0)?;
    repeat(queue, |_| Some(Chore::GiveBack { pages: CHORE_PAGES }), |swept| swept.count > 0)
}

/// Asks the writer whether there is room again; its health tells.
pub(super) fn probe(queue: &Queue) -> Result<(), JournalError> {
    ask(queue, Chore::Probe).map(drop)
}

/// One chore after the other, until there is none or the last says that was all.
fn repeat(
    queue: &Queue,
    next: impl Fn(&Swept) -> Option<Chore>,
    more: impl Fn(&Swept) -> bool,
) -> Result<(), JournalError> {
    let mut total = Swept::default();
    for _ in 0..CHORES {
        let Some(chore) = next(&total) else { break };
        let swept = ask(queue, chore)?;
        total =
            Swept { count: total.count + swept.count, bytes: total.bytes + swept.bytes, next: swept.next };
        if !more(&swept) {
            break;
        }
    }
    Ok(())
}

fn ask(queue: &Queue, chore: Chore) -> Result<Swept, JournalError> {
    let (reply, answer) = mpsc::channel();
    queue.push(Job::Chore { chore, reply });
    answer.recv().unwrap_or(Err(JournalError::Closed))
}

fn finished_bytes(connection: &Connection) -> Result<u64, Fault> {
    let sql = "SELECT ifnull(sum(bytes), 0) FROM requests WHERE open = 0";
    Ok(unsigned(connection.query_row(sql, [], |row| row.get(0))?))
}

/// Does a chore, within the writer's transaction.
pub(super) fn sweep(group: &mut Group<'_>, chore: Chore) -> Result<Swept, Fault> {
    let connection = group.connection;
    match chore {
        Chore::ForgetSeen(before) => forget_seen(connection, before),
        Chore::RemoveOlder { from, before } => remove(connection, from, before, CHORE_BYTES),
        Chore::RemoveOldest { from, excess } => {
            remove(connection, from, Millis(i64::MAX), excess.min(CHORE_BYTES))
        }
        Chore::GiveBack { pages } => give_back(connection, pages),
        Chore::Probe => try_to_store(connection),
    }
}

fn forget_seen(connection: &Connection, before: Millis) -> Result<Swept, Fault> {
    let mut delete = connection.prepare_cached(
        "DELETE FROM seen WHERE (destination, source, hash) IN
         (SELECT destination, source, hash FROM seen INDEXED BY seen_by_time WHERE at < ? LIMIT ?)",
    )?;
    let count = delete.execute(params![before.0, CHORE_ROWS])? as u64;
    Ok(Swept { count, ..Swept::default() })
}

/// Removes finished requests that arrived before then, from this number up, until so many bytes are gone.
fn remove(connection: &Connection, from: u64, before: Millis, bytes: u64) -> Result<Swept, Fault> {
    let mut select = connection.prepare_cached(
        "SELECT number, route, bytes FROM requests
         WHERE number >= ? AND number < (SELECT max(number) FROM requests) AND open = 0 AND received_at < ?
         ORDER BY number LIMIT ?",
    )?;
    let rows = select.query_map(params![signed(from), before.0, CHORE_ROWS], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, unsigned(row.get(2)?)))
    })?;
    let finished: Vec<(i64, i64, u64)> = rows.collect::<Result<_, _>>()?;
    let mut fates = connection.prepare_cached(
        "DELETE FROM fates WHERE request = ?1 AND destination IN
         (SELECT destination FROM routes WHERE route = ?2)",
    )?;
    let mut body = connection.prepare_cached("DELETE FROM bodies WHERE number = ?")?;
    let mut slim = connection.prepare_cached("DELETE FROM requests WHERE number = ?")?;
    let mut swept = Swept { next: from, ..Swept::default() };
    for (number, route, size) in finished {
        if swept.bytes >= bytes {
            break;
        }
        fates.execute([number, route])?;
        body.execute([number])?;
        slim.execute([number])?;
        swept = Swept {
            count: swept.count + 1,
            bytes: swept.bytes + size,
            next: unsigned(number).saturating_add(1),
        };
    }
    Ok(swept)
}

fn give_back(connection: &Connection, pages: u32) -> Result<Swept, Fault> {
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0));
    let free = number("freelist_count")?;
    let pages = free.saturating_sub(number("page_count")? / 8).min(pages);
    if pages > 0 {
        let mut vacuum = connection.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
        let mut rows = vacuum.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(Swept { count: u64::from(free.saturating_sub(number("freelist_count")?)), ..Swept::default() })
}

/// Keeps one row of filler, and puts another in its place: room for the pages of a request is needed either way.
fn try_to_store(connection: &Connection) -> Result<Swept, Fault> {
    connection.execute("INSERT INTO probe (filler) VALUES (zeroblob(?))", [PROBE_BYTES])?;
    connection.execute("DELETE FROM probe WHERE id < (SELECT max(id) FROM probe)", [])?;
    Ok(Swept::default())
}
