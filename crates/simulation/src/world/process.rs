//! The process: a machine per destination, driven as `delivery`'s driver drives it. It takes in whatever has happened,
//! steps the machine through it, makes the calls and the read that the machine lets out, and commits what it changes:
//! one commit at a time and that in pieces, while things go on happening. The machine is told when a commit is durable. Here every one of
//! these takes time, and the process may die between any two of them.

use super::words::{name, told};
use super::{Doing, Handed, Happening, Told, World};
use crate::report::Broken;
use crate::sabotage::Sabotage;
use crate::scenario::jump;
use delivery::{COMMIT_WEIGHT, Effects, Input, Intake, Machine, Seam, State, attempt, pieces, read_planned};
use event::Millis;
use inmoment::{Called, Exchange};
use journal::{Change, DeliveryStore, JournalError, ReadLimit, Seen};
use std::collections::VecDeque;
use std::sync::Arc;

/// Wait before a journal that failed is tried again, as the driver has it.
const JOURNAL_RETRY: u64 = 1_000;
/// A machine that wants to be woken so often at one instant, and then does nothing, spins.
const IDLE_TURNS: u32 = 50;

/// A running process.
pub(super) struct Process {
    /// When it started.
    pub(super) started: u64,
    /// One that has died is missing until it is started again.
    drivers: Vec<Option<Driver>>,
    /// It has been asked to end.
    pub(super) stopping: bool,
}

/// One destination's driver.
pub(super) struct Driver {
    machine: Machine,
    /// What has happened; of a reply, also how it came.
    inbox: Vec<(Input, Option<Exchange>)>,
    /// For the next commit.
    changes: Vec<Change>,
    /// Where it may be divided.
    seams: Vec<Seam>,
    /// What is being committed, piece by piece, with its number.
    committing: Option<(u64, VecDeque<Arc<[Change]>>)>,
    /// What such a piece weighs at most.
    piece: usize,
    wake: Option<u64>,
    idle: (u64, u32),
    /// What it tells the journal of the limit, in what is not being committed yet; and in what is.
    hands_on: [Option<Handed>; 2],
    /// Calls under way.
    calls: u32,
    /// A reply has named the limit.
    knows_limit: bool,
    /// InMoment has said what time it is.
    heard: bool,
    /// A write went out before that: it is recorded by the wall clock.
    blind: bool,
}

impl Process {
    /// Nothing is under way that a stop would wait for.
    pub(super) fn is_idle(&self) -> bool {
        self.drivers.iter().all(|driver| driver.as_ref().is_some_and(Driver::is_idle))
    }
}

