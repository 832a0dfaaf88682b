//! What the world makes of the wishes of the drivers. Everything that a driver wants takes time, and the process may die before
//! and after each of these things.

use super::desk::{Planned, Wish};
use super::driver::Unstarted;
use super::driver::{Driver, Start};
use super::handed_in::{Answer, Write};
use super::happening::{Commit, Doing, Handed, Happening};
use super::process::Process;
use super::state::World;
use super::words::{said, summary};
use crate::report::Broken;
use crate::sabotage::Sabotage;
use crate::scenario::jump;
use crate::store::Store;
use delivery::{COMMIT_WEIGHT, DestinationState, PlannedPage, read_planned};
use event::Millis;
use inmoment::{Call, Called};
use journal::{Change, Journal, JournalError, ReadLimit, Seen};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::oneshot;

/// The one way for a process to end that it chooses itself.
const IN_GOOD_ORDER: &str = "in good order";

/// An answer in doubt is looked for among those of so many milliseconds around the time in its record, and more. A commit may
/// be handed in some time after the record was made.
const FAR_OFF: u64 = 11 * 3_600_000;

impl World {
    /// The process starts, from what the journal holds.
    pub(super) fn start(&mut self) -> Result<(), Broken> {
        if self.process.is_some() {
            return Ok(());
        }
        self.processes += 1;
        self.trace.note(self.now, format_args!("process {} starts", self.processes));
        if !self.calm && self.dice.chance(self.scenario.danger.clock_at_start) {
            self.counts.add("clock set while the process was down");
            let by = jump(&mut self.dice);
            self.set_clock(by);
        }
        if !self.open_journal()? {
            return Ok(());
        }
        let drivers = self.settings.iter().map(|_| None).collect();
        self.process = Some(Process { started: self.now, drivers, stopping: false });
        self.settle_doubts()?;
        (0..self.settings.len()).try_for_each(|d| self.revive(d))
    }

    /// The process opens the journal. False if that fails: then it ends, and another one starts later.
    fn open_journal(&mut self) -> Result<bool, Broken> {
        let Store::Sqlite(disk) = &mut self.journal else { return Ok(true) };
        if disk.journal().is_some() {
            return Ok(true);
        }
        let Err(error) = disk.start(self.now, self.calm, self.scenario.danger.before_commit) else {
            return Ok(true);
        };
        if self.calm || !self.journal.may_say(&error) {
            return Err(Broken(format!("the journal cannot be opened: {error}")));
        }
        self.counts.add("a start failed for the disk");
        let after = self.dice.between(400, 60_000);
        self.put(self.now + after, Happening::Start);
        Ok(false)
    }

    /// A driver starts, from what the journal holds.
    pub(super) fn revive(&mut self, d: usize) -> Result<(), Broken> {
        let Some(process) = &self.process else { return Ok(()) };
        if process.stopping {
            return self.look_for_ends(d);
        }
        let Some(journal) = self.journal.open() else { return Ok(()) };
        let start = Start {
            settings: self.settings[d].clone(),
            journal,
            times: Arc::clone(&self.times),
            started: process.started,
            // Some drivers divide wherever they may.
            commit_weight: self.dice.pick(&[1, 12, COMMIT_WEIGHT]),
        };
        let restored = self.journal.restore(start.settings.id)?;
        let driver = match Driver::start(start) {
            Ok(driver) => driver,
            Err(Unstarted::Journal(error)) if self.journal.may_say(&error) => {
                self.counts.add("a driver could not start for the disk");
                let after = self.dice.between(400, 60_000);
                self.put(self.now + after, Happening::Revive(self.processes, d));
                return Ok(());
            }
            Err(error) => return Err(Broken(error.to_string())),
        };
        // A record of the budget is read by the wall clock: it says nothing once that has been set.
        self.excused[d] |= self.handed[d].and_then(|handed| handed.skew) != Some(self.skew);
        self.first_call[d] = true;
        if let Some(process) = &mut self.process {
            process.drivers[d] = Some(driver);
        }
        self.lives[d] += 1;
        self.watch.begins(d, restored.destination.paused.is_some(), self.now);
        self.turn(d)
    }

