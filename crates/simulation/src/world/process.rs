//! The process: a machine per destination, driven as `delivery`'s driver drives it. It takes in whatever has happened,
//! steps the machine through it, commits, and only when that is durable lets the calls and the read out; meanwhile
//! things go on happening. Here every one of these takes time, and the process may die between any two of them.

use super::words::{name, told};
use super::{Doing, Happening, World};
use crate::report::Broken;
use delivery::{Effects, Input, Machine, Now, attempt, read_planned};
use inmoment::{Called, Exchange};
use journal::{Journal, JournalError, ReadLimit};

/// Wait before a journal that failed is tried again, as the driver has it.
const JOURNAL_RETRY: u64 = 1_000;
/// A machine that wants to be woken so often at one instant, and then does nothing, spins.
const IDLE_TURNS: u32 = 50;

/// A running process.
pub(super) struct Process {
    /// When it started.
    pub(super) started: u64,
    pub(super) drivers: Vec<Driver>,
    /// It has been asked to end.
    pub(super) stopping: bool,
}

/// One destination's driver.
pub(super) struct Driver {
    machine: Machine,
    /// What has happened; of a reply, also how it came.
    inbox: Vec<(Input, Option<Exchange>)>,
    /// What is being committed, and what follows once it is durable.
    committing: Option<Effects>,
    wake: Option<u64>,
    idle: (u64, u32),
}

impl Process {
    /// Nothing is under way that a stop would wait for.
    pub(super) fn is_idle(&self) -> bool {
        self.drivers.iter().all(Driver::is_idle)
    }
}

impl Driver {
    fn is_idle(&self) -> bool {
        self.committing.is_none() && self.inbox.is_empty() && !self.machine.awaits_reply()
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
        let mut drivers = Vec::new();
        let now = Now { wall: self.wall(), mono: 0 };
        for settings in &self.settings {
            let restored = self.journal.restore(settings.id).map_err(|error| Broken(error.to_string()))?;
            let machine = Machine::new(settings.clone(), restored, self.dice.number(), now);
            let inbox = vec![(Input::Woke, None)];
            drivers.push(Driver { machine, inbox, committing: None, wake: None, idle: (0, 0) });
        }
        // A record of the budget is read by the wall clock: it says nothing once that has been set.
        let informed = self.skew_at_start == Some(self.skew);
        self.skew_at_start = Some(self.skew);
        for excused in &mut self.excused {
            *excused |= !informed;
        }
        self.first_call.fill(true);
        self.process = Some(Process { started: self.now, drivers, stopping: false });
        (0..self.settings.len()).try_for_each(|d| self.turn(d))
    }

    /// The process is gone, from one moment to the next.
    pub(super) fn die(&mut self, where_: &'static str) {
        if self.process.take().is_none() {
            return;
        }
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
            Doing::StopWaiting => {
                if self.process.as_ref().is_some_and(|process| process.stopping) {
                    self.die("at its farewell");
                }
            }
            Doing::Appended => {
                let end = *self.journal.appended().borrow();
                self.take(d, Input::Appended(end));
            }
            Doing::ReadDone(intake) => self.take(d, Input::Read(*intake)),
            Doing::Replied(id, called) => {
                let Called { outcome, exchange } = *called;
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

    fn driver(&mut self, d: usize) -> Option<&mut Driver> {
        self.process.as_mut().map(|process| &mut process.drivers[d])
    }

    /// Something for the machine, when it is its turn.
    pub(super) fn take(&mut self, d: usize, input: Input) {
        if let Some(driver) = self.driver(d) {
            driver.inbox.push((input, None));
        }
    }

    /// Something on the agenda of this process.
    pub(super) fn put_own(&mut self, after: u64, d: usize, doing: Doing) {
        self.put(self.now + after, Happening::Of(self.processes, d, doing));
    }

    /// Steps the machine through what has happened, unless a commit is under way.
    pub(super) fn turn(&mut self, d: usize) -> Result<(), Broken> {
        let now = self.clock();
        let Some(driver) = self.driver(d).filter(|driver| driver.committing.is_none()) else { return Ok(()) };
        let inputs = std::mem::take(&mut driver.inbox);
        if inputs.is_empty() {
            return Ok(());
        }
        let names = inputs.iter().map(|(input, _)| name(input)).collect::<Vec<_>>().join(", ");
        let mut effects = Effects::default();
        let only_woke = inputs.iter().all(|(input, _)| *input == Input::Woke);
        for (input, exchange) in inputs {
            if let (Input::Replied(id, outcome), Some(exchange)) = (&input, exchange) {
                effects.changes.extend(attempt(&driver.machine, *id, outcome, exchange));
            }
            driver.machine.step(now, input, &mut effects);
        }
        driver.spins(now.mono, only_woke && effects.is_empty())?;
        self.sabotage.effects(&mut effects);
        let calls = effects.calls.iter().map(|(id, call)| format!("{}={}", id.0, call.kind()));
        let calls = calls.collect::<Vec<_>>().join(" ");
        let (changes, read) = (effects.changes.len(), effects.read.map(|(from, _)| from));
        self.note(format_args!("{}: {names} -> {changes} changes, calls [{calls}], read {read:?}", d + 1));
        if effects.changes.is_empty() {
            return self.release(d, effects);
        }
        if let Some(driver) = self.driver(d) {
            driver.committing = Some(effects);
        }
        let after = self.dice.latency(3, 500);
        self.put_own(after, d, Doing::Apply);
        Ok(())
    }

    /// The commit becomes true; that it did, nobody knows yet.
    fn apply(&mut self, d: usize) -> Result<(), Broken> {
        if self.perishes(self.scenario.danger.before_commit, "before a commit") {
            return Ok(());
        }
        let Some(effects) = self.driver(d).and_then(|driver| driver.committing.as_ref()) else {
            return Ok(());
        };
        let changes = effects.changes.clone();
        match self.journal.commit(self.settings[d].id, changes.clone()).now() {
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
        self.put_own(after, d, Doing::Durable);
        Ok(())
    }

    fn durable(&mut self, d: usize) -> Result<(), Broken> {
        if self.perishes(self.scenario.danger.after_commit, "after a commit, before its calls") {
            return Ok(());
        }
        match self.driver(d).and_then(|driver| driver.committing.take()) {
            Some(effects) => self.release(d, effects),
            None => Ok(()),
        }
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
        if !driver.inbox.is_empty() {
            return self.turn(d);
        }
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
        let read = read_planned(&self.journal, &self.settings[d], from, limit, self.clock());
        let mut intake = read.map_err(|error| Broken(error.to_string()))?;
        self.sabotage.intake(&mut intake);
        let after = self.dice.latency(5, 3_000);
        self.put_own(after, d, Doing::ReadDone(Box::new(intake)));
        Ok(())
    }
}

impl Driver {
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
