//! Whether the destination as a whole may call: running, in shadow mode, paused by an operator, or halted because InMoment
//! refuses the credentials.
//!
//! A halted destination loses nothing: its events wait. It tries its credentials now and then, at once after a restart
//! (they may have been replaced) and at once when an operator resumes it, and goes on by itself when they are taken.
//!
//! In shadow mode nothing is called, so credentials are no matter: a halt from before stays in the journal, for the day the
//! destination is live again. A pause holds events back from being shadowed: what has been accepted since waits, and is
//! delivered if the destination is live when it is resumed. So it can change its mode without a gap.

use crate::clock::Now;
use crate::settings::Mode;
use journal::Change;

const FIRST_PROBE_MS: u64 = 30_000;
const LONGEST_PROBE_MS: u64 = 5 * 60_000;

/// The state shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// calls go out
    Running,
    /// nothing is sent, on purpose; events are counted
    Shadow,
    /// an operator paused it
    Paused,
    /// InMoment refuses the credentials, or the address is wrong
    Halted,
}

pub(super) struct Standing {
    mode: Mode,
    paused: bool,
    halted: Option<Halt>,
    /// Probes since a call last succeeded.
    probes: u32,
    probing: bool,
    draining: bool,
}

struct Halt {
    reason: String,
    probe_at: u64,
}

impl Standing {
    pub(super) fn new(mode: Mode, paused: bool, halted: Option<String>, now: Now) -> Self {
        let halted = halted.filter(|_| mode == Mode::Live).map(|reason| Halt { reason, probe_at: now.mono });
        Standing { mode, paused, halted, probes: 0, probing: false, draining: false }
    }

    pub(super) fn state(&self) -> (State, Option<String>) {
        let reason = self.halted.as_ref().map(|halt| halt.reason.clone());
        match (self.paused, self.mode, &self.halted) {
            (true, ..) => (State::Paused, reason),
            (false, Mode::Shadow, _) => (State::Shadow, None),
            (false, Mode::Live, Some(_)) => (State::Halted, reason),
            (false, Mode::Live, None) => (State::Running, None),
        }
    }

    pub(super) fn is_halted(&self) -> bool {
        self.halted.is_some()
    }

    pub(super) fn may_call(&self) -> bool {
        self.mode == Mode::Live && !self.paused && !self.draining && self.halted.is_none()
    }

    /// What is read gets its fate as it is taken in, and a pause must keep it from that.
    pub(super) fn leaves_unread(&self) -> bool {
        self.mode == Mode::Shadow && self.paused
    }

    /// The process is about to end.
    pub(super) fn drain(&mut self) {
        self.draining = true;
    }

    pub(super) fn pause(&mut self, changes: &mut Vec<Change>) {
        if !self.paused {
            self.paused = true;
            changes.push(Change::Paused(true));
        }
    }

    pub(super) fn resume(&mut self, now: Now, changes: &mut Vec<Change>) {
        if self.paused {
            self.paused = false;
            changes.push(Change::Paused(false));
        }
        if let Some(halt) = &mut self.halted {
            halt.probe_at = now.mono;
        }
    }

    pub(super) fn halt(&mut self, reason: String, now: Now, changes: &mut Vec<Change>) {
        if self.halted.as_ref().is_none_or(|halt| halt.reason != reason) {
            changes.push(Change::Halted(Some(reason.clone())));
        }
        let wait = FIRST_PROBE_MS.saturating_mul(1 << self.probes.min(10)).min(LONGEST_PROBE_MS);
        self.halted = Some(Halt { reason, probe_at: now.mono + wait });
    }

    /// The credentials were taken.
    pub(super) fn recover(&mut self, changes: &mut Vec<Change>) {
        if self.halted.take().is_some() {
            changes.push(Change::Halted(None));
        }
    }

    /// A probe shall go out now.
    pub(super) fn begin_probe(&mut self, now: Now) -> bool {
        let due = self.halted.as_ref().is_some_and(|halt| now.mono >= halt.probe_at);
        let probe = due && !self.paused && !self.probing && !self.draining;
        if probe {
            self.probing = true;
            self.probes += 1;
        }
        probe
    }

    pub(super) fn end_probe(&mut self) {
        self.probing = false;
    }

    /// The probe could not even be made: later.
    pub(super) fn probe_later(&mut self, now: Now) {
        if let Some(halt) = &mut self.halted {
            halt.probe_at = now.mono + FIRST_PROBE_MS;
        }
    }

    /// A call for an event succeeded: whatever was wrong is over.
    pub(super) fn proved(&mut self) {
        self.probes = 0;
    }

    pub(super) fn wake_at(&self, now: Now) -> Option<u64> {
        let halt = self.halted.as_ref().filter(|_| !self.paused && !self.probing && !self.draining)?;
        Some(halt.probe_at.max(now.mono))
    }
}
