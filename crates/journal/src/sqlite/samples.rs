//! How destinations were doing, minute by minute.

use super::fault::Fault;
use super::row::{signed, unsigned};
use crate::records::{DestinationId, Sample};
use event::Millis;
use rusqlite::{Connection, Row, params};

pub(super) fn record(connection: &Connection, samples: &[Sample]) -> Result<(), Fault> {
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO samples (at, destination, accepted, delivered, skipped, dead, pending, calls,
         calls_saved, oldest_pending_ms, calls_allowed, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for sample in samples {
        insert.execute(params![
            sample.at.0,
            sample.destination.0,
            signed(sample.accepted),
            signed(sample.delivered),
            signed(sample.skipped),
            signed(sample.dead),
            signed(sample.pending),
            signed(sample.calls),
            signed(sample.calls_saved),
            signed(sample.oldest_pending_ms),
            sample.limit,
            sample.state,
        ])?;
    }
    Ok(())
}

pub(super) fn list(
    connection: &Connection,
    destination: Option<DestinationId>,
    from: Millis,
    to: Millis,
) -> Result<Vec<Sample>, Fault> {
    let mut select = connection.prepare_cached(
        "SELECT * FROM samples WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR destination = ?3)
         ORDER BY at, destination",
    )?;
    let rows = select.query_map(params![from.0, to.0, destination.map(|id| id.0)], read_sample)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read_sample(row: &Row<'_>) -> rusqlite::Result<Sample> {
    let count = |column: &str| row.get(column).map(unsigned);
    Ok(Sample {
        at: Millis(row.get("at")?),
        destination: DestinationId(row.get("destination")?),
        accepted: count("accepted")?,
        delivered: count("delivered")?,
        skipped: count("skipped")?,
        dead: count("dead")?,
        pending: count("pending")?,
        calls: count("calls")?,
        calls_saved: count("calls_saved")?,
        oldest_pending_ms: count("oldest_pending_ms")?,
        limit: row.get("calls_allowed")?,
        state: row.get("state")?,
    })
}
