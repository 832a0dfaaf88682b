//! The log lines about a destination: one when a trouble begins, one when its cause changes, one when it is over. There
//! is no line for each try; the last line has the number of tries.
//!
//! A log that fails does not stop delivery.

use crate::clock::Now;
use crate::engine::{DestinationState, Trouble};
use crate::machine::Glance;
use std::sync::Arc;
use std::time::Duration;

pub(super) struct News {
    destination: Arc<str>,
    state: Option<DestinationState>,
    trouble: Option<ReportedTrouble>,
}

/// The trouble that was logged last.
struct ReportedTrouble {
    code: &'static str,
    /// When it was first logged.
    begun: Now,
    /// The largest number of its tries that was seen.
    tries: u32,
}

impl News {
    pub(super) fn new(destination: Arc<str>) -> Self {
        News { destination, state: None, trouble: None }
    }

    /// Logs what has changed in the glance.
    pub(super) fn tell(&mut self, glance: &Glance, now: Now) {
        let state = (self.state != Some(glance.state)).then_some(glance.state);
        let first = self.state.replace(glance.state).is_none();
        match (&glance.trouble, &mut self.trouble) {
            (Some(trouble), Some(told)) => {
                told.tries = told.tries.max(trouble.tries);
                if told.code != trouble.code || state.is_some() {
                    told.code = trouble.code;
                    self.say_trouble(glance.state, trouble, "the cause has changed");
                }
            }
            (Some(trouble), None) => {
                self.trouble = Some(ReportedTrouble { code: trouble.code, begun: now, tries: trouble.tries });
                self.say_trouble(glance.state, trouble, "no call is sent");
            }
            (None, Some(told)) => {
                let lasted = Duration::from_millis(now.mono.saturating_sub(told.begun.mono));
                let (code, tries) = (told.code, told.tries);
                self.trouble = None;
                self.say_over(glance.state, code, tries, lasted);
            }
            (None, None) => {
                // At the start, `running` is not logged.
                if let Some(state) = state.filter(|state| !first || *state != DestinationState::Running) {
                    self.say_state(state);
                }
            }
        }
    }

    fn say_trouble(&self, state: DestinationState, trouble: &Trouble, what: &str) {
        let (destination, code, reason) = (&*self.destination, trouble.code, &*trouble.last_words);
        let (level, state, tries) = (loudness(state), state.word(), trouble.tries);
        guarded(|| match level {
            tracing::Level::ERROR => {
                tracing::error!(destination, state, code, tries, reason, "destination in trouble: {what}");
            }
            tracing::Level::WARN => {
                tracing::warn!(destination, state, code, tries, reason, "destination in trouble: {what}");
            }
            _ => tracing::info!(destination, state, code, tries, reason, "destination waits: {what}"),
        });
    }

    fn say_over(&self, state: DestinationState, code: &str, tries: u32, lasted: Duration) {
        let (destination, state, lasted_secs) = (&*self.destination, state.word(), lasted.as_secs_f64());
        guarded(|| tracing::info!(destination, state, code, tries, lasted_secs, "destination goes on"));
    }

    fn say_state(&self, state: DestinationState) {
        let (destination, state) = (&*self.destination, state.word());
        guarded(|| tracing::info!(destination, state, "destination changed state"));
    }
}

/// The log level of a state's trouble: it depends on whether a person must act, whether it passes by itself, or whether
/// it is intended.
fn loudness(state: DestinationState) -> tracing::Level {
    match state {
        DestinationState::Halted | DestinationState::Stuck | DestinationState::Broken => {
            tracing::Level::ERROR
        }
        DestinationState::Failing => tracing::Level::WARN,
        DestinationState::Running
        | DestinationState::WaitingForLimit
        | DestinationState::Paused
        | DestinationState::Shadow
        | DestinationState::Elsewhere => tracing::Level::INFO,
    }
}

/// Writes to the log; a panic of the log is ignored.
pub(super) fn guarded(say: impl FnOnce()) {
    // A panic of the log cannot be reported anywhere else.
    let _ = supervise::catch(say);
}

#[cfg(test)]
mod tests;
