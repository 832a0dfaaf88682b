//! The durable journal on a disk that fails, and the processes that open it one after another.

use super::files::Files;
use crate::dice::Dice;
use crate::times::Times;
use event::Clock;
use faultfs::{CutMoment, Disk, Lie, Weather};
use journal::{Elapsed, JournalError, Options, SqliteJournal};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Kept aside for a full disk. Small, as histories are.
const RESERVE_BYTES: u64 = 128 << 10;
/// The judge looks at everything after so many commits.
const LOOK_EVERY: u32 = 12;
/// The power fails within so many operations of the one that a group begins with: a group has some forty.
const CUT_WITHIN: u64 = 60;
/// Opening has some hundred.
const CUT_OPENING_WITHIN: u64 = 150;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It closed the journal.
    InOrder,
    /// It is gone; what it wrote is with the operating system.
    Killed,
    /// The machine is gone, and with it what was not synced.
    PowerCut,
}

/// See the module.
pub(crate) struct OnDisk {
    disk: Arc<Disk>,
    journal: Option<Arc<SqliteJournal>>,
    options: Options,
    /// When the machine was started, and how often it has been.
    boot: Arc<Boot>,
    /// How likely operations fail while there is trouble.
    weather: Weather,
    /// Chance that is not the history's own, so that it stays the same on another medium.
    dice: Dice,
    last_end: End,
    /// When the journal last looked at its clocks.
    looked_at: u64,
    looks: Cell<u32>,
}

#[derive(Default)]
struct Boot {
    number: AtomicU64,
    at: AtomicU64,
}

impl OnDisk {
    /// An empty disk, in a history with these clocks.
    pub(crate) fn new(seed: u64, times: &Arc<Mutex<Times>>, lie: Lie) -> OnDisk {
        // Another number than the history's own dice begin with.
        let mut dice = Dice::new(seed ^ 0xd15c_d15c_d15c_d15c);
        let disk = Arc::new(Disk::new(dice.number()));
        disk.set_lie(lie);
        let boot = Arc::new(Boot::default());
        let mut options = Options::new(wall(times));
        options.uptime = uptime(times, &boot);
        options.reserve_bytes = RESERVE_BYTES;
        options.file_system = Arc::new(Files(Arc::clone(&disk)));
        let weather = weather(&mut dice);
        let looks = Cell::new(0);
        OnDisk {
            disk,
            journal: None,
            options,
            boot,
            weather,
            dice,
            last_end: End::InOrder,
            looked_at: 0,
            looks,
        }
    }

    pub(crate) fn journal(&self) -> Option<Arc<SqliteJournal>> {
        self.journal.clone()
    }

    /// A process opens the journal, on what the one before has left. `calm`: nothing goes wrong with that.
    pub(crate) fn start(&mut self, now: u64, calm: bool, danger: f64) -> Result<(), JournalError> {
        if self.last_end == End::PowerCut {
            self.boot.number.fetch_add(1, Ordering::Relaxed);
            self.boot.at.store(now, Ordering::Relaxed);
        }
        self.disk.restart(self.last_end == End::PowerCut);
        self.last_end = End::Killed;
        self.disk.set_weather(if calm { Weather::default() } else { self.weather });
        if !calm && self.dice.chance(danger) {
            self.disk.cut_power_in(Some(self.dice.between(1, CUT_OPENING_WITHIN)));
        }
        let opened = SqliteJournal::open_by_hand(&self.disk.folder(), self.options.clone());
        let cut = self.disk.is_off();
        if cut {
            self.last_end = End::PowerCut;
        }
        self.disk.cut_power_in(None);
        let journal = opened?;
        if cut {
            drop(journal);
            return Err(JournalError::Unusable("the power failed".to_owned()));
        }
        self.journal = Some(Arc::new(journal));
        Ok(())
    }

    /// The process is gone: nobody uses the journal any more.
    pub(crate) fn stop(&mut self, end: End) {
        // A power cut that has been is one.
        let cut = self.disk.is_off();
        if end != End::InOrder {
            self.disk.switch_off();
        }
        self.journal = None;
        self.last_end = if cut { End::PowerCut } else { end };
    }

    /// The process is killed, or the machine with it.
    pub(crate) fn kill(&mut self) {
        let end = if self.dice.chance(0.6) { End::PowerCut } else { End::Killed };
        self.stop(end);
    }