impl Driver {
    fn is_idle(&self) -> bool {
        self.committing.is_none()
            && self.changes.is_empty()
            && self.inbox.is_empty()
            && !self.machine.awaits_reply()
    }
}

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
        let drivers = self.settings.iter().map(|_| None).collect();
        self.process = Some(Process { started: self.now, drivers, stopping: false });
        (0..self.settings.len()).try_for_each(|d| self.revive(d))
    }

    /// A driver starts, from what the journal holds.
    pub(super) fn revive(&mut self, d: usize) -> Result<(), Broken> {
        let (now, settings) = (self.clock(), self.settings[d].clone());
        let restored = self.journal.restore(settings.id).map_err(|error| Broken(error.to_string()))?;
        let paused = restored.destination.paused.is_some();
        let mut machine = Machine::new(settings, restored, self.dice.number(), now);
        // A record of the budget is read by the wall clock: it says nothing once that has been set.
        self.excused[d] |= self.handed[d].and_then(|handed| handed.skew) != Some(self.skew);
        self.first_call[d] = true;
        let Some(process) = &mut self.process else { return Ok(()) };
        if process.stopping {
            // It comes too late to call anybody.
            machine.step(now, Input::Drain, &mut Effects::default());
        }
        let inbox = vec![(Input::Woke, None)];
        // Some drivers divide wherever they may.
        let piece = self.dice.pick(&[1, 12, COMMIT_WEIGHT]);
        let driver = Driver {
            machine,
            inbox,
            changes: Vec::new(),
            seams: Vec::new(),
            committing: None,
            piece,
            wake: None,
            idle: (0, 0),
            hands_on: [None; 2],
            calls: 0,
            knows_limit: false,
            heard: false,
            blind: false,
        };
        process.drivers[d] = Some(driver);
        self.lives[d] += 1;
        self.watch.begins(d, paused, self.now);
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

    /// A driver goes. A write that it sent before it had heard InMoment's clock is recorded by the wall clock, which may be
    /// wrong.
    fn lose_track(&mut self, d: usize) {
        let Some(driver) = self.driver(d) else { return };
        if driver.blind {
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
            Doing::Apply => return self.apply(d),
            Doing::Durable => return self.durable(d),
            Doing::Read(from, limit) => return self.read(d, from, limit),
            Doing::Execute(id, call) => return self.execute(d, id, &call),
            Doing::Appended => {
                let end = *self.journal.appended().borrow();
                self.take(d, Input::Appended(end));
            }
            Doing::ReadDone(intake) => self.take(d, Input::Read(*intake)),
            Doing::Replied(id, called, told) => {
                let Called { outcome, exchange } = *called;
                self.hear(d, told);
                if let Some(driver) = self.driver(d) {
                    driver.inbox.push((Input::Replied(id, outcome), Some(exchange)));
                }
            }
            Doing::Wake(at) => {
                let Some(driver) = self.driver(d).filter(|driver| driver.wake == Some(at)) else {
                    return Ok(());
                };
                driver.wake = None;
                driver.inbox.push((Input::Woke, None));
            }
        }
        self.turn(d)
    }

    pub(super) fn driver(&mut self, d: usize) -> Option<&mut Driver> {
        self.process.as_mut().and_then(|process| process.drivers[d].as_mut())
    }

    /// Something for the machine, when it is its turn.
    pub(super) fn take(&mut self, d: usize, input: Input) {
        if let Some(driver) = self.driver(d) {
            driver.inbox.push((input, None));
        }
    }

    /// Something on the agenda of this process.
    pub(super) fn put_own(&mut self, after: u64, d: usize, doing: Doing) {
        self.put(self.now + after, Happening::Of(self.lives[d], d, doing));
    }

    /// Steps the machine through what has happened.
    pub(super) fn turn(&mut self, d: usize) -> Result<(), Broken> {
        let now = self.clock();
        let Some(driver) = self.driver(d) else { return Ok(()) };
        let inputs = std::mem::take(&mut driver.inbox);
        if inputs.is_empty() {
            return Ok(());
        }
        let names = inputs.iter().map(|(input, _)| name(input)).collect::<Vec<_>>().join(", ");
        let mut effects = Effects::default();
        let only_woke = inputs.iter().all(|(input, _)| *input == Input::Woke);
        for (input, exchange) in inputs {
            if let (Input::Replied(id, outcome), Some(exchange)) = (&input, exchange) {
                if let Some(date) = exchange.date_ms.filter(|_| outcome.is_ok()) {
                    driver.machine.hear_time(date, now);
                    driver.heard = true;
                }
                effects.changes.extend(attempt(&driver.machine, *id, outcome, exchange));
            }
            driver.machine.step(now, input, &mut effects);
        }
        driver.spins(now.mono, only_woke && effects.is_empty())?;
        let record = effects.changes.iter().rev().find_map(|change| match change {
            Change::Budget(record) => Some(*record),
            _ => None,
        });
        self.sabotage.effects(&mut effects);
        self.watch.swallow(d, &mut effects);
        let calls = effects.calls.iter().map(|(id, call)| format!("{}={}", id.0, call.kind()));
        let calls = calls.collect::<Vec<_>>().join(" ");
        let (changes, read) = (effects.changes.len(), effects.read.map(|(from, _)| from));
        let skew = Some(self.skew).filter(|_| !self.excused[d]);
        let handed = record.map(|record| Handed { skew, over: record.resets_at });
        self.note(format_args!("{}: {names} -> {changes} changes, calls [{calls}], read {read:?}", d + 1));
        if let Some(driver) = self.driver(d) {
            let before = driver.changes.len();
            driver.hands_on[0] = handed.or(driver.hands_on[0]);
            driver.changes.append(&mut effects.changes);
            driver.seams.extend(effects.seams.drain(..).map(|seam| Seam { at: before + seam.at, ..seam }));
            driver.blind |= !driver.heard && effects.calls.iter().any(|(_, call)| call.writes());
        }
        self.commit_next(d);
        self.release(d, effects)
    }

    /// Hands in the next commit, unless one is under way.
    fn commit_next(&mut self, d: usize) {
        let anywhere = self.sabotage == Sabotage::DivideAnywhere;
        let Some(driver) = self.driver(d).filter(|driver| driver.committing.is_none()) else { return };
        if let Some(number) = driver.machine.seal() {
            let (changes, mut seams) =
                (std::mem::take(&mut driver.changes), std::mem::take(&mut driver.seams));
            if anywhere {
                seams = (1..changes.len()).map(|at| Seam { at, texts: 0 }).collect();
            }
            driver.hands_on[1] = driver.hands_on[0].take();
            driver.committing = Some((number, pieces(changes, &seams, driver.piece).into()));
            let after = self.dice.latency(3, 500);
            self.put_own(after, d, Doing::Apply);
        }
    }

    /// The next piece of the commit becomes true; that it did, nobody knows yet.
    fn apply(&mut self, d: usize) -> Result<(), Broken> {
        if self.perishes(self.scenario.danger.before_commit, "before a commit") {
            return Ok(());
        }
        if !self.calm && self.dice.chance(self.scenario.danger.driver) {
            self.driver_dies(d);
            return Ok(());
        }
        let committing = self.driver(d).and_then(|driver| driver.committing.as_ref());
        let Some(changes) = committing.and_then(|(_, pieces)| pieces.front()).cloned() else { return Ok(()) };
        match self.journal.commit_shared(self.settings[d].id, Arc::clone(&changes)).now() {
            Some(Ok(())) => {}
            Some(Err(JournalError::Full)) => {
                self.counts.add("commit on a full disk");
                self.put_own(JOURNAL_RETRY, d, Doing::Apply);
                return Ok(());
            }
            Some(Err(error)) => return Err(Broken(format!("the journal refused a commit: {error}"))),
            None => return Err(Broken("the journal gave no answer to a commit".to_owned())),
        }
        self.trace.note(self.now, format_args!("{}: committed {}", d + 1, told(&changes)));
        self.ask(|oracle, _, journal, facts| oracle.committed(d, &changes, journal, facts))?;
        let after = self.dice.latency(2, 200);
        let committing = self.driver(d).and_then(|driver| driver.committing.as_mut());
        let rest = committing.map_or(0, |(_, pieces)| {
            pieces.pop_front();
            pieces.len()
        });
        if rest > 0 {
            self.counts.add("a commit divided");
        } else if let Some(handed) = self.driver(d).and_then(|driver| driver.hands_on[1].take()) {
            self.handed[d] = Some(handed);
        }
        self.put_own(after, d, if rest > 0 { Doing::Apply } else { Doing::Durable });
        Ok(())
    }

    fn durable(&mut self, d: usize) -> Result<(), Broken> {
        if self.perishes(self.scenario.danger.after_commit, "after a commit, before its calls") {
            return Ok(());
        }
        if let Some((number, _)) = self.driver(d).and_then(|driver| driver.committing.take()) {
            self.take(d, Input::Durable(number));
        }
        self.turn(d)
    }

    /// Lets the calls and the read out, and goes on.
    fn release(&mut self, d: usize, effects: Effects) -> Result<(), Broken> {
        let calls = !effects.calls.is_empty();
        for (id, call) in effects.calls {
            let after = self.dice.latency(60, 300);
            self.put_own(after, d, Doing::Execute(id, Box::new(call)));
        }
        if let Some((from, limit)) = effects.read {
            let after = self.dice.latency(5, 2_000);
            self.put_own(after, d, Doing::Read(from, limit));
        }
        if calls && self.perishes(self.scenario.danger.after_calls, "with calls in flight") {
            return Ok(());
        }
        if self.has_stopped() {
            self.die("in good order");
            return Ok(());
        }
        let now = self.clock();
        let Some(driver) = self.driver(d) else { return Ok(()) };
        let wake = driver.machine.wake_at(now);
        driver.wake = wake;
        if let Some(at) = wake {
            self.put_own(at.saturating_sub(now.mono), d, Doing::Wake(at));
        }
        Ok(())
    }

    fn has_stopped(&self) -> bool {
        self.process.as_ref().is_some_and(|process| process.stopping && process.is_idle())
    }

    /// What a read returns is as of now; when the machine gets it, newer things may have been committed.
    fn read(&mut self, d: usize, from: u64, limit: ReadLimit) -> Result<(), Broken> {
        if self.perishes(self.scenario.danger.in_read, "during a read") {
            return Ok(());
        }
        if !self.calm && self.dice.chance(self.scenario.danger.reading) {
            self.counts.add("a reading died");
            self.put_own(JOURNAL_RETRY, d, Doing::Read(from, limit));
            return Ok(());
        }
        let read = read_planned(&self.journal, &self.settings[d], from, limit);
        let mut intake = read.map_err(|error| Broken(error.to_string()))?;
        self.sabotage.intake(&mut intake);
        if self.sabotage == Sabotage::SweepByWallClock {
            self.forget_seen(d, &mut intake)?;
        }
        let after = self.dice.latency(5, 3_000);
        self.put_own(after, d, Doing::ReadDone(Box::new(intake)));
        Ok(())
    }
}

