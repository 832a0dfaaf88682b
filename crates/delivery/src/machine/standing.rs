//! Whether the destination as a whole may call: running, in shadow mode, paused by an operator, or halted because InMoment
//! refuses the credentials.
//!
//! A halted destination loses nothing: its events wait. It tries its credentials now and then, at once after a restart
//! (they may have been replaced) and at once when an operator resumes it, and goes on by itself when they are taken.
//!
//! In shadow mode nothing is called, so credentials are no matter: a halt from before stays in the journal, for the day the
//! destination is live again. A pause holds events back from being shadowed: what has been accepted since waits, and is
//! delivered if the destination is live when it is resumed. So it can change its mode without a gap.

use super::state::{State, Trouble};
use crate::clock::Now;
use crate::settings::Mode;
use event::Millis;
use inmoment::CallError;
use journal::Change;

const FIRST_PROBE_MS: u64 = 30_000;
const LONGEST_PROBE_MS: u64 = 5 * 60_000;

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
    code: &'static str,
    reason: String,
    since: Millis,
    tries: u32,
    probe_at: u64,
}

/// The code of a halt from before a restart: the journal keeps its words only.
const HALTED_BEFORE: &str = "halted_before_restart";

impl Halt {
    fn trouble(&self, now: Now) -> Trouble {
        Trouble {
            code: self.code,
            since: self.since,
            tries: self.tries,
            last_words: self.reason.clone(),
            next_try: Some(now.wall_at(self.probe_at)),
        }
    }
}

impl Standing {
    pub(super) fn new(mode: Mode, paused: bool, halted: Option<String>, now: Now) -> Self {
        let halted = halted.filter(|_| mode == Mode::Live).map(|reason| Halt {
            code: HALTED_BEFORE,
            reason,
            since: now.wall,
            tries: 0,
            probe_at: now.mono,
        });
        Standing { mode, paused, halted, probes: 0, probing: false, draining: false }
    }

    /// What follows from it alone.
    pub(super) fn condition(&self, now: Now) -> (State, Option<Trouble>) {
        match (self.paused, self.mode, &self.halted) {
            (true, _, halted) => {
                let trouble = halted.as_ref().map(|halt| halt.trouble(now));
                (State::Paused, trouble.map(|trouble| Trouble { next_try: None, ..trouble }))
            }
            (false, Mode::Shadow, _) => (State::Shadow, None),
            (false, Mode::Live, Some(halt)) => (State::Halted, Some(halt.trouble(now))),
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

    pub(super) fn halt(&mut self, error: &CallError, now: Now, changes: &mut Vec<Change>) {
        let before = self.halted.take();
        let reason = error.message.clone();
        if before.as_ref().is_none_or(|halt| halt.reason != reason) {
            changes.push(Change::Halted(Some(reason.clone())));
        }
        let wait = FIRST_PROBE_MS.saturating_mul(1 << self.probes.min(10)).min(LONGEST_PROBE_MS);
        self.halted = Some(Halt {
            code: error.code,
            reason,
            since: before.as_ref().map_or(now.wall, |halt| halt.since),
            tries: before.map_or(0, |halt| halt.tries).saturating_add(1),
            probe_at: now.mono + wait,
        });
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
