//! The process: a driver per destination.

use super::driver::Driver;

/// A running process.
pub(super) struct Process {
    /// When it started.
    pub(super) started: u64,
    /// One that has died is missing until it is started again.
    pub(super) drivers: Vec<Option<Driver>>,
    /// It has been asked to end.
    pub(super) stopping: bool,
}

impl Process {
    /// Nothing is under way that a stop would wait for.
    pub(super) fn is_idle(&self) -> bool {
        self.drivers.iter().all(|driver| driver.as_ref().is_some_and(Driver::is_idle))
    }

    /// It was asked to end, and each of its drivers has.
    pub(super) fn has_stopped(&self) -> bool {
        self.stopping && self.drivers.iter().flatten().all(Driver::has_ended)
    }

    /// The wall clock was set: what a driver has not handed in yet was reckoned by another one.
    pub(super) fn clock_is_set(&mut self) {
        for driver in self.drivers.iter_mut().flatten() {
            driver.clock_set |= driver.commits;
        }
    }
}
