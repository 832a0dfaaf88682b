//! Whether the destination as a whole may make calls: running, in shadow mode, paused by an operator, or halted because
//! InMoment refuses the credentials or turns all calls away.
//!
//! A halted destination loses no events: they wait. It probes from time to time whether the cause is over, at once
//! after a restart (credentials may have been replaced) and at once when an operator resumes it, and goes on by itself
//! when it is. The probe depends on the cause: for refused credentials ([`HaltCause::Token`]) it asks for a token; where
//! calls are turned away although there is a token ([`HaltCause::Denied`]), it sends one end user's call.
//!
//! In shadow mode no call is made, so credentials do not matter: an earlier halt stays in the journal until the
//! destination is live again. A paused destination does not shadow events either: events accepted since the pause wait,
//! and are delivered if the destination is live when it is resumed. So a destination can change its mode without a gap.

use super::failure::Failure;
use super::halted::{HaltCause, Halted};
use super::state::{DestinationState, Trouble};
use crate::clock::Now;
use crate::code;
use crate::settings::Mode;
use event::Millis;
use journal::Change;

/// A pause whose recorded time is before this comes from a version that did not record the time.
const RECORDED: Millis = Millis(1_000);

const FIRST_PROBE_MS: u64 = 30_000;
/// The wait before the first trial call, in ms. It is short, because one end user's call costs little and may show at
/// once that only others' calls are turned away.
const FIRST_TRIAL_MS: u64 = 5_000;
const LONGEST_PROBE_MS: u64 = 5 * 60_000;

pub(crate) struct Standing {
    mode: Mode,
    paused: Option<Millis>,
    halted: Option<Halt>,
    /// The number of probes, and of trial calls that were turned away, since InMoment last answered an event's call.
    probes: u32,
    probing: bool,
    draining: bool,
}

struct Halt {
    cause: HaltCause,
    code: &'static str,
    reason: String,
    since: Millis,
    tries: u32,
    probe_at: u64,
}

impl Halt {
    fn written(&self) -> Halted {
        Halted {
            code: self.code.to_owned(),
            reason: self.reason.clone(),
            since: self.since,
            tries: self.tries,
            denied: self.cause == HaltCause::Denied,
        }
    }

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
    pub(crate) fn new(mode: Mode, paused: Option<Millis>, halted: Option<String>, now: Now) -> Self {
        let halted = halted.filter(|_| mode == Mode::Live).map(|written| {
            let halted = Halted::read(&written, now.wall);
            let (cause, code, since, tries) = (halted.cause(), halted.code(), halted.since, halted.tries);
            Halt { cause, code, reason: halted.reason, since, tries, probe_at: now.mono }
        });
        let paused = paused.map(|since| if since < RECORDED { now.wall } else { since });
        Standing { mode, paused, halted, probes: 0, probing: false, draining: false }
    }

    /// The state that follows from this alone; `None` if calls may be sent.
    pub(crate) fn condition(&self, now: Now) -> Option<(DestinationState, Option<Trouble>)> {
        let halted = self.halted.as_ref().map(|halt| halt.trouble(now));
        match (self.paused, self.mode) {
            (Some(since), _) => {
                let paused = || Trouble {
                    code: code::PAUSED,
                    since,
                    tries: 0,
                    last_words: "the destination was paused; no call is sent until it is resumed".to_owned(),
                    next_try: None,
                };
                let trouble = halted.map(|trouble| Trouble { next_try: None, ..trouble });
                Some((DestinationState::Paused, Some(trouble.unwrap_or_else(paused))))
            }
            (None, Mode::Shadow) => Some((DestinationState::Shadow, None)),
            (None, Mode::Live) => halted.map(|trouble| (DestinationState::Halted, Some(trouble))),
        }
    }

    pub(crate) fn is_halted(&self) -> bool {
        self.halted.is_some()
    }

    /// Whether it is halted because the calls of several end users were turned away.
    pub(crate) fn is_denied(&self) -> bool {
        self.halted.as_ref().is_some_and(|halt| halt.cause == HaltCause::Denied)
    }

    pub(crate) fn may_call(&self) -> bool {
        self.is_open() && self.halted.is_none()
    }

    /// Whether neither the settings, nor an operator, nor the end of the process forbid calls.
    fn is_open(&self) -> bool {
        self.mode == Mode::Live && self.paused.is_none() && !self.draining
    }

