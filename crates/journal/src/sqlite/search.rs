//! Finding stored events.

mod facts;
mod found;
mod names;
mod request;

use super::catalogue;
use super::fault::Fault;
use super::row::{signed, unsigned};
use crate::records::{ArchivedEvent, EventFilter, EventPage, Position};
use found::Finder;
use rusqlite::{Connection, params};

/// Requests that one page looks at, at most.
const PAGE_REQUESTS: i64 = 4_096;

/// Bytes of bodies that one page reads, about.
const PAGE_BYTES: usize = 32 << 20;

/// One event, whole.
pub(super) fn event(connection: &Connection, position: Position) -> Result<Option<ArchivedEvent>, Fault> {
    Finder::new(connection, &EventFilter::default())?.whole(position)
}

/// Events that match, newest first.
pub(super) fn events(
    connection: &Connection,
    filter: &EventFilter,
    limit: usize,
) -> Result<EventPage, Fault> {
    let end = catalogue::end(connection)?;
    let mut page = EventPage { indexed_to: end, end, ..EventPage::default() };
    let before = filter.before.unwrap_or(Position { request: end, index: 0 });
    let mut finder = Finder::new(connection, filter)?;
    let mut select = connection.prepare_cached(
        "SELECT number, events FROM requests WHERE number <= ? ORDER BY number DESC LIMIT ?",
    )?;
    let mut rows = select.query(params![signed(before.request), PAGE_REQUESTS])?;
    while let Some(row) = rows.next()? {
        let (number, events) = (unsigned(row.get(0)?), row.get::<_, u32>(1)?);
        let events = if number == before.request { events.min(before.index) } else { events };
        let places: Vec<u32> = (0..events).rev().collect();
        let (found, last) = finder.look(number, &places, limit - page.items.len())?;
        page.items.extend(found);
        page.next = Some(Position { request: number, index: last.unwrap_or(0) });
        if page.items.len() >= limit || finder.bytes >= PAGE_BYTES {
            return Ok(page);
        }
    }
    if page.next.is_some_and(|next| next.request <= 1) {
        page.next = None;
    }
    Ok(page)
}