impl World {
    /// As if message ids were swept by the wall clock.
    fn forget_seen(&self, d: usize, intake: &mut Intake) -> Result<(), Broken> {
        let since = Millis(self.wall().0.saturating_sub(24 * 3_600_000));
        for event in intake.requests.iter_mut().flat_map(|request| &mut request.events) {
            let Some(key) = event.message.filter(|_| event.seen == Seen::Same) else { continue };
            let seen = self.journal.seen(self.settings[d].id, &[key], since);
            event.seen =
                seen.map_err(|error| Broken(error.to_string()))?.first().copied().unwrap_or_default();
        }
        Ok(())
    }

    /// Events wait, calls are allowed, and the driver's machine cannot say why none goes out.
    pub(super) fn rests_without_reason(&mut self, d: usize) -> bool {
        let now = self.clock();
        self.driver(d).is_some_and(|driver| driver.machine.unexplained_for(now).is_some())
    }

    /// What the driver's machine is doing, as it is shown to people.
    pub(super) fn state(&mut self, d: usize) -> Option<State> {
        let now = self.clock();
        let says_running = self.sabotage == Sabotage::SayRunning;
        let state = self.driver(d).map(|driver| driver.machine.glance(now).state)?;
        Some(if says_running { State::Running } else { state })
    }
}

impl Driver {
    pub(super) fn sends(&mut self) {
        self.calls += 1;
    }

    pub(super) fn hears(&mut self, told: Told) {
        self.calls = self.calls.saturating_sub(1);
        self.knows_limit |= told.limit;
    }

    /// No reply has named the limit, and only one call is under way.
    pub(super) fn finds_out(&self) -> bool {
        !self.knows_limit && self.calls <= 1
    }

    fn spins(&mut self, mono: u64, in_vain: bool) -> Result<(), Broken> {
        self.idle = match self.idle {
            (at, turns) if in_vain && at == mono => (mono, turns + 1),
            _ => (mono, 0),
        };
        if self.idle.1 < IDLE_TURNS {
            return Ok(());
        }
        Err(Broken("the machine asks to be woken again and again, and does nothing".to_owned()))
    }
}
