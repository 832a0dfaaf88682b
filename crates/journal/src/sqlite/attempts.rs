//! Calls made, kept with the events they were made for.
//!
//! A call's row counts the rows that name it in `attempt_events`; retention takes those away with their requests, and
//! the call with the last of them. What a call takes counts as part of its first event's request.

use super::fault::Fault;
use super::group::Group;
use super::row::{json_of, json_text, signed, unsigned};
use crate::records::{Attempt, DestinationId, NewAttempt, Position};
use event::Millis;
use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, BTreeSet};

/// What a call's rows take besides its texts, about.
const ROW_BYTES: usize = 256;

pub(super) fn keep(group: &mut Group<'_>, id: DestinationId, attempt: &NewAttempt) -> Result<(), Fault> {
    let connection = group.connection;
    let mut stored = BTreeSet::new();
    for event in &attempt.events {
        if group.fates.is_stored(connection, id, *event)? {
            stored.insert(*event);
        }
    }
    let first = attempt.events.iter().find(|event| stored.contains(event));
    let Some(first) = first else { return Ok(()) };
    let (request, reply) = (cut(&attempt.request), cut(&attempt.reply));
    let named: Vec<(u64, u32)> =
        attempt.events.iter().take(Attempt::MAX_EVENTS).map(|one| (one.request, one.index)).collect();
    let mut insert = connection.prepare_cached(
        "INSERT INTO attempts (destination, events, event_count, kept, call, method, target, request, status,
         reply, result, started_at, took_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    insert.execute(params![
        id.0,
        json_text(&named)?,
        signed(attempt.events.len() as u64),
        signed(stored.len() as u64),
        attempt.call,
        attempt.method,
        attempt.target,
        request,
        attempt.status,
        reply,
        attempt.result,
        attempt.started_at.0,
        attempt.took_ms,
    ])?;
    let number = connection.last_insert_rowid();
    let mut name = connection.prepare_cached(
        "INSERT INTO attempt_events (request, event_index, destination, attempt) VALUES (?, ?, ?, ?)",
    )?;
    for event in &stored {
        name.execute(params![signed(event.request), event.index, id.0, number])?;
    }
    let bytes = request.len() + reply.len() + attempt.target.len() + ROW_BYTES;
    group.takes(first.request, bytes);
    Ok(())
}

/// As much of a text as is kept, whole characters only.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(Attempt::MAX_TEXT)]
}

pub(super) fn list(connection: &Connection, position: Position, limit: usize) -> Result<Vec<Attempt>, Fault> {
    let mut select = connection.prepare_cached(
        "SELECT * FROM attempts WHERE id IN
         (SELECT attempt FROM attempt_events WHERE request = ? AND event_index = ?) ORDER BY id LIMIT ?",
    )?;
    let mut rows = select.query(params![signed(position.request), position.index, signed(limit as u64)])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read_attempt(row)?);
    }
    Ok(all)
}

fn read_attempt(row: &Row<'_>) -> Result<Attempt, Fault> {
    let events: Vec<(u64, u32)> = json_of(&row.get::<_, String>("events")?, "a call's events")?;
    Ok(Attempt {
        id: unsigned(row.get("id")?),
        destination: DestinationId(row.get("destination")?),
        events: events.into_iter().map(|(request, index)| Position { request, index }).collect(),
        event_count: unsigned(row.get("event_count")?),
        call: row.get("call")?,
        method: row.get("method")?,
        target: row.get("target")?,
        request: row.get("request")?,
        status: row.get("status")?,
        reply: row.get("reply")?,
        result: row.get("result")?,
        started_at: Millis(row.get("started_at")?),
        took_ms: row.get("took_ms")?,
    })
}

/// Forgets what was made for the events of this request, at most so many rows of it; how many it were.
pub(super) fn forget(connection: &Connection, request: i64, most: usize) -> Result<usize, Fault> {
    let mut some = connection.prepare_cached(
        "SELECT event_index, destination, attempt FROM attempt_events WHERE request = ? LIMIT ?",
    )?;
    let rows = some.query_map(params![request, signed(most as u64)], |row| {
        Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?, row.get::<_, i64>(2)?))
    })?;
    let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
    let mut name = connection.prepare_cached(
        "DELETE FROM attempt_events WHERE request = ? AND event_index = ? AND destination = ? AND attempt = ?",
    )?;
    let mut names: BTreeMap<i64, i64> = BTreeMap::new();
    for (index, destination, attempt) in &rows {
        name.execute(params![request, index, destination, attempt])?;
        *names.entry(*attempt).or_default() += 1;
    }
    let mut less = connection.prepare_cached("UPDATE attempts SET kept = kept - ?2 WHERE id = ?1")?;
    let mut last = connection.prepare_cached("DELETE FROM attempts WHERE id = ? AND kept <= 0")?;
    for (attempt, names) in names {
        less.execute([attempt, names])?;
        last.execute([attempt])?;
    }
    Ok(rows.len())
}
