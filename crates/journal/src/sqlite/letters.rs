//! Dead letters: kept whole, so that nothing else must last as long as they do; listed, tried again or discarded.

mod again;
mod groups;
mod letter;

use super::append;
use super::condition::Condition;
use super::cuts::{Late, Sources};
use super::fault::Fault;
use super::group::Group;
use super::row::{Count, signed, unsigned};
use super::work::Piece;
use crate::error::JournalError;
use crate::records::{
    DeadLetterFilter, DeadLetterPage, DestinationId, Fate, NewDeadLetter, Position, SkipCode,
};
use crate::text::PAGE_BYTES;
pub(super) use again::{original, replay, requeue_edited};
pub(super) use groups::{count, groups};
use letter::{Letter, Names};
use rusqlite::{Connection, params_from_iter};

/// Letters that one commit takes, at most: about 10 ms of work.
const PIECE: usize = 256;

/// The texts of the letters that one commit takes, about.
const PIECE_BYTES: usize = 1 << 20;

/// Keeps a letter with its event, which was cut ahead of the commit as a rule. Gives its source, and what it takes.
pub(super) fn keep(
    connection: &Connection,
    destination: DestinationId,
    letter: &NewDeadLetter,
    sources: &Sources,
    late: &mut Late,
) -> Result<(u32, i64), Fault> {
    let kept = match sources.get(&letter.position) {
        Some(source) => Letter::new(destination, letter, source),
        None => Letter::new(destination, letter, &late.source(connection, letter.position)?),
    };
    kept.insert(connection)?;
    Ok((kept.source, kept.stored_bytes()))
}

/// Takes some of the letters that match and stores each as a new request.
pub(super) fn requeue(group: &mut Group<'_>, filter: &DeadLetterFilter) -> Result<Piece, Fault> {
    let mut condition = conditions(filter)?;
    condition.plain("l.code <> 'event_unreadable'");
    take(group, filter, &condition, |group, letter| {
        let Some(again) = letter.request()? else {
            let more = letter.set_aside(group.connection)?;
            group.stores(letter.source, more);
            return Ok(false);
        };
        let route = group.catalogue.route(group.connection, &again.request.destinations)?;
        append::store(group, &again.request, &again.body, &route, again.again)?;
        group.count(letter.destination, Count::Fate(Fate::Dead), -1);
        Ok(true)
    })
}

/// Takes some of the letters that match away.
pub(super) fn discard(group: &mut Group<'_>, filter: &DeadLetterFilter) -> Result<Piece, Fault> {
    let discarded = Fate::Skipped(SkipCode::Discarded);
    let condition = conditions(filter)?;
    take(group, filter, &condition, |group, letter| {
        let destination = DestinationId(letter.destination);
        let position = Position { request: unsigned(letter.request), index: letter.event_index };
        group.fates.revise(group.connection, destination, position, discarded)?;
        group.count(destination.0, Count::Fate(Fate::Dead), -1);
        group.count(destination.0, Count::Fate(discarded), 1);
        Ok(true)
    })
}

/// Takes the first of the letters that match out, one by one: their events may be large, and many. Those that `each` says
/// no to stay.
fn take(
    group: &mut Group<'_>,
    filter: &DeadLetterFilter,
    condition: &Condition,
    mut each: impl FnMut(&mut Group<'_>, &Letter) -> Result<bool, Fault>,
) -> Result<Piece, Fault> {
    let connection = group.connection;
    // What dies again meanwhile has a higher number: it is not taken twice.
    let up_to = match filter.up_to {
        Some(up_to) => up_to,
        None => unsigned(
            connection.query_row("SELECT ifnull(max(id), 0) FROM dead_letters", [], |row| row.get(0))?,
        ),
    };
    let sql =
        format!("SELECT l.id FROM dead_letters l {} ORDER BY l.id LIMIT {}", condition.clause(), PIECE + 1);
    let mut ids = connection.prepare(&sql)?;
    let ids = ids.query_map(params_from_iter(condition.values.iter()), |row| row.get(0))?;
    let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
    let mut delete = connection.prepare_cached("DELETE FROM dead_letters WHERE id = ?")?;
    let (mut bytes, mut piece) = (0, Piece { taken: 0, more: None });
    for (place, id) in ids.iter().enumerate() {
        if place == PIECE || bytes >= PIECE_BYTES {
            let after = place.checked_sub(1).and_then(|place| ids.get(place)).copied().unwrap_or(0);
            piece.more = Some((unsigned(after), up_to));
            break;
        }
        let letter = Letter::load(connection, *id)?;
        bytes += letter.text_length();
        if unsigned(*id) <= up_to && each(group, &letter)? {
            delete.execute([id])?;
            group.stores(letter.source, -letter.stored_bytes());
            piece.taken += 1;
        }
    }
    Ok(piece)
}

/// Reads a letter; that it was damaged is noted.
pub(super) fn check(connection: &Connection, id: i64) {
    let _ = Letter::find(connection, id);
}

pub(super) fn list(
    connection: &Connection,
    filter: &DeadLetterFilter,
    limit: usize,
) -> Result<DeadLetterPage, Fault> {
    let condition = conditions(filter)?;
    // Numbers first: what must be put in order is small then, whatever the index; and one that cannot be read hides
    // no other.
    let mut select = connection.prepare(&format!(
        "SELECT l.id FROM dead_letters l {} ORDER BY l.id LIMIT {}",
        condition.clause(),
        signed(limit as u64).saturating_add(1)
    ))?;
    let names = Names::load(connection)?;
    let mut ids = select.query(params_from_iter(condition.values))?;
    let mut page = DeadLetterPage::default();
    let mut bytes = 0;
    while let Some(row) = ids.next()? {
        if page.items.len() >= limit || bytes >= PAGE_BYTES {
            page.more = true;
            break;
        }
        let id: i64 = row.get(0)?;
        let letter = match Letter::load(connection, id) {
            Err(Fault(JournalError::Damaged(_))) => letter::lost(id),
            other => other?.into_dead_letter(&names),
        };
        bytes += letter.event.len();
        page.items.push(letter);
    }
    Ok(page)
}

/// The filter on `dead_letters l`.
fn conditions(filter: &DeadLetterFilter) -> Result<Condition, Fault> {
    let mut condition = Condition::new();
    condition.when("l.destination = ?", filter.destination.map(|id| id.0));
    condition.when("l.code = ?", filter.code.clone());
    let ids = filter.ids.as_ref().map(super::row::json_text).transpose()?;
    condition.when("l.id IN (SELECT value FROM json_each(?))", ids);
    condition.when("l.id > ?", filter.after.map(signed));
    condition.when("l.id <= ?", filter.up_to.map(signed));
    condition.when("l.died_at >= ?", filter.from.map(|at| at.0));
    condition.when("l.died_at < ?", filter.to.map(|at| at.0));
    condition.when("l.source = ?", filter.source.map(|id| id.0));
    condition.when("l.user = ?", filter.user.clone());
    condition.when(WITH_MESSAGE_ID, filter.message_id.clone());
    Ok(condition)
}

/// The index has the end of each message id: there the ids of one program differ, and a commit of many letters writes fewer pages of it.
pub(super) const WITH_MESSAGE_ID: &str = "substr(l.message_id, -8) = substr(?, -8) AND l.message_id = ?";
