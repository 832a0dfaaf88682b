//! The one that writes: a thread that makes each group of jobs one transaction, and so one fsync.
//!
//! # Policy
//! * A group succeeds whole. When it fails for want of room, everything in it is answered so: the cause is shared. Only a
//!   probe is answered alone, and the others are carried out without it. When a group fails for anything else, it is rolled back and done again job by job, so that each is answered for itself.
//! * Nothing is answered before the transaction is durable, and no append is told of before it can be read.
//! * What the writer knows by heart ([`Catalogue`], [`Fates`]) is dropped at a roll-back and read from the file again.

mod by_hand;

use super::apply::apply;
use super::catalogue::Catalogue;
use super::checkpoint::Gate;
use super::commit;
use super::cuts::Cuts;
use super::fates::Fates;
use super::fault::{Damage, Fault, is_verdict};
use super::group::Group;
use super::queue::{Job, Queue};
use super::replica::Applied;
use super::reserve::Reserve;
use super::row::unsigned;
use super::search::Search;
use super::stored::Stored;
use super::work::{Done, FromDone, Work};
use crate::error::JournalError;
use crate::receipt::Receipt;
use rusqlite::Connection;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// What the writer shares with everybody else.
pub(super) struct WriterShared {
    pub(super) queue: Queue,
    pub(super) gate: Gate,
    pub(super) appended: watch::Sender<u64>,
    pub(super) search: Search,
    pub(super) reserve: Reserve,
    /// why the last append or probe failed, if it did for want of room
    trouble: Mutex<Option<JournalError>>,
    pub(super) damage: Arc<Damage>,
    pub(super) cuts: Cuts,
    pub(super) stored: Stored,
    /// how far this machine has applied the log that several share; as it began, of a journal that stands alone
    pub(super) applied: watch::Sender<Applied>,
    /// the writer, where no thread runs it
    by_hand: Mutex<Option<Writer>>,
    /// how often documents have changed since the journal was opened
    pub(super) documents: watch::Sender<u64>,
}

impl WriterShared {
    pub(super) fn new(end: u64) -> Self {
        WriterShared {
            queue: Queue::new(),
            gate: Gate::default(),
            appended: watch::Sender::new(end),
            search: Search::new(end),
            reserve: Reserve::default(),
            trouble: Mutex::default(),
            damage: Arc::default(),
            cuts: Cuts::default(),
            stored: Stored::default(),
            applied: watch::Sender::new(Applied::default()),
            by_hand: Mutex::default(),
            documents: watch::Sender::new(0),
        }
    }

    /// The same with room kept aside.
    pub(super) fn with_reserve(self, reserve: Reserve) -> Self {
        WriterShared { reserve, ..self }
    }

    /// Hands work to the writer.
    pub(super) fn tell<T: FromDone + Send + 'static>(&self, work: Work) -> Receipt<T> {
        let (job, answer) = Job::new(work);
        self.queue.push(job);
        Receipt::waiting(answer)
    }

    /// Hands work to the writer, and blocks until it is done.
    pub(super) fn ask<T: FromDone + Send + 'static>(&self, work: Work) -> Result<T, JournalError> {
        let receipt = self.tell(work);
        self.write_if_by_hand();
        receipt.wait()
    }

    pub(super) fn trouble(&self) -> Option<JournalError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_trouble(&self, trouble: Option<JournalError>) {
        let mut known = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*known, &trouble) {
            (known, Some(error)) if known.as_ref().is_none_or(|known| !is_same_kind(known, error)) => {
                tracing::warn!(%error, "nothing can be stored; senders are told to try again")
            }
            (Some(_), None) => tracing::info!("requests can be stored again"),
            _ => {}
        }
        *known = trouble;
    }
}

/// Of the same kind, whatever the disk said in detail.
fn is_same_kind(one: &JournalError, other: &JournalError) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

pub(super) struct Writer {
    connection: Connection,
    catalogue: Catalogue,
    fates: Fates,
    /// a group was rolled back, and what is known by heart has not been read anew
    stale: bool,
}