    /// One destination's driver is gone, and what it had under way with it; it is started again after a pause.
    pub(super) fn driver_dies(&mut self, d: usize) {
        if self.driver(d).is_none() {
            return;
        }
        self.counts.add("a driver died");
        self.note(format_args!("{}: the driver dies", d + 1));
        self.lose_track(d);
        if let Some(process) = &mut self.process {
            process.drivers[d] = None;
        }
        // Longer than a request needs to InMoment, as after a death of the process.
        let after = self.dice.between(400, 60_000);
        self.put(self.now + after, Happening::Revive(self.processes, d));
    }

    /// A driver goes. If the journal has a wrong time for one of its writes, nobody can tell from that whether it was carried out.
    fn lose_track(&mut self, d: usize) {
        if self.driver(d).is_some_and(|driver| driver.misdates) {
            self.oracle.lost_track(d);
        }
    }

    /// The process is gone, from one moment to the next.
    pub(super) fn die(&mut self, where_: &'static str) {
        if self.process.is_none() {
            return;
        }
        for d in 0..self.settings.len() {
            self.lose_track(d);
        }
        self.process = None;
        self.lose_journal(where_ == IN_GOOD_ORDER);
        self.counts.add(where_);
        self.note(format_args!("the process dies {where_}"));
        for site in &mut self.sites {
            site.forget_token();
        }
        // Longer than a request needs to InMoment: what is under way arrives before, or never.
        let after = match self.dice.between(0, 9) {
            0 => self.dice.between(60_000, 3_600_000),
            1..=4 => self.dice.between(400, 2_000),
            _ => self.dice.between(2_000, 60_000),
        };
        self.put(self.now + after, Happening::Start);
    }

    /// True if the process dies of this danger now.
    fn perishes(&mut self, likely: f64, where_: &'static str) -> bool {
        let dies = !self.calm && self.dice.chance(likely);
        if dies {
            self.die(where_);
        }
        dies
    }

    /// Something happens to a driver.
    pub(super) fn proceed(&mut self, d: usize, doing: Doing) -> Result<(), Broken> {
        match doing {
            Doing::Apply(commit) => return self.apply(d, commit),
            Doing::Read(from, limit, done) => return self.read(d, from, limit, done),
            Doing::Execute(id, call, done) => return self.execute(d, id, &call, done),
            Doing::Answer(result, done) => return self.answer(d, result, done),
            Doing::Wake(woken) => return self.wake(d, woken),
            Doing::Appended => {
                let end = self.journal.end()?;
                if let Some(driver) = self.driver(d) {
                    driver.hear_of_appends(end);
                }
            }
            Doing::ReadDone(planned, done) => send(done, *planned),
            Doing::Replied(id, called, told, done) => {
                self.hear(d, told);
                self.note(format_args!("{}: reply {id}: {}", d + 1, said(&called.outcome)));
                send(done, *called);
            }
        }
        self.turn(d)
    }

    pub(super) fn driver(&mut self, d: usize) -> Option<&mut Driver> {
        self.process.as_mut().and_then(|process| process.drivers[d].as_mut())
    }

    /// Something on the agenda of this driver.
    pub(super) fn put_own(&mut self, after: u64, d: usize, doing: Doing) {
        self.put(self.now + after, Happening::Of(self.lives[d], d, doing));
    }

    /// Lets the driver do all that it can do now, and takes up what it wants.
    pub(super) fn turn(&mut self, d: usize) -> Result<(), Broken> {
        let Some(driver) = self.driver(d) else { return Ok(()) };
        let wishes = driver.run();
        self.take_up(d, wishes)
    }

    fn take_up(&mut self, d: usize, wishes: Vec<Wish>) -> Result<(), Broken> {
        let mut calls = false;
        for wish in wishes {
            match wish {
                Wish::Commit(changes, done) => self.hand_in(d, &changes, done),
                Wish::Call(call, done) => calls |= self.let_out(d, *call, done),
                Wish::Read(from, limit, done) => {
                    let after = self.dice.latency(5, 2_000);
                    self.put_own(after, d, Doing::Read(from, limit, done));
                }
                Wish::Wake(at, woken) => {
                    let mono = self.now - self.process.as_ref().map_or(self.now, |process| process.started);
                    self.put_own(at.saturating_sub(mono), d, Doing::Wake(woken));
                }
            }
        }
        if calls && self.perishes(self.scenario.danger.after_calls, "with calls in flight") {
            return Ok(());
        }
        self.look_for_ends(d)
    }

