//! Conflicts about e-mails and phone numbers, one row for each person and field of a destination.

use super::condition::Condition;
use super::fault::{Fault, notice_row};
use super::row::{json_text, signed, unsigned};
use super::sum::Sum;
use crate::records::{
    Conflict, ConflictCount, ConflictFilter, ConflictPage, ConflictRecord, DestinationId, UniqueField,
};
use rusqlite::{Connection, Row, params, params_from_iter};

pub(super) fn keep(
    connection: &Connection,
    id: DestinationId,
    conflict: &ConflictRecord,
) -> Result<(), Fault> {
    let record = json_text(conflict)?;
    let field = conflict.field.word();
    let open = !conflict.dismissed;
    let mut put = connection.prepare_cached(
        "INSERT INTO conflicts (destination, lane, field, open, last_at, record, sum) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (destination, lane, field) DO UPDATE
         SET open = excluded.open, last_at = excluded.last_at, record = excluded.record, sum = excluded.sum",
    )?;
    let sum = sum(id, &record).done();
    put.execute(params![id.0, conflict.lane, field, open, conflict.last.0, record, sum])?;
    Ok(())
}

pub(super) fn end(
    connection: &Connection,
    id: DestinationId,
    lane: &str,
    field: UniqueField,
) -> Result<(), Fault> {
    let sql = "DELETE FROM conflicts WHERE destination = ? AND lane = ? AND field = ?";
    connection.prepare_cached(sql)?.execute(params![id.0, lane, field.word()])?;
    Ok(())
}

pub(super) fn list(
    connection: &Connection,
    filter: &ConflictFilter,
    limit: usize,
) -> Result<ConflictPage, Fault> {
    let mut condition = Condition::new();
    condition.when("destination = ?", filter.destination.map(|id| id.0));
    condition.when("id = ?", filter.id.map(signed));
    condition.when("lane = ?", filter.lane.clone());
    condition.when("id < ?", filter.before.map(signed));
    if !filter.dismissed {
        condition.plain("open");
    }
    let one_more = signed(limit as u64).saturating_add(1);
    let sql = format!(
        "SELECT id, destination, record, sum FROM conflicts {} ORDER BY id DESC LIMIT {one_more}",
        condition.clause()
    );
    let mut select = connection.prepare(&sql)?;
    let mut rows = select.query(params_from_iter(condition.values))?;
    let mut page = ConflictPage::default();
    let mut found = 0;
    while let Some(row) = rows.next()? {
        if found >= limit {
            page.more = true;
            break;
        }
        found += 1;
        page.items.extend(read(row)?);
    }
    Ok(page)
}

/// The newest conflicts of a destination, dismissed ones too, by lane and field.
pub(super) fn newest(
    connection: &Connection,
    id: DestinationId,
    limit: usize,
) -> Result<Vec<ConflictRecord>, Fault> {
    let filter = ConflictFilter { destination: Some(id), dismissed: true, ..ConflictFilter::default() };
    let page = list(connection, &filter, limit)?;
    let mut all: Vec<ConflictRecord> = page.items.into_iter().map(|conflict| conflict.record).collect();
    all.sort_by(|one, other| (&one.lane, one.field).cmp(&(&other.lane, other.field)));
    Ok(all)
}

pub(super) fn counts(connection: &Connection) -> Result<Vec<ConflictCount>, Fault> {
    let sql = "SELECT destination, field, count(*) FROM conflicts WHERE open GROUP BY 1, 2 ORDER BY 1, 2";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let word: String = row.get(1)?;
        if let Some(field) = UniqueField::ALL.into_iter().find(|field| field.word() == word) {
            all.push(ConflictCount {
                destination: DestinationId(row.get(0)?),
                field,
                count: unsigned(row.get(2)?),
            });
        }
    }
    Ok(all)
}

/// Nothing if the row was damaged: the conflict is found out anew when the person comes again.
fn read(row: &Row<'_>) -> Result<Option<Conflict>, Fault> {
    let destination = DestinationId(row.get(1)?);
    let record: Option<String> = row.get(2).ok();
    let stored: Option<i64> = row.get(3)?;
    let sound = record.filter(|record| sum(destination, record).suits(stored));
    match sound.and_then(|record| serde_json::from_str(&record).ok()) {
        Some(record) => Ok(Some(Conflict { id: unsigned(row.get(0)?), destination, record })),
        None => {
            notice_row("conflicts", row.get(0)?);
            Ok(None)
        }
    }
}

fn sum(destination: DestinationId, record: &str) -> Sum {
    Sum::of("conflicts").number(destination.0).text(record)
}
