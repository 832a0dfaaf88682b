//! Rows that say where events are routed and how far delivery is: they are examined and not mended.

use super::finding::Finding;
use super::rows::{Look, said, unreadable};
use crate::sqlite::fault::{Damage, Fault, notice_row};
use crate::sqlite::{standing, stored, sum};
use rusqlite::Connection;

pub(super) fn look(connection: &Connection, damage: &Damage, findings: &mut Vec<Finding>) {
    let tables: [(&'static str, Look); 5] = [
        ("sources", sources),
        ("destinations", destinations),
        ("routes", routes),
        ("ledger", ledger),
        ("stored", of_sources),
    ];
    for (table, look) in tables {
        if let Err(Fault(error)) = look(connection) {
            findings.push(unreadable(table, &error.to_string()));
        }
        damage.look();
    }
    said(damage, findings);
}

fn sources(connection: &Connection) -> Result<(), Fault> {
    let mut select = connection.prepare("SELECT id, name, kind, sum FROM sources")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let id: u32 = row.get(0)?;
        let (name, kind): (String, String) = (row.get(1).unwrap_or_default(), row.get(2).unwrap_or_default());
        if !sum::of_source(id, &name, &kind).suits(row.get(3).unwrap_or_default()) {
            notice_row("sources", Some(id.into()));
        }
    }
    Ok(())
}

fn destinations(connection: &Connection) -> Result<(), Fault> {
    for (id, standing, sum) in standing::all(connection)? {
        if !standing.sum(id).suits(sum) {
            notice_row("destinations", Some(id.0.into()));
        }
    }
    Ok(())
}

fn routes(connection: &Connection) -> Result<(), Fault> {
    let mut select = connection.prepare("SELECT route, destination, sum FROM routes")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (route, destination): (i64, i64) = (row.get(0)?, row.get(1)?);
        let suits = u32::try_from(destination)
            .is_ok_and(|destination| sum::of_route(route, destination).suits(row.get(2).unwrap_or_default()));
        if !suits {
            notice_row("routes", Some(route));
        }
    }
    Ok(())
}

fn ledger(connection: &Connection) -> Result<(), Fault> {
    let mut select = connection.prepare("SELECT destination, what, events, sum FROM ledger")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (what, events): (String, i64) = (row.get(1).unwrap_or_default(), row.get(2).unwrap_or_default());
        let id: i64 = row.get(0)?;
        let sum = row.get(3).unwrap_or_default();
        if !u32::try_from(id).is_ok_and(|id| sum::of_ledger(id, &what, events).suits(sum)) {
            notice_row("ledger", Some(id));
        }
    }
    Ok(())
}

fn of_sources(connection: &Connection) -> Result<(), Fault> {
    if stored::load(connection)?.is_none() {
        notice_row("stored", None);
    }
    Ok(())
}
