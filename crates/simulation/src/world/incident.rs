//! What befalls the whole system.

use super::handed_in::{Answer, Write};
use super::happening::Happening;
use super::state::World;
use crate::report::Broken;
use crate::scenario::{HOUR, Incident};
use crate::store::Store;
use journal::{DeadLetterFilter, JournalError, NewAudit};

/// The wall clock stays within so much of the truth.
const FARTHEST: i64 = 20 * 365 * 86_400_000;

impl World {
    pub(super) fn befall(&mut self, incident: Incident) -> Result<(), Broken> {
        if self.calm && !matches!(incident, Incident::Resume(_)) {
            return Ok(());
        }
        self.counts.add(incident.word());
        self.note(format_args!("{incident:?}"));
        match incident {
            Incident::Kill => self.die("by kill -9"),
            Incident::Shutdown => return self.shut_down(),
            Incident::ClockJump(by) => self.set_clock(by),
            Incident::DriverDies(d) => self.driver_dies(d),
            Incident::OutageBegins(d) => self.sites[d].begin_outage(self.now),
            Incident::OutageEnds(d) => self.sites[d].end_outage(self.now),
            Incident::StormBegins(d) => self.sites[d].storm = true,
            Incident::StormEnds(d) => self.sites[d].storm = false,
            Incident::DiskFull => {
                match &mut self.journal {
                    Store::Memory(journal) => journal.fail_writes(Some(JournalError::Full)),
                    Store::Sqlite(disk) => disk.fill(),
                }
                self.waits_blurred = true;
            }
            Incident::DiskFree => match &self.journal {
                Store::Memory(journal) => journal.fail_writes(None),
                Store::Sqlite(disk) => disk.free(),
            },
            Incident::RevokeTokens(d, refresh_too) => self.sites[d].inmoment.revoke_tokens(refresh_too),
            Incident::PasswordChanged(d) => self.sites[d].change_password(),
            Incident::PasswordMended(d) => self.sites[d].mend_password(),
            Incident::Pause(d) => return self.order(d, true),
            Incident::Resume(d) => return self.order(d, false),
            Incident::Requeue => return self.take_letters(true),
            Incident::Discard => return self.take_letters(false),
            Incident::Calm => return self.grow_calm(),
        }
        Ok(())
    }

    /// Somebody sets the wall clock.
    pub(super) fn set_clock(&mut self, by: i64) {
        self.skew = (self.skew + by).clamp(-FARTHEST, FARTHEST);
        self.waits_blurred = true;
        self.keep_time();
        if let Store::Sqlite(disk) = &self.journal {
            disk.look_at_clocks();
        }
        if let Some(process) = &mut self.process {
            process.clock_is_set();
        }
    }

    /// An operator pauses or resumes a destination; nobody is there to take the order while the process is down.
    fn order(&mut self, d: usize, pause: bool) -> Result<(), Broken> {
        if self.driver(d).is_none() && self.calm {
            // The operator is told so, and tries again.
            self.put(self.now + 60_000, Happening::Incident(Incident::Resume(d)));
            return Ok(());
        }
        let Some(driver) = self.driver(d) else { return Ok(()) };
        driver.order(pause, by());
        self.watch.ordered(d, pause);
        self.turn(d)
    }

    fn shut_down(&mut self) -> Result<(), Broken> {
        let Some(process) = self.process.as_mut().filter(|process| !process.stopping) else { return Ok(()) };
        process.stopping = true;
        for d in 0..self.settings.len() {
            if let Some(driver) = self.driver(d) {
                driver.shut_down();
            }
            self.turn(d)?;
        }
        Ok(())
    }

    /// An operator requeues or discards some of the dead letters.
    fn take_letters(&mut self, requeue: bool) -> Result<(), Broken> {
        // Whoever orders it sees what is written.
        self.write()?;
        let Some(journal) = self.journal.open() else { return Ok(()) };
        let mut ids: Vec<u64> = self.journal.dead_letters()?.items.iter().map(|letter| letter.id).collect();
        ids.retain(|_| self.dice.chance(0.7));
        if ids.is_empty() {
            return Ok(());
        }
        let filter = DeadLetterFilter { ids: Some(ids.clone()), ..DeadLetterFilter::default() };
        let end = self.journal.end()?;
        let receipt = if requeue { journal.requeue(filter, by()) } else { journal.discard(filter, by()) };
        drop(journal);
        let write = Write::Letters { ids, requeued_from: requeue.then_some(end) };
        self.hand_over(write, Answer::Letters(receipt))?;
        self.write()
    }

    /// All trouble ends, and operators have set everything right.
    fn grow_calm(&mut self) -> Result<(), Broken> {
        self.calm = true;
        match &self.journal {
            Store::Memory(journal) => journal.fail_writes(None),
            Store::Sqlite(disk) => disk.calm(),
        }
        for site in &mut self.sites {
            site.calm(self.now);
        }
        // A process that is down now is up within two hours: nobody can give it an order before.
        let after = if self.process.is_some() { 0 } else { 2 * HOUR };
        for d in 0..self.settings.len() {
            self.put(self.now + after, Happening::Incident(Incident::Resume(d)));
        }
        Ok(())
    }
}

impl Incident {
    fn word(self) -> &'static str {
        match self {
            Incident::Kill => "killed",
            Incident::Shutdown => "shut down",
            Incident::ClockJump(_) => "clock set",
            Incident::DriverDies(_) => "a driver is to die",
            Incident::OutageBegins(_) => "outage",
            Incident::StormBegins(_) => "storm of refusals",
            Incident::DiskFull => "disk full",
            Incident::RevokeTokens(..) => "tokens revoked",
            Incident::PasswordChanged(_) => "password changed",
            Incident::Pause(_) => "paused",
            Incident::Requeue | Incident::Discard => "operator at the dead letters",
            Incident::Calm => "calm",
            _ => "trouble ends",
        }
    }
}

/// Who gives orders here.
fn by() -> NewAudit {
    NewAudit {
        who: "ada".to_owned(),
        action: "order".to_owned(),
        subject: "inmoment".to_owned(),
        detail: "{}".to_owned(),
        address: None,
    }
}
