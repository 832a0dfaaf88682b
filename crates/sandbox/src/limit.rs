//! The rate limit (docs/facts/inmoment-api.md#rate-limit, #q24): a fixed window of 60 seconds that begins on the clock's
//! minute. A call that is refused does not count.

use std::collections::HashMap;

use crate::dates;
use crate::exchange::Reply;
use crate::options::LimitScope;

/// The limit's decision about one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LimitStanding {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// UNIX seconds at which the window ends.
    pub(crate) reset: i64,
    pub(crate) allowed: bool,
}

impl LimitStanding {
    /// Puts the three rate headers on a reply.
    pub(crate) fn mark(self, reply: Reply) -> Reply {
        reply
            .with("X-Rate-Limit-Limit", self.limit.to_string())
            .with("X-Rate-Limit-Remaining", self.remaining.to_string())
            .with("X-Rate-Limit-Reset", self.reset.to_string())
    }
}

/// The counters of the current windows.
pub(crate) struct Limits {
    limit: Option<u32>,
    scope: LimitScope,
    /// The end of the window and the number of calls in it.
    used: HashMap<(usize, &'static str), (i64, u32)>,
}

impl Limits {
    pub(crate) fn new(limit: Option<u32>, scope: LimitScope) -> Limits {
        Limits { limit, scope, used: HashMap::new() }
    }

    /// Changes the limit; calls that were already made in this window stay counted.
    pub(crate) fn set(&mut self, limit: Option<u32>, scope: LimitScope) {
        if scope != self.scope {
            self.used.clear();
        }
        (self.limit, self.scope) = (limit, scope);
    }

    pub(crate) fn get(&self) -> (Option<u32>, LimitScope) {
        (self.limit, self.scope)
    }

    /// Counts one call; `None` if there is no limit.
    pub(crate) fn take(
        &mut self,
        account: usize,
        endpoint: &'static str,
        now_ms: i64,
    ) -> Option<LimitStanding> {
        let limit = self.limit?;
        let reset = dates::minute_end(now_ms);
        let key = match self.scope {
            LimitScope::Account => (account, ""),
            LimitScope::Endpoint => (account, endpoint),
        };
        let (window, used) = self.used.entry(key).or_insert((reset, 0));
        if *window != reset {
            (*window, *used) = (reset, 0);
        }
        let allowed = *used < limit;
        if allowed {
            *used += 1;
        }
        Some(LimitStanding { limit, remaining: limit.saturating_sub(*used), reset, allowed })
    }
}

#[cfg(test)]
mod tests;
