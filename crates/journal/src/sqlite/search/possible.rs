//! Which requests of a segment can have an event with a certain fate: one query over the rows finds them.

use super::found::Finder;
use super::store::Segment;
use crate::records::{EventFilter, Fate, OutcomeKind, SkipCode};
use crate::sqlite::fault::Fault;
use rusqlite::{Connection, ToSql, params};
use std::collections::HashSet;

/// The requests that can match the conditions about a fate; `None` if all can.
pub(super) fn requests(
    journal: &Connection,
    filter: &EventFilter,
    finder: &Finder<'_>,
    segment: &Segment,
) -> Result<Option<HashSet<u64>>, Fault> {
    let mut found = HashSet::new();
    let mut add = |sql: &str, values: &[&dyn ToSql]| -> Result<(), Fault> {
        let mut select = journal.prepare_cached(sql)?;
        let mut rows = select.query(values)?;
        while let Some(row) = rows.next()? {
            found.insert(crate::sqlite::row::unsigned(row.get(0)?));
        }
        Ok(())
    };
    let (first, last) = (segment.first, segment.last);
    let bytes = wanted(filter);
    match (filter.destination, filter.outcome) {
        (None, None) if filter.code.is_none() => return Ok(None),
        (_, Some(OutcomeKind::Pending)) => {
            let sql = "SELECT number FROM requests WHERE number BETWEEN ? AND ? AND open > 0";
            add(sql, params![first, last])?;
        }
        (Some(id), None) if filter.code.is_none() => {
            let sql = "SELECT number FROM requests WHERE number BETWEEN ? AND ?
                       AND route IN (SELECT route FROM routes WHERE destination = ?)";
            add(sql, params![first, last, id.0])?;
        }
        (destination, _) => {
            let any = vec!["instr(fates, ?) > 0"; bytes.len()].join(" OR ");
            let sql = format!(
                "SELECT request FROM fates WHERE destination = ? AND request BETWEEN ? AND ? AND ({any})"
            );
            let bytes: Vec<Vec<u8>> = bytes.into_iter().map(|byte| vec![byte]).collect();
            let all = finder.destinations();
            for id in all.filter(|id| destination.is_none_or(|wanted| wanted == *id)) {
                let mut values: Vec<&dyn ToSql> = vec![&id.0, &first, &last];
                values.extend(bytes.iter().map(|byte| byte as &dyn ToSql));
                add(&sql, &values)?;
            }
            if destination.is_none() {
                // Events that are routed nowhere have no fates; the finder knows what they count as.
                let sql = "SELECT number FROM requests WHERE number BETWEEN ? AND ? AND route = 0";
                add(sql, params![first, last])?;
            }
        }
    }
    Ok(Some(found))
}

/// The bytes of the fates that can match.
fn wanted(filter: &EventFilter) -> Vec<u8> {
    let skips =
        SkipCode::ALL.into_iter().filter(|skip| filter.code.as_ref().is_none_or(|code| skip.word() == code));
    let skips = skips.map(Fate::Skipped);
    let fates: Vec<Fate> = match filter.outcome {
        Some(OutcomeKind::Delivered) => vec![Fate::Delivered],
        Some(OutcomeKind::Dead) => vec![Fate::Dead],
        Some(OutcomeKind::Skipped) => skips.collect(),
        Some(OutcomeKind::Pending) | None => skips.chain([Fate::Delivered, Fate::Dead]).collect(),
    };
    fates.into_iter().map(Fate::byte).collect()
}