    /// A group is going to be written: the power may fail meanwhile.
    pub(crate) fn endanger(&mut self, likely: f64) {
        if !self.dice.chance(likely) {
            return;
        }
        match self.dice.between(0, 3) {
            0 => self.disk.cut_power_at_sync(Some(CutMoment::Within)),
            1 => self.disk.cut_power_at_sync(Some(CutMoment::After)),
            _ => self.disk.cut_power_in(Some(self.dice.between(1, CUT_WITHIN))),
        }
    }

    /// Writes one group. False if there is none to be written.
    pub(crate) fn write_group(&self) -> bool {
        self.journal.as_ref().is_some_and(|journal| journal.write_by_hand())
    }

    /// The process dies when a group was written, or failed to be, and nobody has heard so.
    pub(crate) fn dies_unheard(&mut self, likely: f64) -> bool {
        self.dice.chance(likely)
    }

    /// What the journal's other threads do between two groups.
    pub(crate) fn keep_house(&mut self, now: u64) {
        let Some(journal) = &self.journal else { return };
        journal.copy_log_by_hand();
        if now >= self.looked_at + 1_000 {
            self.looked_at = now;
            journal.look_by_hand(self.dice.chance(0.03));
        }
        if self.dice.chance(0.05) {
            journal.cut_log_by_hand();
        }
    }

    /// The clocks were set, which the journal sees within a second.
    pub(crate) fn look_at_clocks(&self) {
        if let Some(journal) = &self.journal {
            journal.look_by_hand(false);
        }
    }

    /// The power has failed.
    pub(crate) fn has_gone(&self) -> bool {
        self.disk.is_off()
    }

    /// The danger is over. True if the power has failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.disk.cut_power_in(None);
        self.disk.cut_power_at_sync(None);
        self.disk.is_off()
    }

    /// The disk is nearly full; soon it is.
    pub(crate) fn fill(&mut self) {
        let left = self.dice.between(0, 200_000);
        self.disk.set_room(usize::try_from(left).ok());
    }

    /// There is room again, which the journal sees within a second.
    pub(crate) fn free(&self) {
        self.disk.set_room(None);
        if let Some(journal) = &self.journal {
            journal.look_by_hand(false);
        }
    }

    /// From now on the disk is a good one.
    pub(crate) fn calm(&self) {
        self.disk.set_room(None);
        self.disk.set_weather(Weather::default());
    }

    /// What has gone wrong, by its name.
    pub(crate) fn counts(&self) -> [(&'static str, u64); 6] {
        let counts = self.disk.counts();
        [
            ("disk: reads failed", counts.reads_failed),
            ("disk: writes failed", counts.writes_failed),
            ("disk: syncs failed", counts.syncs_failed),
            ("disk: other operations failed", counts.others_failed),
            ("disk: writes without room", counts.full),
            ("disk: power cuts within an operation", counts.cuts),
        ]
    }

    /// How often something was written so far: the same in a replay.
    pub(crate) fn operations(&self) -> u64 {
        self.disk.counts().changes
    }

    pub(crate) fn look<T>(&self, work: impl FnOnce() -> T) -> T {
        self.disk.look(work)
    }

    pub(super) fn is_due_for_a_look(&self) -> bool {
        self.looks.set(self.looks.get() + 1);
        self.looks.get().is_multiple_of(LOOK_EVERY)
    }
}

fn weather(dice: &mut Dice) -> Weather {
    if dice.chance(0.4) {
        return Weather::default();
    }
    let scale = dice.pick(&[0.1, 0.3, 1.0]);
    let mut likely = |most: f64| if dice.chance(0.5) { most * scale } else { 0.0 };
    Weather { read: likely(0.005), write: likely(0.005), sync: likely(0.05), other: likely(0.01) }
}

fn wall(times: &Arc<Mutex<Times>>) -> Clock {
    let times = Arc::clone(times);
    Arc::new(move || times.lock().unwrap_or_else(PoisonError::into_inner).read(0).wall)
}

fn uptime(times: &Arc<Mutex<Times>>, boot: &Arc<Boot>) -> journal::Uptime {
    let (times, boot) = (Arc::clone(times), Arc::clone(boot));
    Arc::new(move || {
        let begun = boot.at.load(Ordering::Relaxed);
        let mono = times.lock().unwrap_or_else(PoisonError::into_inner).read(begun).mono;
        let run = format!("boot {}", boot.number.load(Ordering::Relaxed));
        Elapsed { run, millis: i64::try_from(mono).unwrap_or(i64::MAX) }
    })
}

#[cfg(test)]
mod tests;
