//! What is finished and may go, in pieces small enough that appends pass between them.
//!
//! # Policy
//! * A request is finished when every event of it has its fate at every destination it was routed to. Nothing else is
//!   ever removed; dead letters hold their events themselves.
//! * How old something is, the timeline tells ([`crate::timeline`]), never the wall clock alone.
//! * Finished requests go when they arrived longer ago than the age limit, and then oldest first while the bodies of
//!   all finished requests together are larger than the size limit.
//! * The newest request stays, whatever it is: the next number is one more than its own.
//! * With a request go the calls made for its events, and what was edited to become it.
//! * Message ids are forgotten 24 hours after they were dealt with, samples after 30 days, the audit after 400; survey
//!   answers after an age of their own, and conflicts that long after they last came up.
//! * Pages that become free are used again first; what is free beyond an eighth of the file goes back to the file
//!   system.

use super::chore::{CHORE_ROWS, Chore, Finished, Old};
use super::fault::Fault;
use super::options::Options;
use super::queue;
use super::readers::Readers;
use super::replica::Proposals;
use super::row::unsigned;
use super::work::{Act, Work};
use super::writer::WriterShared;
use crate::error::JournalError;
use crate::receipt::Receipt;
use crate::timeline::Span;
use rusqlite::{Connection, params};
use std::time::Duration;

/// Bodies of one chore.
const CHORE_BYTES: u64 = 4 << 20;

/// Pages of one chore: each may have to be moved to where another was.
const CHORE_PAGES: u32 = 256;

/// Chores of one kind in one tick. More waits for the next.
const CHORES: usize = 2_000;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a message id is remembered (the promise of `Change::Seen`).
pub(super) const SEEN_AGE: Duration = DAY;

/// How long samples are kept.
const SAMPLES_AGE: Duration = Duration::from_secs(30 * DAY.as_secs());

/// How long the audit is kept.
const AUDIT_AGE: Duration = Duration::from_secs(400 * DAY.as_secs());

/// Who carries out a chore: this journal's writer, or the writers of all machines that share the log.
pub(super) struct Chores<'a> {
    pub(super) shared: &'a WriterShared,
    pub(super) proposals: Option<&'a Proposals>,
}

impl Chores<'_> {
    /// Should this machine decide what is removed? Of several one does: the leader.
    fn decides(&self) -> bool {
        self.proposals.is_none_or(|proposals| proposals.is_of(&self.shared.applied.borrow().leader))
    }

    fn ask(&self, chore: Chore) -> Result<u64, JournalError> {
        let work = Work::Chore(chore);
        let Some(proposals) = self.proposals else { return self.shared.ask(work) };
        let (reply, answer) = queue::reply();
        let epoch = self.shared.applied.borrow().epoch;
        proposals.propose(Act::Work(work), Some(epoch), reply, None);
        Receipt::waiting(answer).wait()
    }

    /// The same chore again and again, until there is nothing left of it to do.
    fn repeat(&self, chore: &Chore) -> Result<(), JournalError> {
        for _ in 0..CHORES {
            if self.ask(chore.clone())? == 0 {
                break;
            }
        }
        Ok(())
    }
}

/// Does what is due. `older_than` tells the stamps of what is older than an age.
pub(super) fn maintain(
    chores: &Chores<'_>,
    readers: &Readers,
    options: &Options,
    older_than: &dyn Fn(Duration) -> Vec<Span>,
) -> Result<(), JournalError> {
    if chores.decides() {
        match remove(chores, readers, options, older_than) {
            // Whoever leads now removes the rest.
            Err(JournalError::Deposed) => {}
            removed => removed?,
        }
    }
    let alone = Chores { proposals: None, ..*chores };
    alone.repeat(&Chore::GiveBack { pages: CHORE_PAGES })
}

/// Removes what is old, or too much.
fn remove(
    chores: &Chores<'_>,
    readers: &Readers,
    options: &Options,
    older_than: &dyn Fn(Duration) -> Vec<Span>,
) -> Result<(), JournalError> {
    for (old, age) in [
        (Old::Seen, SEEN_AGE),
        (Old::Samples, SAMPLES_AGE),
        (Old::Audit, AUDIT_AGE),
        (Old::Answers, options.answers_age),
        (Old::Conflicts, options.answers_age),
    ] {
        for span in older_than(age) {
            chores.repeat(&Chore::Forget(old, span))?;
        }
    }
    for span in older_than(options.retention_age) {
        remove_finished(chores, readers, span, u64::MAX)?;
    }
    let excess = readers.read(finished_bytes)?.saturating_sub(options.retention_bytes);
    remove_finished(chores, readers, (i64::MIN, i64::MAX), excess)
}

/// The longest of all ages.
pub(super) fn longest(options: &Options) -> Duration {
    AUDIT_AGE.max(options.answers_age).max(options.retention_age)
}

/// Removes finished requests that arrived in this span, oldest first, until so many bytes are gone. What is finished
/// stays so: a reader may look for it, and the writer has only the removing to do.
fn remove_finished(
    chores: &Chores<'_>,
    readers: &Readers,
    span: Span,
    bytes: u64,
) -> Result<(), JournalError> {
    let (mut from, mut left) = (0, bytes);
    for _ in 0..CHORES {
        let enough = left.min(CHORE_BYTES);
        let found = readers.read(|connection| finished(connection, from, span, enough))?;
        let Some(last) = found.last() else { break };
        from = last.number.saturating_add(1);
        left = found.iter().fold(left, |left, one| left.saturating_sub(one.bytes));
        let mut left = found.as_slice();
        while !left.is_empty() {
            let removed = chores.ask(Chore::Remove(left.to_vec()))?;
            left = left.get(usize::try_from(removed).unwrap_or(usize::MAX)..).unwrap_or_default();
        }
    }
    Ok(())
}

/// Asks the writer whether there is room again; its health tells.
pub(super) fn probe(shared: &WriterShared) -> Result<(), JournalError> {
    shared.ask::<u64>(Work::Chore(Chore::Probe)).map(drop)
}

fn finished_bytes(connection: &Connection) -> Result<u64, Fault> {
    let sql = "SELECT ifnull(sum(bytes), 0) FROM requests WHERE open = 0";
    Ok(unsigned(connection.query_row(sql, [], |row| row.get(0))?))
}

/// Finished requests from this number up that arrived in this span, but the newest: until they hold so many bytes, or are
/// as many as one chore takes. That one is finished is not believed of its row alone: what has an event pending stays.
fn finished(connection: &Connection, from: i64, span: Span, bytes: u64) -> Result<Vec<Finished>, Fault> {
    let mut select = connection.prepare_cached(
        "SELECT number, route, bytes FROM requests r
         WHERE number >= ? AND number < (SELECT max(number) FROM requests) AND open = 0
           AND received_at BETWEEN ? AND ?
           AND NOT EXISTS (
               SELECT 1 FROM routes t LEFT JOIN fates f ON f.destination = t.destination AND f.request = r.number
               WHERE t.route = r.route AND ifnull(f.decided, 0) < r.events)
         ORDER BY number LIMIT ?",
    )?;
    let mut rows = select.query(params![from, span.0, span.1, CHORE_ROWS])?;
    let (mut found, mut size) = (Vec::new(), 0);
    while size < bytes
        && let Some(row) = rows.next()?
    {
        let one = Finished { number: row.get(0)?, route: row.get(1)?, bytes: unsigned(row.get(2)?) };
        size += one.bytes;
        found.push(one);
    }
    Ok(found)
}
