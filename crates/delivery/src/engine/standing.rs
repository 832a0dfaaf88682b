//! Whether the destination as a whole may call: running, in shadow mode, paused by an operator, or halted because InMoment
//! refuses the credentials, or turns everybody's calls away.
//!
//! A halted destination loses nothing: its events wait. It tries now and then whether that is over, at once after a restart
//! (credentials may have been replaced) and at once when an operator resumes it, and goes on by itself when it is. What it
//! tries depends on what was refused: the credentials ([`HaltCause::Token`]) are proved by asking for a token; where calls are
//! turned away although there is a token ([`HaltCause::Denied`]), one end user's call goes out.
//!
//! In shadow mode nothing is called, so credentials are no matter: a halt from before stays in the journal, for the day the
//! destination is live again. A pause holds events back from being shadowed: what has been accepted since waits, and is
//! delivered if the destination is live when it is resumed. So it can change its mode without a gap.

use super::failure::Failure;
use super::halted::{HaltCause, Halted};
use super::state::{DestinationState, Trouble};
use crate::clock::Now;
use crate::code;
use crate::settings::Mode;
use event::Millis;
use journal::Change;

/// A pause that is recorded as older than this was recorded by a version that did not know since when it was.
const RECORDED: Millis = Millis(1_000);

const FIRST_PROBE_MS: u64 = 30_000;
/// One end user's call costs little, and may show at once that only others' are turned away.
const FIRST_TRIAL_MS: u64 = 5_000;
const LONGEST_PROBE_MS: u64 = 5 * 60_000;

pub(crate) struct Standing {
    mode: Mode,
    paused: Option<Millis>,
    halted: Option<Halt>,
    /// Probes since a call last succeeded.
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

    /// What follows from it alone; none if calls may go out.
    pub(crate) fn condition(&self, now: Now) -> Option<(DestinationState, Option<Trouble>)> {
        let halted = self.halted.as_ref().map(|halt| halt.trouble(now));
        match (self.paused, self.mode) {
            (Some(since), _) => {
                let paused = || Trouble {
                    code: code::PAUSED,
                    since,
                    tries: 0,
                    last_words: "it was paused; no call goes out until it is resumed".to_owned(),
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

    /// Halted because the calls of several end users were turned away.
    pub(crate) fn is_denied(&self) -> bool {
        self.halted.as_ref().is_some_and(|halt| halt.cause == HaltCause::Denied)
    }

    pub(crate) fn may_call(&self) -> bool {
        self.is_open() && self.halted.is_none()
    }

    /// Neither the settings, nor an operator, nor the end of the process forbid calls.
    fn is_open(&self) -> bool {
        self.mode == Mode::Live && self.paused.is_none() && !self.draining
    }

    /// Halted because calls were turned away: when one end user's call shall go out to see whether they still are.
    pub(crate) fn trial_at(&self) -> Option<u64> {
        let halt = self.halted.as_ref().filter(|halt| self.is_open() && halt.cause == HaltCause::Denied)?;
        Some(halt.probe_at)
    }

    /// Such a call may go out now.
    pub(crate) fn may_try(&self, now: Now) -> bool {
        self.trial_at().is_some_and(|at| now.mono >= at)
    }

    /// What is read gets its fate as it is taken in, and a pause must keep it from that.
    pub(crate) fn leaves_unread(&self) -> bool {
        self.mode == Mode::Shadow && self.paused.is_some()
    }

    /// The process is about to end.
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

    /// The credentials were taken.
    pub(crate) fn recover(&mut self, changes: &mut Vec<Change>) {
        if self.halted.take().is_some() {
            changes.push(Change::Halted(None));
        }
    }

    /// A call got through to InMoment: nobody turns everybody's away.
    pub(crate) fn got_through(&mut self, changes: &mut Vec<Change>) {
        if self.is_denied() {
            self.recover(changes);
        }
    }

    /// A probe shall go out now.
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

    /// The probe, or the end user's call in its place, could not be made: later.
    pub(crate) fn probe_later(&mut self, failure: Failure<'_>, now: Now) {
        if let Some(halt) = &mut self.halted {
            halt.probe_at = now.mono + FIRST_PROBE_MS;
            halt.tries = halt.tries.saturating_add(1);
            if halt.code == code::HALTED_BEFORE_RESTART {
                (halt.code, halt.reason) = (failure.code, failure.message.to_owned());
            }
        }
    }

    /// A call for an event succeeded: whatever was wrong is over.
    pub(crate) fn proved(&mut self) {
        self.probes = 0;
    }

    pub(crate) fn wake_at(&self, now: Now) -> Option<u64> {
        let halt =
            self.proves_token().filter(|_| self.paused.is_none() && !self.probing && !self.draining)?;
        Some(halt.probe_at.max(now.mono))
    }
}
