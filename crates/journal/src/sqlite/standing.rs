//! A destination's row: where its delivery stands. The writer knows it by heart and writes it whole, once a group.

use super::fault::Fault;
use super::row::json_text;
use super::sum::Sum;
use crate::records::{BudgetRecord, DestinationId, SavedCalls};
use rusqlite::{Connection, Row, params};

/// Every value of the row but its number and its checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StandingRow {
    pub(super) name: String,
    pub(super) cursor: i64,
    /// 0: it is not paused; 1: it is, and a former version did not record since when; otherwise since when, in milliseconds
    /// since 1970
    pub(super) paused: i64,
    pub(super) halted: Option<String>,
    pub(super) calls: i64,
    pub(super) saved: [i64; 3],
    pub(super) budget: Option<String>,
}

/// What [`StandingRow::read`] reads, in its order.
pub(super) const COLUMNS: &str =
    "id, name, cursor, paused, halted, calls, saved_known, saved_merged, saved_unchanged, budget, sum";

impl StandingRow {
    /// A new destination's.
    pub(super) fn new(name: &str, cursor: i64) -> StandingRow {
        StandingRow {
            name: name.to_owned(),
            cursor,
            paused: 0,
            halted: None,
            calls: 0,
            saved: [0; 3],
            budget: None,
        }
    }

    /// Out of a row of [`COLUMNS`], with its checksum. A value that is not of its type was damaged: then the checksum does
    /// not suit.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<(DestinationId, StandingRow, Option<i64>)> {
        let standing = StandingRow {
            name: row.get(1).unwrap_or_default(),
            cursor: row.get(2).unwrap_or_default(),
            paused: row.get(3).unwrap_or_default(),
            halted: row.get(4).unwrap_or_default(),
            calls: row.get(5).unwrap_or_default(),
            saved: [6, 7, 8].map(|place| row.get(place).unwrap_or_default()),
            budget: row.get(9).unwrap_or_default(),
        };
        Ok((DestinationId(row.get(0)?), standing, row.get(10).unwrap_or_default()))
    }

    pub(super) fn sum(&self, id: DestinationId) -> Sum {
        let of_calls = Sum::of("destinations")
            .number(id.0)
            .text(&self.name)
            .number(self.cursor)
            .number(self.paused)
            .maybe(self.halted.as_deref(), Sum::text)
            .number(self.calls);
        let of_saved = self.saved.iter().fold(of_calls, |sum, saved| sum.number(*saved));
        of_saved.maybe(self.budget.as_deref(), Sum::text)
    }

    /// Writes it in the place of what was there.
    pub(super) fn put(&self, connection: &Connection, id: DestinationId) -> Result<(), Fault> {
        let sql = "UPDATE destinations SET name = ?2, cursor = ?3, paused = ?4, halted = ?5, calls = ?6,
                   saved_known = ?7, saved_merged = ?8, saved_unchanged = ?9, budget = ?10, sum = ?11 WHERE id = ?1";
        let [known, merged, unchanged] = self.saved;
        connection.prepare_cached(sql)?.execute(params![
            id.0,
            self.name,
            self.cursor,
            self.paused,
            self.halted,
            self.calls,
            known,
            merged,
            unchanged,
            self.budget,
            self.sum(id).done(),
        ])?;
        Ok(())
    }

    pub(super) fn count_calls(&mut self, made: i64, saved: SavedCalls) {
        self.calls = self.calls.saturating_add(made);
        for (mine, more) in self.saved.iter_mut().zip([saved.known, saved.merged, saved.unchanged]) {
            *mine = mine.saturating_add(super::row::signed(more));
        }
    }

    pub(super) fn set_budget(&mut self, budget: &BudgetRecord) -> Result<(), Fault> {
        self.budget = Some(json_text(budget)?);
        Ok(())
    }
}

/// Every destination's row.
pub(super) fn all(connection: &Connection) -> Result<Vec<(DestinationId, StandingRow, Option<i64>)>, Fault> {
    let mut select = connection.prepare(&format!("SELECT {COLUMNS} FROM destinations ORDER BY id"))?;
    let rows = select.query_map([], StandingRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Below which request every event has its fate at this destination, found in the log itself.
pub(super) fn cursor_of_log(connection: &Connection, id: DestinationId, end: i64) -> Result<i64, Fault> {
    let sql = "SELECT min(r.number) FROM requests r
               LEFT JOIN fates f ON f.destination = ?1 AND f.request = r.number
               WHERE r.route IN (SELECT route FROM routes WHERE destination = ?1)
                 AND ifnull(f.decided, 0) < r.events";
    let first: Option<i64> = connection.query_row(sql, [id.0], |row| row.get(0))?;
    Ok(first.unwrap_or(end))
}
