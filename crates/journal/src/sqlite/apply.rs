//! What each piece of the writer's work changes in the file, within a transaction.

use super::append;
use super::commit;
use super::documents;
use super::fault::Fault;
use super::group::Group;
use super::housekeeping;
use super::letters;
use super::samples;
use super::work::{Act, Audited, Done, LogEntry, Work};
use rusqlite::Connection;

/// Makes the changes of a piece of work within the transaction.
pub(super) fn apply(group: &mut Group<'_>, work: &Work) -> Result<Done, Fault> {
    let (connection, catalogue) = (group.connection, &mut *group.catalogue);
    Ok(match work {
        Work::Append { request, body } => Done::Appended(append::append(group, request, body)?),
        Work::Commit { destination, changes, sources } => {
            commit::commit(group, *destination, changes, sources)?;
            Done::Committed
        }
        Work::Requeue { filter, audit } => {
            audit.as_ref().map_or(Ok(()), |audit| keep_audit(connection, audit))?;
            Done::Piece(letters::requeue(group, filter)?)
        }
        Work::Discard { filter, audit } => {
            audit.as_ref().map_or(Ok(()), |audit| keep_audit(connection, audit))?;
            Done::Piece(letters::discard(group, filter)?)
        }
        Work::RequeueEdited { id, event, audit } => {
            keep_audit(connection, audit)?;
            Done::Stored(letters::requeue_edited(group, *id, event, audit.at)?)
        }
        Work::Replay { position, destination, audit } => {
            keep_audit(connection, audit)?;
            Done::Stored(letters::replay(group, *position, *destination)?)
        }
        Work::Documents { changes, at } => {
            documents::write(connection, changes, *at)?;
            Done::Committed
        }
        Work::Samples(samples) => {
            samples::record(connection, samples)?;
            Done::Committed
        }
        Work::Source { name, kind } => Done::Source(catalogue.source(connection, name, *kind)?),
        Work::Destination { name } => Done::Destination(catalogue.destination(connection, name)?),
        Work::Chore(chore) => Done::Swept(housekeeping::carry_out(group, chore)?),
        Work::Entry(entry) => apply_entry(group, entry)?,
    })
}

fn keep_audit(connection: &Connection, audited: &Audited) -> Result<(), Fault> {
    documents::keep_audit(connection, &audited.audit, audited.at)
}

/// Makes the changes of a record within the transaction.
fn apply_entry(group: &mut Group<'_>, entry: &LogEntry) -> Result<Done, Fault> {
    let applied = group.applied()?;
    applied.follow(entry)?;
    let of_epoch = entry.record.epoch;
    match &entry.record.act {
        Act::Claim => Ok(if applied.claim(entry) { Done::Committed } else { Done::Deposed }),
        _ if of_epoch.is_some_and(|epoch| epoch != applied.epoch) => Ok(Done::Deposed),
        Act::Renew => Ok(Done::Committed),
        // What follows is delivery's own to decide, and nobody leads without an epoch.
        Act::Work(Work::Commit { .. }) if of_epoch.is_none() => Ok(Done::Deposed),
        Act::Work(work) => {
            let done = apply(group, work)?;
            // Whether a cursor may move must not depend on which records a machine happened to apply together.
            if !group.cursors.is_empty() {
                group.fates.flush(group.connection)?;
                commit::move_cursors(group)?;
            }
            Ok(done)
        }
    }
}
