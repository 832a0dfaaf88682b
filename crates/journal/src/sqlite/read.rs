//! What readers ask. Each function sees one state of the journal.

use super::catalogue::{end, no_destination};
use super::fault::Fault;
use super::row::{Count, json_of, rejected_of, shape_of, signed, source_kind_of, unsigned};
use crate::port::{ReadLimit, ReadPage};
use crate::records::{
    DestinationId, DestinationRecord, InFlightRecord, KnownUser, LaneRecord, Ledger, LedgerTotals,
    MessageKey, Position, Restored, SavedCalls, SkipCode, SourceId, StoredRequest,
};
use crate::text;
use event::Millis;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

pub(super) fn destinations(connection: &Connection) -> Result<Vec<(String, DestinationId)>, Fault> {
    let mut select = connection.prepare_cached("SELECT name, id FROM destinations ORDER BY name")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, DestinationId(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn sources(connection: &Connection) -> Result<Vec<(String, SourceId)>, Fault> {
    let mut select = connection.prepare_cached("SELECT name, id FROM sources ORDER BY name")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, SourceId(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn check(connection: &Connection, id: DestinationId) -> Result<(), Fault> {
    let mut select = connection.prepare_cached("SELECT 1 FROM destinations WHERE id = ?")?;
    if select.exists([id.0])? { Ok(()) } else { Err(no_destination(id)) }
}

pub(super) fn restore(connection: &Connection, id: DestinationId) -> Result<Restored, Fault> {
    let sql = "SELECT cursor, paused, halted, calls, budget, saved_known, saved_merged, saved_unchanged
               FROM destinations WHERE id = ?";
    let row = connection.query_row(sql, [id.0], |row| {
        let destination = DestinationRecord {
            paused: row.get(1)?,
            halted: row.get(2)?,
            calls: unsigned(row.get(3)?),
            calls_saved: SavedCalls {
                known: unsigned(row.get(5)?),
                merged: unsigned(row.get(6)?),
                unchanged: unsigned(row.get(7)?),
            },
            budget: None,
        };
        Ok((unsigned(row.get(0)?), destination, row.get::<_, Option<String>>(4)?))
    });
    let (cursor, mut destination, budget) = row.optional()?.ok_or_else(|| no_destination(id))?;
    destination.budget = budget.map(|text| json_of(&text, "a budget")).transpose()?;
    let lanes: Vec<(String, LaneRecord)> = records(connection, id, "lanes", "a lane's record")?;
    let in_flight: Vec<(String, InFlightRecord)> = records(connection, id, "in_flight", "a call's record")?;
    Ok(Restored {
        cursor,
        end: end(connection)?,
        destination,
        lanes: lanes.into_iter().collect(),
        in_flight: in_flight.into_iter().map(|(_, record)| record).collect(),
    })
}

/// The records of a destination's lanes, in the order of the lanes' keys.
fn records<T: DeserializeOwned>(
    connection: &Connection,
    id: DestinationId,
    table: &str,
    what: &str,
) -> Result<Vec<(String, T)>, Fault> {
    let sql = format!("SELECT lane, record FROM {table} WHERE destination = ? ORDER BY lane");
    let mut select = connection.prepare(&sql)?;
    let mut rows = select.query([id.0])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((
            row.get(0)?,
            json_of(row.get_ref(1)?.as_str().map_err(|_| Fault::unreadable(what))?, what)?,
        ));
    }
    Ok(all)
}

pub(super) fn read(
    connection: &Connection,
    id: DestinationId,
    from: u64,
    limit: ReadLimit,
) -> Result<ReadPage, Fault> {
    check(connection, id)?;
    let end = end(connection)?;
    let mut page = ReadPage { requests: Vec::new(), next: end, end };
    // CROSS JOIN keeps SQLite from starting anywhere but at the requests, in order.
    let mut select = connection.prepare_cached(
        "SELECT r.number, r.events, r.received_at, f.fates,
                b.source, s.kind, b.kind, b.request_id, b.request_ip, b.first_index, b.requeued, b.rejected, b.body
         FROM requests r
         LEFT JOIN fates f ON f.destination = ?1 AND f.request = r.number
         CROSS JOIN bodies b ON b.number = r.number
         CROSS JOIN sources s ON s.id = b.source
         WHERE r.number >= ?2 AND r.open > 0 AND r.route IN (SELECT route FROM routes WHERE destination = ?1)
           AND ifnull(f.decided, 0) < r.events
         ORDER BY r.number",
    )?;
    let mut rows = select.query(params![id.0, signed(from)])?;
    let (mut events, mut bytes) = (0_usize, 0_usize);
    while let Some(row) = rows.next()? {
        let request = read_request(row)?;
        events = events.saturating_add(usize::try_from(request.events).unwrap_or(usize::MAX));
        bytes = bytes.saturating_add(request.body.len());
        let number = request.number;
        page.requests.push(request);
        if events >= limit.events || bytes >= limit.bytes {
            page.next = number + 1;
            break;
        }
    }
    Ok(page)
}

/// When the first request with an event pending arrived. The cursor is never above it.
pub(super) fn oldest_pending(connection: &Connection, id: DestinationId) -> Result<Option<Millis>, Fault> {
    check(connection, id)?;
    let mut select = connection.prepare_cached(
        "SELECT r.received_at FROM requests r
         LEFT JOIN fates f ON f.destination = ?1 AND f.request = r.number
         WHERE r.number >= (SELECT cursor FROM destinations WHERE id = ?1) AND r.open > 0
           AND r.route IN (SELECT route FROM routes WHERE destination = ?1) AND ifnull(f.decided, 0) < r.events
         ORDER BY r.number LIMIT 1",
    )?;
    Ok(select.query_row([id.0], |row| row.get(0)).optional()?.map(Millis))
}

pub(super) fn lane(
    connection: &Connection,
    id: DestinationId,
    lane: &str,
) -> Result<Option<LaneRecord>, Fault> {
    check(connection, id)?;
    let sql = "SELECT record FROM lanes WHERE destination = ? AND lane = ?";
    let record = text_at(connection, sql, params![id.0, lane])?;
    record.map(|record| json_of(&record, "a lane's record")).transpose()
}

fn read_request(row: &Row<'_>) -> Result<StoredRequest, Fault> {
    Ok(StoredRequest {
        number: unsigned(row.get(0)?),
        events: row.get(1)?,
        received_at: Millis(row.get(2)?),
        fates: row.get::<_, Option<Vec<u8>>>(3)?.unwrap_or_default(),
        source: SourceId(row.get(4)?),
        source_kind: source_kind_of(&row.get::<_, String>(5)?)?,
        shape: shape_of(row.get::<_, Option<String>>(6)?.as_deref())?,
        request_id: row.get(7)?,
        request_ip: row.get(8)?,
        first_index: row.get(9)?,
        requeued: row.get(10)?,
        rejected: rejected_of(row.get::<_, Option<String>>(11)?.as_deref())?,
        body: row.get::<_, Vec<u8>>(12)?.into(),
    })
}

pub(super) fn seen(
    connection: &Connection,
    id: DestinationId,
    keys: &[MessageKey],
    since: Millis,
) -> Result<Vec<bool>, Fault> {
    check(connection, id)?;
    let mut select = connection
        .prepare_cached("SELECT 1 FROM seen WHERE destination = ? AND source = ? AND hash = ? AND at >= ?")?;
    let answers = keys
        .iter()
        .map(|key| select.exists(params![id.0, key.source.0, &key.hash.to_be_bytes()[..], since.0]));
    Ok(answers.collect::<Result<_, _>>()?)
}

pub(super) fn links(
    connection: &Connection,
    id: DestinationId,
    external_ids: &[&str],
) -> Result<Vec<Option<String>>, Fault> {
    check(connection, id)?;
    let sql = "SELECT end_user_id FROM links WHERE destination = ? AND external_id = ?";
    external_ids.iter().map(|external_id| text_at(connection, sql, params![id.0, external_id])).collect()
}

pub(super) fn users(
    connection: &Connection,
    id: DestinationId,
    end_user_ids: &[&str],
) -> Result<Vec<Option<KnownUser>>, Fault> {
    check(connection, id)?;
    let sql = "SELECT record FROM users WHERE destination = ? AND end_user_id = ?";
    let one = |end_user_id: &&str| {
        let record = text_at(connection, sql, params![id.0, end_user_id])?;
        record.map(|record| json_of(&record, "an end user's record")).transpose()
    };
    end_user_ids.iter().map(one).collect()
}

fn text_at(connection: &Connection, sql: &str, values: &[&dyn ToSql]) -> Result<Option<String>, Fault> {
    Ok(connection.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?)
}

pub(super) fn event_text(connection: &Connection, position: Position) -> Result<Option<String>, Fault> {
    let mut select = connection.prepare_cached("SELECT kind, body FROM bodies WHERE number = ?")?;
    let row = select.query_row([signed(position.request)], |row| {
        Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Vec<u8>>(1)?))
    });
    let Some((kind, body)) = row.optional()? else { return Ok(None) };
    let shape = shape_of(kind.as_deref())?;
    Ok(text::event_text(&body, shape, position.index).map(|text| text.into_owned()))
}

/// Every count from its row, and what is pending from the requests and their fates themselves.
pub(super) fn ledger(connection: &Connection) -> Result<Ledger, Fault> {
    let mut totals: BTreeMap<u32, LedgerTotals> = BTreeMap::new();
    let mut unrouted = 0;
    let mut select = connection.prepare_cached("SELECT destination, what, events FROM ledger")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (id, what, events): (u32, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        match id {
            0 if what == SkipCode::NoDestination.word() => unrouted = unsigned(events),
            0 => {}
            _ => Count::put(&what, unsigned(events), totals.entry(id).or_default()),
        }
    }
    let routed = events_by_route(connection)?;
    let mut ledger = Ledger { unrouted, ..Ledger::default() };
    for (name, id) in destinations(connection)? {
        let mut totals = totals.remove(&id.0).unwrap_or_default();
        totals.pending = pending(connection, id, &routed)?;
        ledger.destinations.insert(name, totals);
    }
    Ok(ledger)
}

/// How many events of each route's unfinished requests there are: one walk over the slim table, whatever the number of
/// routes (grouping would sort a million rows).
fn events_by_route(connection: &Connection) -> Result<Vec<(i64, u64)>, Fault> {
    let mut select = connection.prepare_cached("SELECT DISTINCT route FROM routes ORDER BY route")?;
    let routes: Vec<i64> = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    if routes.is_empty() {
        return Ok(Vec::new());
    }
    let sums: Vec<String> = routes
        .iter()
        .map(|route| format!("ifnull(sum(CASE WHEN route = {route} THEN events END), 0)"))
        .collect();
    let sql = format!("SELECT {} FROM requests", sums.join(", "));
    let counts = connection.query_row(&sql, [], |row| {
        (0..routes.len()).map(|place| row.get::<_, i64>(place).map(unsigned)).collect::<Result<Vec<u64>, _>>()
    })?;
    Ok(routes.into_iter().zip(counts).collect())
}

fn pending(connection: &Connection, id: DestinationId, routed: &[(i64, u64)]) -> Result<u64, Fault> {
    let mut select = connection.prepare_cached("SELECT route FROM routes WHERE destination = ?")?;
    let routes: Vec<i64> = select.query_map([id.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let events: u64 =
        routed.iter().filter(|(route, _)| routes.contains(route)).map(|(_, events)| events).sum();
    let mut select = connection.prepare_cached("SELECT sum(decided) FROM fates WHERE destination = ?")?;
    let decided: Option<i64> = select.query_row([id.0], |row| row.get(0))?;
    Ok(events.saturating_sub(decided.map_or(0, unsigned)))
}