impl Writer {
    pub(super) fn new(connection: Connection) -> Result<Self, JournalError> {
        let catalogue = Catalogue::load(&connection)?;
        Ok(Writer { connection, catalogue, fates: Fates::default(), stale: false })
    }

    pub(super) fn end(&self) -> u64 {
        self.catalogue.end()
    }

    /// Tells what the file says of sources and of the log that machines share to those who ask without the writer.
    pub(super) fn publish(&self, shared: &WriterShared) {
        shared.stored.publish(self.catalogue.stored.iter().map(|(source, bytes)| (*source, *bytes)));
        self.publish_applied(shared);
    }

    /// Writes until the queue is closed and empty; gives its connection back, to be closed last.
    pub(super) fn run(mut self, shared: &WriterShared) -> Connection {
        let abandon = AbandonOnPanic(shared);
        while let Some(jobs) = shared.queue.take() {
            self.write_group(jobs, shared);
        }
        drop(abandon);
        self.connection
    }

    fn write_group(&mut self, jobs: Vec<Job>, shared: &WriterShared) {
        shared.gate.enter();
        self.write(jobs, shared);
        shared.gate.leave();
        shared.damage.look();
    }

    fn write(&mut self, jobs: Vec<Job>, shared: &WriterShared) {
        let jobs = if shared.reserve.spent() { spare(jobs, shared) } else { jobs };
        if !jobs.is_empty() {
            self.carry_out(jobs, shared, true);
        }
    }

    /// `first`: the reserve may be let go of for these jobs; once is all it can help.
    fn carry_out(&mut self, jobs: Vec<Job>, shared: &WriterShared, first: bool) {
        let outcome = self.attempt(&jobs, shared).map_err(|Fault(error)| Fault(shared.reserve.tell(error)));
        match outcome {
            Ok(outcomes) => self.answer(jobs, outcomes, shared),
            // A probe only asks whether there is room. Its answer must not stop what it was grouped with, which may make room.
            Err(Fault(JournalError::Full))
                if jobs.len() > 1 && jobs.iter().any(|job| job.work.is_probe()) =>
            {
                shared.set_trouble(Some(JournalError::Full));
                let (probes, others): (Vec<Job>, Vec<Job>) =
                    jobs.into_iter().partition(|job| job.work.is_probe());
                probes.into_iter().for_each(|job| job.fail(JournalError::Full));
                if !others.is_empty() {
                    self.carry_out(others, shared, first);
                }
            }
            Err(Fault(JournalError::Full)) if first && shared.reserve.release() => {
                shared.set_trouble(Some(JournalError::Full));
                // With the room of the reserve everything goes on that is no request.
                let (requests, others): (Vec<Job>, Vec<Job>) =
                    jobs.into_iter().partition(|job| job.work.is_append());
                requests.into_iter().for_each(|job| job.fail(JournalError::Full));
                if !others.is_empty() {
                    self.carry_out(others, shared, false);
                }
            }
            Err(Fault(error)) if jobs.len() == 1 && is_verdict(&error) => {
                let result = self.pass_over(&jobs, shared).map_or_else(|Fault(local)| local, |()| error);
                jobs.into_iter().for_each(|job| job.fail(result.clone()));
            }
            Err(Fault(error)) if is_of_all(&error) || jobs.len() == 1 => {
                if is_of_all(&error) && jobs.iter().any(|job| job.work.needs_room()) {
                    shared.set_trouble(Some(error.clone()));
                }
                jobs.into_iter().for_each(|job| job.fail(error.clone()));
            }
            Err(_) => jobs.into_iter().for_each(|job| self.carry_out(vec![job], shared, first)),
        }
    }