    /// A driver ends when it is asked to, and not before.
    fn look_for_ends(&mut self, d: usize) -> Result<(), Broken> {
        let Some(process) = &self.process else { return Ok(()) };
        if process.has_stopped() {
            self.die(IN_GOOD_ORDER);
            return Ok(());
        }
        let ended = process.drivers[d].as_ref().is_some_and(Driver::has_ended);
        if ended && !process.stopping {
            return Err(Broken(format!("the driver of destination {} ended unasked", d + 1)));
        }
        Ok(())
    }

    /// The driver hands in a commit.
    fn hand_in(&mut self, d: usize, changes: &[Change], done: oneshot::Sender<Result<(), JournalError>>) {
        let record = changes.iter().rev().find_map(|change| match change {
            Change::Budget(record) => Some(*record),
            _ => None,
        });
        let changes = self.sabotage.changes(changes);
        let (skew, excused) = (self.skew, self.excused[d]);
        let truth = self.sites[d].clock(self.now);
        let Some(driver) = self.driver(d) else { return };
        driver.commits = true;
        driver.misdates |= changes.iter().any(|change| is_misdated(change, truth));
        let known = !std::mem::take(&mut driver.clock_set) && !excused;
        let handed = record.map(|record| Handed { skew: known.then_some(skew), over: record.resets_at });
        let pieces: VecDeque<Arc<[Change]>> = if self.sabotage == Sabotage::DivideAnywhere {
            changes.into_iter().map(|change| Arc::from([change])).collect()
        } else {
            [changes.into()].into()
        };
        let after = self.dice.latency(3, 500);
        self.put_own(after, d, Doing::Apply(Commit { pieces, handed, done }));
    }

    /// The driver makes a call. False if nobody will ever hear of it.
    fn let_out(&mut self, d: usize, mut call: Call, done: oneshot::Sender<Called>) -> bool {
        self.sabotage.call(&mut call);
        let Some(driver) = self.driver(d) else { return false };
        let id = driver.calls();
        self.note(format_args!("{}: call {id}: {}", d + 1, call.kind()));
        if self.watch.swallows(d) {
            self.forgotten.push(done);
            return false;
        }
        let after = self.dice.latency(60, 300);
        self.put_own(after, d, Doing::Execute(id, Box::new(call), done));
        true
    }

    /// The driver is woken.
    fn wake(&mut self, d: usize, woken: oneshot::Sender<()>) -> Result<(), Broken> {
        send(woken, ());
        let now = self.now;
        let Some(driver) = self.driver(d) else { return Ok(()) };
        let wishes = driver.run();
        let in_vain = wishes.iter().all(|wish| matches!(wish, Wish::Wake(..)));
        if driver.spins(now, in_vain) {
            return Err(Broken("the driver asks to be woken again and again, and does nothing".to_owned()));
        }
        self.take_up(d, wishes)
    }

    /// The next piece of a commit becomes true; that it did, nobody knows yet.
    fn apply(&mut self, d: usize, mut commit: Commit) -> Result<(), Broken> {
        if self.perishes(self.scenario.danger.before_commit, "before a commit") {
            return Ok(());
        }
        if !self.calm && self.dice.chance(self.scenario.danger.driver) {
            self.driver_dies(d);
            return Ok(());
        }
        let Some(changes) = commit.pieces.pop_front() else { return Ok(()) };
        let id = self.settings[d].id;
        let Some(journal) = self.journal.open() else { return Ok(()) };
        let receipt = journal.commit_shared(id, Arc::clone(&changes));
        drop(journal);
        let write = Write::Commit { d, life: self.lives[d], changes, handed: commit.handed };
        self.hand_over(write, Answer::Commit(receipt, commit))
    }

    /// What became of a piece of a commit that this life of the driver handed in.
    pub(super) fn commit_answered(
        &mut self,
        d: usize,
        life: u64,
        changes: &[Change],
        commit: Commit,
        result: Result<(), JournalError>,
    ) -> Result<(), Broken> {
        match &result {
            Ok(()) => self.committed(d, changes)?,
            Err(JournalError::Full) => self.counts.add("commit on a full disk"),
            Err(error) if self.journal.may_say(error) => self.counts.add("commit on a failing disk"),
            Err(error) => return Err(Broken(format!("the journal refused a commit: {error}"))),
        }
        if life != self.lives[d] || self.driver(d).is_none() {
            // The driver died meanwhile: nobody is there to hear of it, or to hand in what is left.
            return Ok(());
        }
        let after = self.dice.latency(2, 200);
        if result.is_ok() && !commit.pieces.is_empty() {
            self.put_own(after, d, Doing::Apply(commit));
            return Ok(());
        }
        if result.is_ok() {
            self.handed[d] = commit.handed.or(self.handed[d]);
        }
        self.put_own(after, d, Doing::Answer(result, commit.done));
        Ok(())
    }

