//! Sources, destinations, and the routes between them.

use super::suspects::Suspects;
use crate::records::DestinationId;
use crate::sqlite::fault::{Fault, is_damage, notice_row};
use crate::sqlite::numbers;
use crate::sqlite::row::{SOURCE_KINDS, signed};
use crate::sqlite::standing::{self, StandingRow};
use crate::sqlite::sum;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

pub(super) fn sources(connection: &Connection, suspects: &mut Suspects) -> Result<(), Fault> {
    let mut select = connection.prepare("SELECT id, name, kind, sum FROM sources")?;
    let rows = select.query_map([], |row| {
        let (name, kind) = (row.get(1).unwrap_or_default(), row.get(2).unwrap_or_default());
        Ok((row.get(0)?, name, kind, row.get(3).unwrap_or_default()))
    })?;
    let rows: Vec<(u32, String, String, Option<i64>)> = rows.collect::<Result<_, _>>()?;
    let mut update = connection.prepare("UPDATE sources SET kind = ?2, sum = ?3 WHERE id = ?1")?;
    for (id, name, kind, sum) in rows {
        let kind = match sum {
            Some(sum) if sum::of_source(id, &name, &kind).done() == sum => continue,
            None => kind,
            Some(sum) => {
                notice_row("sources", Some(id.into()));
                let suits = |word: &&str| sum::of_source(id, &name, word).done() == sum;
                match SOURCE_KINDS.iter().map(|(_, word)| *word).find(suits) {
                    Some(right) => right.to_owned(),
                    None => {
                        suspects.sources.push((id, kind.clone(), sum));
                        kind
                    }
                }
            }
        };
        update.execute(params![id, kind, sum::of_source(id, &name, &kind).done()])?;
    }
    Ok(())
}

pub(super) fn routes(connection: &Connection) -> Result<(), Fault> {
    let numbers = |sql: &str| -> rusqlite::Result<BTreeSet<i64>> {
        connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
    };
    let mut select = connection.prepare("SELECT route, destination, sum FROM routes")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2).unwrap_or_default())))?;
    let rows: Vec<(i64, i64, Option<i64>)> = rows.collect::<Result<_, _>>()?;
    let sum_of = |route: i64, destination: i64| {
        u32::try_from(destination).map_or(-1, |destination| sum::of_route(route, destination).done())
    };
    let mut delete = connection.prepare("DELETE FROM routes WHERE route = ? AND destination = ?")?;
    let mut insert =
        connection.prepare("INSERT OR REPLACE INTO routes (route, destination, sum) VALUES (?, ?, ?)")?;
    for (route, destination, sum) in rows {
        let right = match sum {
            Some(sum) if sum_of(route, destination) == sum => continue,
            None => Some((route, destination)),
            Some(sum) => {
                notice_row("routes", Some(route));
                let destinations = numbers("SELECT id FROM destinations")?;
                let routes = numbers("SELECT DISTINCT route FROM requests")?;
                let by_destination = destinations.iter().map(|other| (route, *other));
                let by_route = routes.iter().map(|other| (*other, destination));
                let known = destinations.contains(&destination);
                let mut all = by_destination.chain(by_route);
                // If no value fits, the checksum was damaged.
                all.find(|(route, destination)| sum_of(*route, *destination) == sum)
                    .or(known.then_some((route, destination)))
            }
        };
        delete.execute([route, destination])?;
        match right {
            Some((route, destination)) => {
                insert.execute(params![route, destination, sum_of(route, destination)])?;
            }
            None => tracing::error!(
                route,
                "to which destination a route led cannot be told: its events that are pending there show as an imbalance"
            ),
        }
    }
    Ok(())
}

/// This comes after the routes, from which a cursor is restored.
pub(super) fn destinations(connection: &Connection, suspects: &mut Suspects) -> Result<(), Fault> {
    for (id, standing, sum) in standing::all(connection)? {
        match sum {
            Some(sum) if standing.sum(id).done() == sum => continue,
            None => standing.put(connection, id)?,
            Some(sum) => {
                notice_row("destinations", Some(id.0.into()));
                suspects.destinations.push((id, standing.clone(), sum));
                mended(connection, id, standing, sum)?.put(connection, id)?;
            }
        }
    }
    Ok(())
}

/// The times of operators' orders, the newest first; only as many as can be tried quickly.
fn newest_orders(connection: &Connection) -> Result<Vec<i64>, Fault> {
    let read = || {
        let mut select = connection.prepare("SELECT at FROM audit ORDER BY id DESC LIMIT 10000")?;
        select.query_map([], |row| Ok(row.get(0).unwrap_or_default()))?.collect()
    };
    match read() {
        // The rest follows from the log.
        Err(error) if is_damage(&error) => Ok(Vec::new()),
        orders => Ok(orders?),
    }
}

fn mended(
    connection: &Connection,
    id: DestinationId,
    found: StandingRow,
    sum: i64,
) -> Result<StandingRow, Fault> {
    let with = |paused: &i64| {
        let other = StandingRow { paused: *paused, ..found.clone() };
        (other.sum(id).done() == sum).then_some(other)
    };
    if let Some(other) = [0, 1].iter().find_map(with) {
        return Ok(other);
    }
    // The operator's order to pause it has the same time in the audit.
    if let Some(other) = newest_orders(connection)?.iter().find_map(with) {
        return Ok(other);
    }
    let end = signed(numbers::end(connection)?);
    let cursor = standing::cursor_of_log(connection, id, end)?;
    tracing::error!(
        destination = found.name,
        paused = found.paused != 0,
        "where this destination's delivery stands was damaged on the disk and is told from the log: see whether it is \
         paused as it should be"
    );
    Ok(StandingRow { cursor, budget: None, ..found })
}
