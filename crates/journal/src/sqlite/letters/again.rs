//! One event tried again: a dead letter with its text edited, or any event that is still stored.

use super::read_request;
use crate::records::{DestinationId, Fate, NewRequest, Original, Position, SourceId};
use crate::sqlite::append::{self, Again};
use crate::sqlite::fault::Fault;
use crate::sqlite::row::{Count, shape_of, signed, unsigned};
use crate::sqlite::writer::Group;
use crate::text;
use event::Millis;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;

/// The dead letter leaves, its edited text enters the log; as it was, it is kept beside its new request.
pub(in crate::sqlite) fn requeue_edited(
    group: &mut Group<'_>,
    id: u64,
    event: &str,
    at: Millis,
) -> Result<Position, Fault> {
    let connection = group.connection;
    let mut select = connection.prepare_cached("SELECT * FROM dead_letters WHERE id = ?")?;
    let mut rows = select.query([signed(id)])?;
    let row = rows.next()?.ok_or_else(|| Fault::missing(format!("dead letter {id}")))?;
    let (destination, request, again) = read_request(row)?;
    drop(rows);
    let request = NewRequest { body: text::body_of_one(event, request.shape), ..request };
    let route = group.catalogue.route(connection, &request.destinations)?;
    let number = append::store(group, &request, &route, again)?;
    group.count(destination.0, Count::Fate(Fate::Dead), -1);
    connection
        .prepare_cached(
            "INSERT INTO originals (request, dead_letter, event, code, reason, died_at, edited_at)
             SELECT ?1, id, event, code, reason, died_at, ?3 FROM dead_letters WHERE id = ?2",
        )?
        .execute(params![signed(number), signed(id), at.0])?;
    connection.prepare_cached("DELETE FROM dead_letters WHERE id = ?")?.execute([signed(id)])?;
    Ok(Position { request: number, index: 0 })
}

/// A stored event enters the log again for one destination.
pub(in crate::sqlite) fn replay(
    group: &mut Group<'_>,
    position: Position,
    destination: DestinationId,
) -> Result<Position, Fault> {
    group.catalogue.knows_destination(destination)?;
    let (request, again) = read_event(group.connection, position, destination)?;
    let route = group.catalogue.route(group.connection, &request.destinations)?;
    let number = append::store(group, &request, &route, again)?;
    group.count(destination.0, Count::Accepted, 1);
    Ok(Position { request: number, index: 0 })
}

/// The request that holds a stored event alone.
fn read_event(
    connection: &Connection,
    position: Position,
    destination: DestinationId,
) -> Result<(NewRequest, Again), Fault> {
    let Position { request, index } = position;
    let gone = || Fault::missing(format!("event {index} of request {request}"));
    let mut select = connection.prepare_cached(
        "SELECT b.source, b.kind, b.request_id, b.request_ip, b.first_index, b.body, r.received_at
         FROM bodies b JOIN requests r ON r.number = b.number WHERE b.number = ?",
    )?;
    let mut rows = select.query([signed(request)])?;
    let row = rows.next()?.ok_or_else(gone)?;
    let shape = shape_of(row.get::<_, Option<String>>("kind")?.as_deref())?;
    let body: Vec<u8> = row.get("body")?;
    let event = text::event_text(&body, shape, index).ok_or_else(gone)?;
    let first_index = row.get::<_, u32>("first_index")?.saturating_add(index);
    let request = NewRequest {
        source: SourceId(row.get("source")?),
        shape,
        request_id: row.get("request_id")?,
        received_at: Millis(row.get("received_at")?),
        request_ip: row.get("request_ip")?,
        events: 1,
        rejected: Vec::new(),
        destinations: Arc::from([destination]),
        body: text::body_of_one(&event, shape),
    };
    Ok((request, Again { first_index, requeued: true }))
}

pub(in crate::sqlite) fn original(connection: &Connection, request: u64) -> Result<Option<Original>, Fault> {
    let mut select = connection.prepare_cached("SELECT * FROM originals WHERE request = ?")?;
    Ok(select.query_row([signed(request)], read_original).optional()?)
}

fn read_original(row: &Row<'_>) -> rusqlite::Result<Original> {
    Ok(Original {
        dead_letter: unsigned(row.get("dead_letter")?),
        event: row.get("event")?,
        code: row.get("code")?,
        reason: row.get("reason")?,
        died_at: Millis(row.get("died_at")?),
        edited_at: Millis(row.get("edited_at")?),
    })
}
