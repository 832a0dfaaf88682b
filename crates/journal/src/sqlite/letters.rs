//! Dead letters: kept whole, so that nothing else must last as long as they do; listed, tried again or discarded.

mod again;
mod groups;

use super::append::{self, Again};
use super::condition::Condition;
use super::fault::Fault;
use super::row::{Count, shape_of, signed, unsigned};
use super::writer::Group;
use crate::records::{
    DeadLetter, DeadLetterFilter, DeadLetterPage, DestinationId, Fate, NewDeadLetter, NewRequest, Position,
    Requeued, SkipCode, SourceId,
};
use crate::text::{self, PAGE_BYTES};
pub(super) use again::{original, replay, requeue_edited};
use event::{Millis, Shape};
pub(super) use groups::{count, groups};
use rusqlite::{Connection, Row, params, params_from_iter};
use std::sync::Arc;

/// Copies the event and what it takes to try it again.
pub(super) fn keep(
    connection: &Connection,
    destination: DestinationId,
    letter: &NewDeadLetter,
) -> Result<(), Fault> {
    let request = signed(letter.position.request);
    let mut select = connection.prepare_cached("SELECT kind, body FROM bodies WHERE number = ?")?;
    let (kind, body): (Option<String>, Vec<u8>) =
        select.query_row([request], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let event = text::event_to_keep(&body, shape_of(kind.as_deref())?, letter.position.index);
    let mut insert = connection.prepare_cached(
        "INSERT INTO dead_letters
         (destination, code, reason, message_id, type, user, died_at, request, event_index,
          source, kind, request_id, request_ip, first_index, received_at, event)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
                b.source, b.kind, b.request_id, b.request_ip, b.first_index + ?9, r.received_at, ?10
         FROM bodies b JOIN requests r ON r.number = b.number WHERE b.number = ?8",
    )?;
    insert.execute(params![
        destination.0,
        letter.code,
        letter.reason,
        letter.message_id,
        letter.kind,
        letter.user,
        letter.died_at.0,
        request,
        letter.position.index,
        event,
    ])?;
    Ok(())
}

pub(super) fn requeue(group: &mut Group<'_>, filter: &DeadLetterFilter) -> Result<Requeued, Fault> {
    take(group, filter, |group, row| {
        let (destination, request, again) = read_request(row)?;
        let route = group.catalogue.route(group.connection, &request.destinations)?;
        append::store(group, &request, &route, again)?;
        group.count(destination.0, Count::Fate(Fate::Dead), -1);
        Ok(())
    })
}

pub(super) fn discard(group: &mut Group<'_>, filter: &DeadLetterFilter) -> Result<Requeued, Fault> {
    let discarded = Fate::Skipped(SkipCode::Discarded);
    take(group, filter, |group, row| {
        let destination = DestinationId(row.get("destination")?);
        let position = Position { request: unsigned(row.get("request")?), index: row.get("event_index")? };
        group.fates.revise(group.connection, destination, position, discarded)?;
        group.count(destination.0, Count::Fate(Fate::Dead), -1);
        group.count(destination.0, Count::Fate(discarded), 1);
        Ok(())
    })
}

/// Takes the letters that match out, one by one: their events may be large, and many.
fn take(
    group: &mut Group<'_>,
    filter: &DeadLetterFilter,
    mut each: impl FnMut(&mut Group<'_>, &Row<'_>) -> Result<(), Fault>,
) -> Result<Requeued, Fault> {
    let connection = group.connection;
    let condition = conditions(filter)?;
    let sql = format!("SELECT l.id FROM dead_letters l {} ORDER BY l.id", condition.clause());
    let mut ids = connection.prepare(&sql)?;
    let ids = ids.query_map(params_from_iter(condition.values), |row| row.get(0))?;
    let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
    let mut select = connection.prepare_cached("SELECT * FROM dead_letters WHERE id = ?")?;
    let mut delete = connection.prepare_cached("DELETE FROM dead_letters WHERE id = ?")?;
    for id in &ids {
        let mut rows = select.query([id])?;
        if let Some(row) = rows.next()? {
            each(group, row)?;
        }
        drop(rows);
        delete.execute([id])?;
    }
    Ok(Requeued { count: ids.len() as u64 })
}

fn read_request(row: &Row<'_>) -> Result<(DestinationId, NewRequest, Again), Fault> {
    let destination = DestinationId(row.get("destination")?);
    let shape: Shape = shape_of(row.get::<_, Option<String>>("kind")?.as_deref())?;
    let event: String = row.get("event")?;
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
    Ok((destination, request, Again { first_index: row.get("first_index")?, requeued: true }))
}

pub(super) fn list(
    connection: &Connection,
    filter: &DeadLetterFilter,
    limit: usize,
) -> Result<DeadLetterPage, Fault> {
    let condition = conditions(filter)?;
    // Numbers first: what must be put in order is small then, whatever the index.
    let mut select = connection.prepare(&format!(
        "SELECT l.*, d.name AS destination_name, s.name AS source_name
         FROM (SELECT l.id FROM dead_letters l {} ORDER BY l.id LIMIT {}) page
         CROSS JOIN dead_letters l ON l.id = page.id
         JOIN destinations d ON d.id = l.destination JOIN sources s ON s.id = l.source
         ORDER BY page.id",
        condition.clause(),
        signed(limit as u64).saturating_add(1)
    ))?;
    let mut rows = select.query(params_from_iter(condition.values))?;
    let mut page = DeadLetterPage::default();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        if page.items.len() >= limit || bytes >= PAGE_BYTES {
            page.more = true;
            break;
        }
        let letter = read_letter(row)?;
        bytes += letter.event.len();
        page.items.push(letter);
    }
    Ok(page)
}

fn read_letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    Ok(DeadLetter {
        id: unsigned(row.get("id")?),
        code: row.get("code")?,
        reason: row.get("reason")?,
        message_id: row.get("message_id")?,
        kind: row.get("type")?,
        user: row.get("user")?,
        destination: row.get("destination_name")?,
        source: row.get("source_name")?,
        received_at: Millis(row.get("received_at")?),
        died_at: Millis(row.get("died_at")?),
        event: row.get("event")?,
    })
}

/// The filter on `dead_letters l`.
fn conditions(filter: &DeadLetterFilter) -> Result<Condition, Fault> {
    let mut condition = Condition::new();
    condition.when("l.destination = ?", filter.destination.map(|id| id.0));
    condition.when("l.code = ?", filter.code.clone());
    let ids = filter.ids.as_ref().map(super::row::json_text).transpose()?;
    condition.when("l.id IN (SELECT value FROM json_each(?))", ids);
    condition.when("l.id > ?", filter.after.map(signed));
    condition.when("l.id <= ?", filter.up_to.map(signed));
    condition.when("l.died_at >= ?", filter.from.map(|at| at.0));
    condition.when("l.died_at < ?", filter.to.map(|at| at.0));
    condition.when("l.source = ?", filter.source.map(|id| id.0));
    condition.when("l.user = ?", filter.user.clone());
    condition.when("l.message_id = ?", filter.message_id.clone());
    Ok(condition)
}
