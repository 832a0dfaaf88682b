//! What readers ask. Each function sees one state of the journal.

use super::bodies::{self, Slim};
use super::conflicts;
use super::fates;
use super::fault::{Fault, notice_row};
use super::numbers::end;
use super::record;
use super::row::{Count, json_of, signed, source_kind_of, source_kind_word, unsigned};
use super::standing::{self, StandingRow};
use super::sum;
use crate::port::{ReadLimit, ReadPage};
use crate::records::{
    DestinationId, InFlightRecord, KnownUser, LaneRecord, Ledger, LedgerTotals, Position, RestoredDelivery,
    SavedCalls, SkipCode, SourceId, StandingRecord, StoredRequest,
};
use crate::text;
use event::{Millis, SourceKind};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

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

/// The number of the source with this name, if it is of this kind.
pub(super) fn source(
    connection: &Connection,
    name: &str,
    kind: SourceKind,
) -> Result<Option<SourceId>, Fault> {
    let mut select = connection.prepare_cached("SELECT id FROM sources WHERE name = ? AND kind = ?")?;
    Ok(select.query_row([name, source_kind_word(kind)], |row| Ok(SourceId(row.get(0)?))).optional()?)
}

/// The number of the destination with this name.
pub(super) fn destination(connection: &Connection, name: &str) -> Result<Option<DestinationId>, Fault> {
    let mut select = connection.prepare_cached("SELECT id FROM destinations WHERE name = ?")?;
    Ok(select.query_row([name], |row| Ok(DestinationId(row.get(0)?))).optional()?)
}

pub(super) fn check(connection: &Connection, id: DestinationId) -> Result<(), Fault> {
    let mut select = connection.prepare_cached("SELECT 1 FROM destinations WHERE id = ?")?;
    if select.exists([id.0])? { Ok(()) } else { Err(Fault::no_destination(id)) }
}

/// A damaged route would bring events to a destination that is not theirs.
fn check_routes(connection: &Connection, id: DestinationId) -> Result<(), Fault> {
    let mut select = connection.prepare_cached("SELECT route, sum FROM routes WHERE destination = ?")?;
    let mut rows = select.query([id.0])?;
    while let Some(row) = rows.next()? {
        let route: i64 = row.get(0)?;
        if !sum::of_route(route, id.0).suits(row.get(1)?) {
            notice_row("routes", Some(route));
            return Err(Fault::unreadable(&format!("route {route}; it is mended at the next start")));
        }
    }
    Ok(())
}

pub(super) fn restore(connection: &Connection, id: DestinationId) -> Result<RestoredDelivery, Fault> {
    let sql = format!("SELECT {} FROM destinations WHERE id = ?", standing::COLUMNS);
    let row = connection.query_row(&sql, [id.0], StandingRow::read).optional()?;
    let (_, standing, stored) = row.ok_or_else(|| Fault::no_destination(id))?;
    if !standing.sum(id).suits(stored) {
        notice_row("destinations", Some(id.0.into()));
        return Err(Fault::unreadable(&format!("where destination {} stands", id.0)));
    }
    let end = end(connection)?;
    let [known, merged, unchanged] = standing.saved.map(unsigned);
    let destination = StandingRecord {
        paused: (standing.paused != 0).then_some(Millis(standing.paused)),
        halted: standing.halted,
        calls: unsigned(standing.calls),
        calls_saved: SavedCalls { known, merged, unchanged },
        budget: standing.budget.map(|text| json_of(&text, "a budget")).transpose()?,
    };
    let (lanes, _) = record::all::<LaneRecord>(connection, id, record::LANES)?;
    let (in_flight, lost) = record::all::<InFlightRecord>(connection, id, record::IN_FLIGHT)?;
    let mut in_flight: Vec<InFlightRecord> = in_flight.into_iter().map(|(_, record)| record).collect();
    if lost > 0 {
        in_flight.push(lost_flight(connection, end)?);
    }
    Ok(RestoredDelivery {
        cursor: unsigned(standing.cursor),
        end,
        destination,
        lanes: lanes.into_iter().collect(),
        in_flight,
        conflicts: conflicts::newest(connection, id, RestoredDelivery::CONFLICTS)?,
    })
}

/// What stands for records of calls that were damaged.
pub(super) fn lost_flight(connection: &Connection, end: u64) -> Result<InFlightRecord, Fault> {
    let newest = "SELECT received_at FROM requests ORDER BY number DESC LIMIT 1";
    let newest: Option<i64> = connection.query_row(newest, [], |row| row.get(0)).optional()?;
    Ok(InFlightRecord::lost(end, Millis(newest.unwrap_or(0))))
}

