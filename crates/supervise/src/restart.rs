//! When a part that has ended starts again.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// How a part starts again after its end: it waits for a pause that doubles from `first` to `most`, with a random
/// length from its upper half. A run of at least `most` counts as a success: the next pause is `first` again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restart {
    /// the first pause
    pub first: Duration,
    /// the longest pause
    pub most: Duration,
    /// when the process ends instead; `None` if it never does
    pub limit: Option<RestartLimit>,
}

/// More restarts than this within this time end the process, so that a service manager can start it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestartLimit {
    /// the number of restarts that are allowed
    pub restarts: u32,
    /// within this time
    pub within: Duration,
}

impl Restart {
    /// For a part without which the server is useless, such as a port.
    pub const LIMITED: Restart = Restart {
        limit: Some(RestartLimit { restarts: 10, within: Duration::from_secs(600) }),
        ..Restart::ALWAYS
    };

    /// For a part whose failure must not affect the others, such as one destination of several.
    pub const ALWAYS: Restart =
        Restart { first: Duration::from_millis(250), most: Duration::from_secs(30), limit: None };
}

/// The restarts of one part.
pub(crate) struct Schedule {
    policy: Restart,
    /// the number of runs in a row that were too short to be successes
    streak: u32,
    /// the times of the latest restarts, at most as many as the limit allows
    recent: VecDeque<Instant>,
}

impl Schedule {
    pub(crate) fn new(policy: Restart) -> Self {
        Schedule { policy, streak: 0, recent: VecDeque::new() }
    }

    /// The pause before the next start; `None` if the part must not start again. `spread` is between 0 and 1.
    pub(crate) fn next(&mut self, started: Instant, now: Instant, spread: f64) -> Option<Duration> {
        if let Some(RestartLimit { restarts, within }) = self.policy.limit {
            while self.recent.front().is_some_and(|at| now.saturating_duration_since(*at) > within) {
                self.recent.pop_front();
            }
            if self.recent.len() >= usize::try_from(restarts).unwrap_or(usize::MAX) {
                return None;
            }
            self.recent.push_back(now);
        }
        if now.saturating_duration_since(started) >= self.policy.most {
            self.streak = 0;
        }
        let doubled = self.policy.first.saturating_mul(1_u32 << self.streak.min(20));
        self.streak = self.streak.saturating_add(1);
        let whole = doubled.min(self.policy.most);
        Some(whole.mul_f64(0.5 + spread.clamp(0.0, 1.0) / 2.0))
    }
}

#[cfg(test)]
mod tests;