    /// If it is halted because calls were turned away: when one end user's call will be sent to find out whether they
    /// still are.
    pub(crate) fn trial_at(&self) -> Option<u64> {
        let halt = self.halted.as_ref().filter(|halt| self.is_open() && halt.cause == HaltCause::Denied)?;
        Some(halt.probe_at)
    }

    /// Whether such a trial call may be sent now.
    pub(crate) fn may_try(&self, now: Now) -> bool {
        self.trial_at().is_some_and(|at| now.mono >= at)
    }

    /// Whether events must stay unread: in shadow mode an event gets its fate at intake, and a pause must prevent that.
    pub(crate) fn leaves_unread(&self) -> bool {
        self.mode == Mode::Shadow && self.paused.is_some()
    }

    /// Notes that the process is about to end.
    pub(crate) fn drain(&mut self) {
        self.draining = true;
    }

    pub(crate) fn pause(&mut self, now: Now, changes: &mut Vec<Change>) {
        if self.paused.is_none() {
            self.paused = Some(now.wall);
            changes.push(Change::Paused(Some(now.wall)));
        }
    }

    pub(crate) fn resume(&mut self, now: Now, changes: &mut Vec<Change>) {
        if self.paused.take().is_some() {
            changes.push(Change::Paused(None));
        }
        if let Some(halt) = &mut self.halted {
            halt.probe_at = now.mono;
        }
    }

    pub(crate) fn halt(
        &mut self,
        cause: HaltCause,
        failure: Failure<'_>,
        now: Now,
        changes: &mut Vec<Change>,
    ) {
        let before = self.halted.take();
        let reason = match cause {
            HaltCause::Token => failure.message.to_owned(),
            HaltCause::Denied => {
                format!("the calls of several end users were turned away: {}", failure.message)
            }
        };
        if cause == HaltCause::Denied && before.is_some() {
            self.probes += 1;
        }
        let first = if cause == HaltCause::Token { FIRST_PROBE_MS } else { FIRST_TRIAL_MS };
        let wait = first.saturating_mul(1 << self.probes.min(10)).min(LONGEST_PROBE_MS);
        let halt = Halt {
            cause,
            code: failure.code,
            reason,
            since: before.as_ref().map_or(now.wall, |halt| halt.since),
            tries: before.map_or(0, |halt| halt.tries).saturating_add(1),
            probe_at: now.mono + wait,
        };
        changes.push(Change::Halted(Some(halt.written().write())));
        self.halted = Some(halt);
    }

    /// Ends a halt, because InMoment accepted the credentials.
    pub(crate) fn recover(&mut self, changes: &mut Vec<Change>) {
        if self.halted.take().is_some() {
            changes.push(Change::Halted(None));
        }
    }

    /// Ends a halt for calls that were turned away, because a call got through to InMoment.
    pub(crate) fn got_through(&mut self, changes: &mut Vec<Change>) {
        if self.is_denied() {
            self.recover(changes);
        }
    }

    /// Begins a probe if one is due now.
    pub(crate) fn begin_probe(&mut self, now: Now) -> bool {
        let due = self.proves_token().is_some_and(|halt| now.mono >= halt.probe_at);
        let probe = due && self.paused.is_none() && !self.probing && !self.draining;
        if probe {
            self.probing = true;
            self.probes += 1;
        }
        probe
    }

    fn proves_token(&self) -> Option<&Halt> {
        self.halted.as_ref().filter(|halt| halt.cause == HaltCause::Token)
    }

    pub(crate) fn end_probe(&mut self) {
        self.probing = false;
    }

    /// Postpones the probe, because the probe or the trial call in its place failed.
    pub(crate) fn probe_later(&mut self, failure: Failure<'_>, now: Now) {
        if let Some(halt) = &mut self.halted {
            halt.probe_at = now.mono + FIRST_PROBE_MS;
            halt.tries = halt.tries.saturating_add(1);
            if halt.code == code::HALTED_BEFORE_RESTART {
                (halt.code, halt.reason) = (failure.code, failure.message.to_owned());
            }
        }
    }

    /// Notes that InMoment answered an event's call, so the waits between probes begin at the shortest again.
    pub(crate) fn proved(&mut self) {
        self.probes = 0;
    }

    pub(crate) fn wake_at(&self, now: Now) -> Option<u64> {
        let halt =
            self.proves_token().filter(|_| self.paused.is_none() && !self.probing && !self.draining)?;
        Some(halt.probe_at.max(now.mono))
    }
}