pub(super) fn read(
    connection: &Connection,
    id: DestinationId,
    from: u64,
    limit: ReadLimit,
) -> Result<ReadPage, Fault> {
    check(connection, id)?;
    check_routes(connection, id)?;
    let end = end(connection)?;
    let mut page = ReadPage { requests: Vec::new(), next: end, end };
    let sources = source_facts(connection)?;
    let mut select = connection.prepare_cached(
        "SELECT r.number, r.route, r.events, r.received_at, f.decided, f.fates, f.sum
         FROM requests r
         LEFT JOIN fates f ON f.destination = ?1 AND f.request = r.number
         WHERE r.number >= ?2 AND r.open > 0 AND r.route IN (SELECT route FROM routes WHERE destination = ?1)
           AND ifnull(f.decided, 0) < r.events
         ORDER BY r.number",
    )?;
    let mut rows = select.query(params![id.0, signed(from)])?;
    let (mut events, mut bytes) = (0_usize, 0_usize);
    while let Some(row) = rows.next()? {
        let request = read_request(connection, id, row, &sources)?;
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

/// The names and kinds of all sources.
type Sources = HashMap<u32, (Arc<str>, SourceKind)>;

fn source_facts(connection: &Connection) -> Result<Sources, Fault> {
    let mut select = connection.prepare_cached("SELECT id, name, kind FROM sources")?;
    let mut rows = select.query([])?;
    let mut sources = Sources::new();
    while let Some(row) = rows.next()? {
        let name = row.get::<_, String>(1)?.into();
        sources.insert(row.get(0)?, (name, source_kind_of(&row.get::<_, String>(2)?)?));
    }
    Ok(sources)
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
    let record = record::one(connection, id, record::LANES, lane)?;
    record.map(|record| json_of(&record, "a lane's record")).transpose()
}

fn read_request(
    connection: &Connection,
    id: DestinationId,
    row: &Row<'_>,
    sources: &Sources,
) -> Result<StoredRequest, Fault> {
    let slim = Slim::read(row)?;
    let (decided, fates, sum): (Option<i64>, Option<Vec<u8>>, Option<i64>) =
        (row.get(4)?, row.get(5)?, row.get(6)?);
    let mut fates_sound = true;
    let fates = fates.unwrap_or_default();
    if let Some(decided) = decided {
        fates_sound = fates::sum(id, slim.number, decided, &fates).suits(sum);
        if !fates_sound {
            notice_row("fates", Some(slim.number));
        }
    }
    let body = bodies::load(connection, slim)?;
    let source = sources.get(&body.source.0).cloned();
    let is_known = source.is_some();
    let (source_name, source_kind) = source.unwrap_or_else(|| ("".into(), SourceKind::Server));
    Ok(StoredRequest {
        number: unsigned(slim.number),
        events: slim.events,
        received_at: slim.received_at(),
        fates,
        source: body.source,
        source_name,
        source_kind,
        shape: body.shape,
        request_id: body.request_id,
        request_ip: body.request_ip,
        first_index: body.first_index,
        requeued: body.requeued,
        rejected: body.rejected,
        damaged: body.damaged || !fates_sound || !is_known,
        body: body.text.into(),
    })
}

pub(super) fn links(
    connection: &Connection,
    id: DestinationId,
    external_ids: &[&str],
) -> Result<Vec<Option<String>>, Fault> {
    check(connection, id)?;
    external_ids.iter().map(|external_id| record::one(connection, id, record::LINKS, external_id)).collect()
}

pub(super) fn users(
    connection: &Connection,
    id: DestinationId,
    end_user_ids: &[&str],
) -> Result<Vec<Option<KnownUser>>, Fault> {
    check(connection, id)?;
    let one = |end_user_id: &&str| {
        let record = record::one(connection, id, record::USERS, end_user_id)?;
        record.map(|record| json_of(&record, "an end user's record")).transpose()
    };
    end_user_ids.iter().map(one).collect()
}

pub(super) fn event_text(connection: &Connection, position: Position) -> Result<Option<String>, Fault> {
    let Some(slim) = Slim::load(connection, position.request)? else { return Ok(None) };
    let body = bodies::load(connection, slim)?.sound(slim.number)?;
    Ok(text::event_text(&body.text, body.shape, position.index).map(|text| text.into_owned()))
}

/// Every count from its row, and what is pending from the requests and their fates themselves.
pub(super) fn ledger(connection: &Connection) -> Result<Ledger, Fault> {
    let mut totals: BTreeMap<u32, LedgerTotals> = BTreeMap::new();
    let mut unrouted = 0;
    let mut select = connection.prepare_cached("SELECT destination, what, events, sum FROM ledger")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (id, what, events): (u32, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if !sum::of_ledger(id, &what, events).suits(row.get(3)?) {
            notice_row("ledger", Some(id.into()));
        }
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
