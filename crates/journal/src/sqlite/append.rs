//! Storing requests. Two rows each, at the end of two tables: the slim one is what counting and retention walk over.

use super::catalogue::Route;
use super::fault::Fault;
use super::row::{Count, rejected_text, shape_word, signed};
use super::writer::Group;
use crate::port::Appended;
use crate::records::{Fate, NewRequest, SkipCode};
use rusqlite::params;

/// What a requeued event carries besides its request.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Again {
    pub(super) first_index: u32,
    pub(super) requeued: bool,
}

pub(super) fn append(group: &mut Group<'_>, request: &NewRequest) -> Result<Appended, Fault> {
    group.catalogue.knows_source(request.source)?;
    let route = group.catalogue.route(group.connection, &request.destinations)?;
    let number = store(group, request, &route, Again::default())?;
    let events = i64::from(request.events);
    if route.destinations.is_empty() {
        group.count(0, Count::Fate(Fate::Skipped(SkipCode::NoDestination)), events);
    }
    for destination in &route.destinations {
        group.count(destination.0, Count::Accepted, events);
    }
    Ok(Appended { number })
}

pub(super) fn store(
    group: &mut Group<'_>,
    request: &NewRequest,
    route: &Route,
    again: Again,
) -> Result<u64, Fault> {
    let (number, stored_number) = group.next_number();
    let open = if request.events == 0 { 0 } else { route.destinations.len() };
    let mut slim = group.connection.prepare_cached(
        "INSERT INTO requests (number, route, events, open, bytes, received_at) VALUES (?, ?, ?, ?, ?, ?)",
    )?;
    slim.execute(params![
        stored_number,
        route.id,
        request.events,
        signed(open as u64),
        signed(request.body.len() as u64),
        request.received_at.0,
    ])?;
    let mut whole = group.connection.prepare_cached(
        "INSERT INTO bodies
         (number, source, kind, request_id, request_ip, first_index, requeued, rejected, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    whole.execute(params![
        stored_number,
        request.source.0,
        shape_word(request.shape),
        &request.request_id[..],
        request.request_ip,
        again.first_index,
        again.requeued,
        rejected_text(&request.rejected)?,
        &request.body[..],
    ])?;
    Ok(number)
}