    /// A piece of a commit has become true.
    pub(super) fn committed(&mut self, d: usize, changes: &[Change]) -> Result<(), Broken> {
        self.trace.note(self.now, format_args!("{}: committed {}", d + 1, summary(changes)));
        self.ask(|oracle, _, _, facts| oracle.committed(d, changes, facts))
    }

    /// The driver learns what its commit came to.
    fn answer(
        &mut self,
        d: usize,
        result: Result<(), JournalError>,
        done: oneshot::Sender<Result<(), JournalError>>,
    ) -> Result<(), Broken> {
        if result.is_ok()
            && self.perishes(self.scenario.danger.after_commit, "after a commit, before its calls")
        {
            return Ok(());
        }
        if let Some(driver) = self.driver(d) {
            // What failed is handed in again.
            driver.commits = result.is_err();
        }
        send(done, result);
        self.turn(d)
    }

    /// What a read returns is as of now; when the driver gets it, newer things may have been committed.
    fn read(
        &mut self,
        d: usize,
        from: u64,
        limit: ReadLimit,
        done: oneshot::Sender<Planned>,
    ) -> Result<(), Broken> {
        if self.perishes(self.scenario.danger.in_read, "during a read") {
            return Ok(());
        }
        if !self.calm && self.dice.chance(self.scenario.danger.reading) {
            self.counts.add("a reading died");
            drop(done);
            return self.turn(d);
        }
        let Some(journal) = self.journal.open() else { return Ok(()) };
        let mut planned = match read_planned(&*journal, &self.settings[d], from, limit) {
            Ok(intake) => Ok(intake),
            Err(error) if self.journal.may_say(&error) => {
                self.counts.add("a read failed for the disk");
                Err(error.to_string())
            }
            Err(error) => return Err(Broken(error.to_string())),
        };
        if let Ok(intake) = &mut planned {
            self.sabotage.intake(intake);
            if self.sabotage == Sabotage::SweepByWallClock {
                self.forget_seen(&*journal, d, intake)?;
            }
        }
        let after = self.dice.latency(5, 3_000);
        self.put_own(after, d, Doing::ReadDone(Box::new(planned), done));
        Ok(())
    }

    /// As if message ids were swept by the wall clock.
    fn forget_seen(&self, journal: &dyn Journal, d: usize, intake: &mut PlannedPage) -> Result<(), Broken> {
        let since = Millis(self.wall().0.saturating_sub(24 * 3_600_000));
        for event in intake.requests.iter_mut().flat_map(|request| &mut request.events) {
            let Some(key) = event.message.filter(|_| event.seen == Seen::Same) else { continue };
            let seen = journal.seen(self.settings[d].id, &[key], since);
            event.seen =
                seen.map_err(|error| Broken(error.to_string()))?.first().copied().unwrap_or_default();
        }
        Ok(())
    }

    /// What the destination is doing, as it is shown to people.
    pub(super) fn state(&mut self, d: usize) -> Option<DestinationState> {
        let state = self.driver(d).map(|driver| driver.state())?;
        Some(if self.sabotage == Sabotage::SayRunning { DestinationState::Running } else { state })
    }

    /// The driver itself can name no reason why nothing goes out.
    pub(super) fn is_stuck(&mut self, d: usize) -> bool {
        self.driver(d).is_some_and(|driver| driver.state() == DestinationState::Stuck)
    }
}

/// A record of a call whose time is far off InMoment's.
fn is_misdated(change: &Change, truth: i64) -> bool {
    matches!(change, Change::InFlight(record) if record.started_at.0.abs_diff(truth) > FAR_OFF)
}

/// Tells somebody who may have gone away.
fn send<T>(done: oneshot::Sender<T>, what: T) {
    // Who is gone needs no answer.
    let _ = done.send(what);
}
