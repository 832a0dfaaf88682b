//! The numbers of requests, which only grow.

use super::fault::is_damage;
use super::row::unsigned;
use rusqlite::Connection;

/// One more than the newest request's number, as stored. Retention never removes the newest request, so that numbers
/// grow for ever. Where its row is lost, its body still has the number: no other request may take it.
pub(super) fn end(connection: &Connection) -> rusqlite::Result<u64> {
    let newest = |sql: &str| -> rusqlite::Result<Option<i64>> {
        connection.prepare_cached(sql)?.query_row([], |row| row.get(0))
    };
    let of_requests = newest("SELECT max(number) FROM requests")?;
    let of_bodies = match newest("SELECT max(number) FROM bodies") {
        Err(error) if is_damage(&error) => None,
        other => other?,
    };
    Ok(of_requests.max(of_bodies).map_or(1, |number| unsigned(number) + 1))
}
