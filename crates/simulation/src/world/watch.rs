//! What is watched of each destination from outside, so that nothing stops in silence (`silence`).

/// What is watched of each destination.
pub(super) struct Watch {
    pub(super) all: Vec<Watched>,
}

#[derive(Clone, Default)]
pub(super) struct Watched {
    /// When a call was last made, or there was nothing to do, or none was allowed.
    pub(super) last_sign: u64,
    /// Since when the driver says that it is stuck.
    pub(super) stuck: Option<u64>,
    pub(super) paused: bool,
    /// A breakage on purpose: no call of this destination goes out any more.
    struck: bool,
}

impl Watch {
    pub(super) fn new(destinations: usize) -> Watch {
        Watch { all: vec![Watched::default(); destinations] }
    }

    /// A driver starts, paused or not: an order that was not carried out is void.
    pub(super) fn begins(&mut self, d: usize, paused: bool, now: u64) {
        self.all[d].last_sign = now;
        self.all[d].stuck = None;
        self.all[d].paused = paused;
    }

    /// An operator pauses or resumes.
    pub(super) fn ordered(&mut self, d: usize, pause: bool) {
        self.all[d].paused = pause;
    }

    /// A call is made.
    pub(super) fn calls(&mut self, d: usize, now: u64) {
        self.all[d].last_sign = now;
    }

    pub(super) fn strike(&mut self, d: usize) {
        self.all[d].struck = true;
    }

    /// No call of this destination goes out.
    pub(super) fn swallows(&self, d: usize) -> bool {
        self.all[d].struck
    }
}
