//! One event that is tried again: a dead letter with an edited text, or any event that is still stored.

use super::letter::{Letter, columns};
use crate::packed::{Packed, unpack};
use crate::records::{DestinationId, Fate, NewRequest, Original, Position};
use crate::sqlite::append;
use crate::sqlite::bodies::{self, Again, Slim};
use crate::sqlite::fault::{Fault, notice_row};
use crate::sqlite::group::Group;
use crate::sqlite::row::{Count, signed, unsigned};
use crate::sqlite::sum::Sum;
use crate::text;
use bytes::Bytes;
use event::Millis;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;

/// Removes the dead letter and appends its edited text to the log; the former letter is kept beside the new request.
pub(in crate::sqlite) fn requeue_edited(
    group: &mut Group<'_>,
    id: u64,
    event: &str,
    at: Millis,
) -> Result<Position, Fault> {
    let connection = group.connection;
    let letter = Letter::load(connection, signed(id))?;
    let again = letter.edited(event);
    let route = group.catalogue.route(connection, &again.request.destinations)?;
    let number = append::store(group, &again.request, &again.body, &route, again.again)?;
    group.count(letter.destination, Count::Fate(Fate::Dead), -1);
    let bytes = keep_original(connection, number, &letter.original(at))?;
    group.takes(number, bytes);
    group.stores(letter.source, -letter.stored_bytes());
    connection.prepare_cached("DELETE FROM dead_letters WHERE id = ?")?.execute([signed(id)])?;
    Ok(Position { request: number, index: 0 })
}

/// Returns the bytes that its text uses, which count for the request.
fn keep_original(connection: &Connection, request: u64, original: &Original) -> Result<usize, Fault> {
    let event = Packed::new(Bytes::copy_from_slice(original.event.as_bytes()));
    let (text, packed) = columns(&event)?;
    connection
        .prepare_cached(
            "INSERT INTO originals (request, dead_letter, event, code, reason, died_at, edited_at, packed, length, sum)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            signed(request),
            signed(original.dead_letter),
            text,
            original.code,
            original.reason,
            original.died_at.0,
            original.edited_at.0,
            packed,
            event.length,
            original_sum(original).done(),
        ])?;
    Ok(event.bytes.len())
}

fn original_sum(original: &Original) -> Sum {
    Sum::of("originals")
        .number(signed(original.dead_letter))
        .text(&original.event)
        .text(&original.code)
        .text(&original.reason)
        .number(original.died_at.0)
        .number(original.edited_at.0)
}

/// Appends a stored event to the log again, for one destination.
pub(in crate::sqlite) fn replay(
    group: &mut Group<'_>,
    position: Position,
    destination: DestinationId,
) -> Result<Position, Fault> {
    group.catalogue.knows_destination(destination)?;
    let (request, body, again) = read_event(group.connection, position, destination)?;
    let route = group.catalogue.route(group.connection, &request.destinations)?;
    let number = append::store(group, &request, &body, &route, again)?;
    group.count(destination.0, Count::Accepted, 1);
    Ok(Position { request: number, index: 0 })
}

/// The request (without its body) that holds only the stored event, and its body.
fn read_event(
    connection: &Connection,
    position: Position,
    destination: DestinationId,
) -> Result<(NewRequest, Packed, Again), Fault> {
    let Position { request, index } = position;
    let gone = || Fault::missing(format!("event {index} of request {request}"));
    let slim = Slim::load(connection, request)?.ok_or_else(gone)?;
    let body = bodies::load(connection, slim)?.sound(slim.number)?;
    let event = text::event_text(&body.text, body.shape, index).ok_or_else(gone)?;
    let again = Again { first_index: body.first_index.saturating_add(index), requeued: true };
    let request = NewRequest {
        source: body.source,
        shape: body.shape,
        request_id: body.request_id,
        received_at: slim.received_at(),
        request_ip: body.request_ip.clone(),
        events: 1,
        rejected: Vec::new(),
        destinations: Arc::from([destination]),
        body: Bytes::new(),
    };
    let packed = Packed::new(text::body_of_one(&event, body.shape));
    Ok((request, packed, again))
}

pub(in crate::sqlite) fn original(connection: &Connection, request: u64) -> Result<Option<Original>, Fault> {
    let mut select = connection.prepare_cached("SELECT * FROM originals WHERE request = ?")?;
    let found = select.query_row([signed(request)], read_original).optional()?;
    let damaged = || Fault::unreadable(&format!("the original of request {request}"));
    found.map(|original| original.ok_or_else(damaged)).transpose()
}

/// `None` if it was damaged.
fn read_original(row: &Row<'_>) -> rusqlite::Result<Option<Original>> {
    let text = match row.get::<_, Option<Vec<u8>>>("packed")? {
        Some(packed) => unpack(packed, row.get("length")?).and_then(|text| String::from_utf8(text).ok()),
        None => Some(row.get("event")?),
    };
    let Some(event) = text else { return Ok(None) };
    let original = Original {
        dead_letter: unsigned(row.get("dead_letter")?),
        event,
        code: row.get("code")?,
        reason: row.get("reason")?,
        died_at: Millis(row.get("died_at")?),
        edited_at: Millis(row.get("edited_at")?),
    };
    let sound = original_sum(&original).suits(row.get("sum")?);
    if !sound {
        notice_row("originals", row.get("request")?);
    }
    Ok(sound.then_some(original))
}
