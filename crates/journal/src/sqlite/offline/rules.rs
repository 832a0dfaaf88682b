//! The rules that the tables must fulfil together.

use super::finding::Finding;
use super::rows::unreadable;
use crate::code;
use crate::records::Fate;
use crate::sqlite::fault::Fault;
use crate::sqlite::row::Count;
use crate::sqlite::{read, stored};
use rusqlite::{Connection, OptionalExtension};

/// A rule: the sentence about a violation, and the query that finds violations (their number is in the first column).
const RULES: [(&str, &str); 11] = [
    (
        "requests have no body",
        "SELECT number FROM requests r WHERE NOT EXISTS (SELECT 1 FROM bodies WHERE number = r.number)",
    ),
    (
        "bodies belong to no request",
        "SELECT number FROM bodies b WHERE NOT EXISTS (SELECT 1 FROM requests WHERE number = b.number)",
    ),
    (
        "requests are of another source than their body",
        "SELECT r.number FROM requests r JOIN bodies b ON b.number = r.number WHERE r.source <> b.source",
    ),
    (
        "requests count other destinations as open than have an event of theirs pending",
        "SELECT number FROM requests r WHERE open <> (
             SELECT count(*) FROM routes t LEFT JOIN fates f ON f.destination = t.destination AND f.request = r.number
             WHERE t.route = r.route AND ifnull(f.decided, 0) < r.events)",
    ),
    (
        "requests have a route that leads nowhere",
        "SELECT number FROM requests WHERE route <> 0 AND route NOT IN (SELECT route FROM routes)",
    ),
    (
        "fates belong to no request",
        "SELECT request FROM fates f WHERE NOT EXISTS (SELECT 1 FROM requests WHERE number = f.request)",
    ),
    (
        "routes lead to no destination",
        "SELECT route FROM routes WHERE destination NOT IN (SELECT id FROM destinations)",
    ),
    (
        "events are pending below their destination's cursor",
        "SELECT r.number FROM destinations d JOIN routes t ON t.destination = d.id
         JOIN requests r ON r.route = t.route AND r.number < d.cursor
         LEFT JOIN fates f ON f.destination = d.id AND f.request = r.number
         WHERE r.open > 0 AND ifnull(f.decided, 0) < r.events",
    ),
    (
        "dead letters are of no destination or source",
        "SELECT id FROM dead_letters WHERE destination NOT IN (SELECT id FROM destinations)
             OR source NOT IN (SELECT id FROM sources)",
    ),
    (
        "events name calls that are not kept",
        "SELECT request FROM attempt_events e WHERE NOT EXISTS (SELECT 1 FROM attempts WHERE id = e.attempt)",
    ),
    (
        "edited events are kept of no request",
        "SELECT request FROM originals o WHERE NOT EXISTS (SELECT 1 FROM requests WHERE number = o.request)",
    ),
];

pub(super) fn look(connection: &Connection, findings: &mut Vec<Finding>) {
    for (what, sql) in RULES {
        match broken(connection, sql) {
            Ok(None) => {}
            Ok(Some((count, first))) => {
                findings.push(contradiction(format!("{count} {what}, number {first} the first")))
            }
            Err(error) => findings.push(unreadable(what, &Fault::from(error).0.to_string())),
        }
    }
    for look in [balance, letters, of_sources] {
        if let Err(Fault(error)) = look(connection, findings) {
            findings.push(unreadable("ledger", &error.to_string()));
        }
    }
}

fn broken(connection: &Connection, sql: &str) -> rusqlite::Result<Option<(i64, i64)>> {
    let sql = format!("SELECT count(*), min(number) FROM (SELECT number FROM ({}))", named(sql));
    let found: Option<(i64, Option<i64>)> =
        connection.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.and_then(|(count, first)| Some((count, first?))))
}

/// The query with its only column called `number`.
fn named(sql: &str) -> String {
    format!("WITH found(number) AS ({sql}) SELECT number FROM found")
}

fn contradiction(what: String) -> Finding {
    Finding {
        wrong: true,
        code: code::JOURNAL_ROWS_CONTRADICT,
        what,
        what_to_do: "keep a copy of the folder and restore a backup where one is good; if no disk has failed, report it with the log",
    }
}

/// Accepted events are those with a fate and those without one.
fn balance(connection: &Connection, findings: &mut Vec<Finding>) -> Result<(), Fault> {
    for (name, totals) in read::ledger(connection)?.destinations {
        if totals.imbalance() != 0 {
            findings.push(contradiction(format!(
                "the ledger of {name:?} is out by {}: {} accepted, {} delivered, {} skipped, {} dead, {} pending",
                totals.imbalance(),
                totals.accepted,
                totals.delivered,
                totals.skipped_total(),
                totals.dead,
                totals.pending,
            )));
        }
    }
    Ok(())
}

/// The ledger has the number of dead letters that are kept.
fn letters(connection: &Connection, findings: &mut Vec<Finding>) -> Result<(), Fault> {
    let mut select = connection.prepare(
        "SELECT d.name, ifnull((SELECT events FROM ledger WHERE destination = d.id AND what = ?1), 0),
                (SELECT count(*) FROM dead_letters WHERE destination = d.id)
         FROM destinations d",
    )?;
    let mut rows = select.query([Count::Fate(Fate::Dead).word()])?;
    while let Some(row) = rows.next()? {
        let (name, said, kept): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if said != kept {
            findings.push(contradiction(format!(
                "{kept} dead letters of {name:?} are kept, and the ledger counts {said}"
            )));
        }
    }
    Ok(())
}

fn of_sources(connection: &Connection, findings: &mut Vec<Finding>) -> Result<(), Fault> {
    let (said, counted) = (stored::load(connection)?.unwrap_or_default(), stored::count(connection)?);
    let of = |all: &stored::Bytes, source: u32| all.get(&source).copied().unwrap_or(0);
    for source in said.keys().chain(counted.keys()).collect::<std::collections::BTreeSet<_>>() {
        let (said, counted) = (of(&said, *source), of(&counted, *source));
        if said != counted {
            findings.push(contradiction(format!(
                "source {source} takes {counted} bytes, and {said} are counted for it"
            )));
        }
    }
    Ok(())
}
