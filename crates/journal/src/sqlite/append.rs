//! Storing requests. Two rows each, at the end of two tables: the slim one is what counting and retention walk over.

use super::bodies::{self, Again, Slim};
use super::catalogue::Route;
use super::fault::Fault;
use super::group::Group;
use super::row::{Count, signed};
use super::stored;
use crate::packed::Packed;
use crate::port::Appended;
use crate::records::{Fate, NewRequest, SkipCode};
use rusqlite::params;

pub(super) fn append(group: &mut Group<'_>, request: &NewRequest, body: &Packed) -> Result<Appended, Fault> {
    group.catalogue.knows_source(request.source)?;
    let route = group.catalogue.route(group.connection, &request.destinations)?;
    let number = store(group, request, body, &route, Again::default())?;
    let events = i64::from(request.events);
    if route.destinations.is_empty() {
        group.count(0, Count::Fate(Fate::Skipped(SkipCode::NoDestination)), events);
    }
    for destination in &route.destinations {
        group.count(destination.0, Count::Accepted, events);
    }
    Ok(Appended { number })
}

/// Stores a request; its body is the packed one.
pub(super) fn store(
    group: &mut Group<'_>,
    request: &NewRequest,
    body: &Packed,
    route: &Route,
    again: Again,
) -> Result<u64, Fault> {
    let (number, stored_number) = group.next_number();
    let open = if request.events == 0 { 0 } else { route.destinations.len() };
    let mut slim = group.connection.prepare_cached(
        "INSERT INTO requests (number, route, events, open, bytes, received_at, source) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?;
    slim.execute(params![
        stored_number,
        route.id,
        request.events,
        signed(open as u64),
        signed(body.bytes.len() as u64),
        request.received_at.0,
        request.source.0,
    ])?;
    group.stores(request.source.0, stored::with_rows(body.bytes.len()));
    let slim = Slim {
        number: stored_number,
        route: route.id,
        events: request.events,
        received_at: request.received_at.0,
    };
    bodies::store(group.connection, slim, request, body, again)?;
    Ok(number)
}