    fn answer(&mut self, jobs: Vec<Job>, outcomes: Vec<Done>, shared: &WriterShared) {
        let proven = shared.trouble().is_some() && jobs.iter().any(|job| job.work.needs_room());
        if proven && shared.reserve.make().is_ok() {
            shared.set_trouble(None);
        }
        let end = self.catalogue.end();
        if shared.appended.send_if_modified(|known| std::mem::replace(known, end) != end) {
            shared.search.signals.appended(end);
        }
        self.publish_applied(shared);
        if jobs.iter().any(|job| job.work.changes_documents()) {
            shared.documents.send_modify(|changes| *changes += 1);
        }
        for (job, done) in jobs.into_iter().zip(outcomes) {
            if let (Some(finished), Done::Swept(removed)) = (job.work.removes(), done) {
                let gone = finished.iter().take(usize::try_from(removed).unwrap_or(usize::MAX));
                shared.search.signals.removed(gone.map(|one| unsigned(one.number)));
            }
            if let Some(rest) = job.succeed(done) {
                shared.queue.push(rest);
            }
        }
    }

    fn attempt(&mut self, jobs: &[Job], shared: &WriterShared) -> Result<Vec<Done>, Fault> {
        if self.stale {
            self.catalogue = Catalogue::load(&self.connection)?;
            self.stale = false;
        }
        let outcome = self.transact(jobs, shared);
        if outcome.is_err() {
            self.stale = true;
            self.fates.forget();
            // SQLite has rolled back by itself after some errors; where it has not, nothing else is left to do.
            if !self.connection.is_autocommit()
                && let Err(error) = self.connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "a failed write could not be rolled back");
            }
        }
        outcome
    }

    /// Every machine refuses this record: it counts as applied, and changes nothing else.
    fn pass_over(&mut self, jobs: &[Job], shared: &WriterShared) -> Result<(), Fault> {
        let [Job { work: Work::Entry(entry), .. }] = jobs else { return Ok(()) };
        if self.stale {
            self.catalogue = Catalogue::load(&self.connection)?;
            self.stale = false;
        }
        let Some(applied) = &mut self.catalogue.applied else { return Ok(()) };
        let mut passed = applied.clone();
        passed.follow(entry)?;
        passed.put(&self.connection)?;
        *applied = passed;
        self.publish_applied(shared);
        Ok(())
    }

    fn publish_applied(&self, shared: &WriterShared) {
        let Some(now) = &self.catalogue.applied else { return };
        shared.applied.send_if_modified(|known| {
            let changed = known != now;
            if changed {
                known.clone_from(now);
            }
            changed
        });
    }

    fn transact(&mut self, jobs: &[Job], shared: &WriterShared) -> Result<Vec<Done>, Fault> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut group = Group::new(&self.connection, &mut self.catalogue, &mut self.fates);
        let outcomes =
            jobs.iter().map(|job| apply(&mut group, &job.work)).collect::<Result<Vec<Done>, Fault>>()?;
        group.fates.flush(group.connection)?;
        commit::move_cursors(&mut group)?;
        group.write()?;
        let sources: Vec<u32> = group.sources().collect();
        self.connection.execute_batch("COMMIT")?;
        let changed =
            sources.into_iter().map(|source| (source, *self.catalogue.stored.entry(source).or_default()));
        shared.stored.publish(changed);
        Ok(outcomes)
    }
}

/// While the reserve is spent: makes it again, or refuses the requests among these jobs, because what room there is
/// belongs to what must go on.
fn spare(jobs: Vec<Job>, shared: &WriterShared) -> Vec<Job> {
    if shared.reserve.make().is_ok() {
        return jobs;
    }
    shared.set_trouble(Some(JournalError::Full));
    let (requests, others): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|job| job.work.is_append());
    requests.into_iter().for_each(|job| job.fail(JournalError::Full));
    others
}

/// Is the cause one that every job shares?
fn is_of_all(error: &JournalError) -> bool {
    matches!(error, JournalError::Full | JournalError::Disk(_))
}

/// Should the writer ever panic, nobody must wait for it for ever.
struct AbandonOnPanic<'a>(&'a WriterShared);

impl Drop for AbandonOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.queue.abandon();
            self.0.gate.leave();
        }
    }
}

#[cfg(test)]
mod tests;
