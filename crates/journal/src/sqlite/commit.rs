//! Delivery state: the changes of a commit, each one row.

use super::answers;
use super::attempts;
use super::conflicts;
use super::cuts::{Late, Sources};
use super::documents;
use super::fault::Fault;
use super::group::Group;
use super::letters;
use super::record;
use super::row::{Count, json_text, signed};
use super::seen;
use crate::change::Change;
use crate::records::{DestinationId, Fate, KnownUser, Position};
use rusqlite::{Connection, ToSql, params};
use std::collections::BTreeSet;

pub(super) fn commit(
    group: &mut Group<'_>,
    id: DestinationId,
    changes: &[Change],
    sources: &Sources,
) -> Result<(), Fault> {
    group.catalogue.knows_destination(id)?;
    let (mut dead, mut kept) = (BTreeSet::new(), BTreeSet::new());
    let mut late = Late::default();
    for change in changes {
        match change {
            Change::Fate(position, fate) => {
                group.fates.decide(group.connection, id, *position, *fate)?;
                group.count(id.0, Count::Fate(*fate), 1);
                if *fate == Fate::Dead {
                    dead.insert(*position);
                }
            }
            Change::DeadLetter(letter) => {
                if !kept.insert(letter.position) {
                    return Err(unmatched_letter(letter.position));
                }
                let (source, bytes) = letters::keep(group.connection, id, letter, sources, &mut late)?;
                group.stores(source, bytes);
            }
            Change::Cursor(number) => {
                let cursor = group.cursors.entry(id).or_default();
                *cursor = (*cursor).max(*number);
            }
            Change::Attempt(attempt) => attempts::keep(group, id, attempt)?,
            Change::MessageIdReused => group.count(id.0, Count::MessageIdReused, 1),
            Change::Paused(paused) => group.standing(id)?.paused = paused.map_or(0, |since| since.0.max(1)),
            Change::Halted(reason) => group.standing(id)?.halted.clone_from(reason),
            Change::Budget(budget) => group.standing(id)?.set_budget(budget)?,
            Change::Calls { made, saved } => group.standing(id)?.count_calls(signed(*made), *saved),
            other => apply(group.connection, id, other)?,
        }
    }
    // The count of the dead is the count of letters kept only if neither comes without the other.
    match dead.symmetric_difference(&kept).next() {
        Some(position) => Err(unmatched_letter(*position)),
        None => Ok(()),
    }
}

fn apply(connection: &Connection, id: DestinationId, change: &Change) -> Result<(), Fault> {
    let run = |sql: &str, values: &[&dyn ToSql]| -> Result<(), Fault> {
        connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    };
    match change {
        Change::Seen(key, at) => run(
            "INSERT INTO seen (destination, source, hash, at) VALUES (?, ?, ?, ?)
             ON CONFLICT (destination, source, hash) DO UPDATE SET at = max(at, excluded.at)",
            params![id.0, key.source.0, &seen::row_key(id, key)[..], at.0],
        ),
        Change::KnowUser(user) => know(connection, id, user),
        Change::DoubtUser(end_user_id) => {
            run("DELETE FROM users WHERE destination = ? AND end_user_id = ?", params![id.0, end_user_id])
        }
        Change::Link(external_id, end_user_id) => link(connection, id, external_id, end_user_id),
        Change::Unlink(external_id) => {
            run("DELETE FROM links WHERE destination = ? AND external_id = ?", params![id.0, external_id])
        }
        Change::InFlight(record) => {
            record::put(connection, record::IN_FLIGHT, id, &record.lane, &json_text(record)?)
        }
        Change::Landed(lane) => {
            run("DELETE FROM in_flight WHERE destination = ? AND lane = ?", params![id.0, lane])
        }
        Change::LaneTrouble(lane, record) => {
            record::put(connection, record::LANES, id, lane, &json_text(record)?)
        }
        Change::LaneClear(lane) => {
            run("DELETE FROM lanes WHERE destination = ? AND lane = ?", params![id.0, lane])
        }
        Change::Conflict(conflict) => conflicts::keep(connection, id, conflict),
        Change::ConflictEnds(lane, field) => conflicts::end(connection, id, lane, *field),
        Change::Answer(answer) => answers::keep(connection, id, answer),
        Change::Audit(entry, at) => documents::keep_audit(connection, entry, *at),
        Change::Fate(..)
        | Change::DeadLetter(_)
        | Change::Cursor(_)
        | Change::Attempt(_)
        | Change::MessageIdReused
        | Change::Paused(_)
        | Change::Halted(_)
        | Change::Budget(_)
        | Change::Calls { .. } => {
            unreachable!("these concern the log or the destination's own row")
        }
    }
}

fn know(connection: &Connection, id: DestinationId, user: &KnownUser) -> Result<(), Fault> {
    if let Some(external_id) = &user.external_id {
        link(connection, id, external_id, &user.end_user_id)?;
    }
    record::put(connection, record::USERS, id, &user.end_user_id, &json_text(user)?)
}

fn link(
    connection: &Connection,
    id: DestinationId,
    external_id: &str,
    end_user_id: &str,
) -> Result<(), Fault> {
    // What is so already is not written: most end users keep their id for good.
    let sql = "INSERT INTO links (destination, external_id, end_user_id, sum) VALUES (?, ?, ?, ?)
               ON CONFLICT (destination, external_id)
               DO UPDATE SET end_user_id = excluded.end_user_id, sum = excluded.sum
               WHERE end_user_id <> excluded.end_user_id OR sum IS NOT excluded.sum";
    let sum = record::LINKS.sum(i64::from(id.0), external_id, end_user_id).done();
    connection.prepare_cached(sql)?.execute(params![id.0, external_id, end_user_id, sum])?;
    Ok(())
}

/// Moves the cursors of the group's commits, after its fates are written. A cursor that passed a pending event would
/// lose it at the next start, so that is looked at once more here, whoever asks.
pub(super) fn move_cursors(group: &mut Group<'_>) -> Result<(), Fault> {
    let mut passed = group.connection.prepare_cached(
        "SELECT EXISTS (
             SELECT 1 FROM requests r
             LEFT JOIN fates f ON f.destination = ?1 AND f.request = r.number
             WHERE r.number >= ?2 AND r.number < ?3 AND r.open > 0
               AND r.route IN (SELECT route FROM routes WHERE destination = ?1)
               AND ifnull(f.decided, 0) < r.events)",
    )?;
    for (id, to) in std::mem::take(&mut group.cursors) {
        let from = group.standing(id)?.cursor;
        let ahead = to > group.catalogue.end();
        let to = signed(to);
        if to <= from {
            continue;
        }
        if ahead || passed.query_row(params![id.0, from, to], |row| row.get(0))? {
            return Err(cursor_ahead(to));
        }
        group.standing(id)?.cursor = to;
    }
    Ok(())
}

fn unmatched_letter(position: Position) -> Fault {
    let Position { request, index } = position;
    Fault::refused(format!(
        "event {index} of request {request} must become dead and a dead letter in one commit"
    ))
}

fn cursor_ahead(number: i64) -> Fault {
    Fault::refused(format!("an event below request {number} is pending, or there is no such request"))
}
