//! Dead letters counted by destination and code.

use super::conditions;
use crate::records::{DeadLetterCount, DeadLetterFilter, DeadLetterGroup};
use crate::sqlite::fault::Fault;
use crate::sqlite::row::unsigned;
use event::Millis;
use rusqlite::{Connection, params_from_iter};

pub(in crate::sqlite) fn groups(
    connection: &Connection,
    filter: &DeadLetterFilter,
) -> Result<Vec<DeadLetterGroup>, Fault> {
    let condition = conditions(filter)?;
    let mut select = connection.prepare(&format!(
        "SELECT d.name, g.code, g.letters, g.users, g.first, g.last, g.sample FROM
         (SELECT l.destination, l.code, count(*) AS letters, count(DISTINCT l.user) AS users,
                 min(l.died_at) AS first, max(l.died_at) AS last, max(l.id) AS sample
          FROM dead_letters l {} GROUP BY l.destination, l.code) g
         JOIN destinations d ON d.id = g.destination ORDER BY 1, 2",
        condition.clause()
    ))?;
    let rows = select.query_map(params_from_iter(condition.values), |row| {
        Ok(DeadLetterGroup {
            destination: row.get(0)?,
            code: row.get(1)?,
            count: unsigned(row.get(2)?),
            users: unsigned(row.get(3)?),
            first: Millis(row.get(4)?),
            last: Millis(row.get(5)?),
            sample: unsigned(row.get(6)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(in crate::sqlite) fn count(
    connection: &Connection,
    filter: &DeadLetterFilter,
) -> Result<DeadLetterCount, Fault> {
    let condition = conditions(filter)?;
    let sql = format!("SELECT count(*), max(l.id) FROM dead_letters l {}", condition.clause());
    Ok(connection.query_row(&sql, params_from_iter(condition.values), |row| {
        let highest: Option<i64> = row.get(1)?;
        Ok(DeadLetterCount { count: unsigned(row.get(0)?), up_to: highest.map(unsigned) })
    })?)
}
