//! The remaining calls that InMoment allows an account, as far as the transformer can know.
//!
//! # Policy
//! * InMoment counts calls per account in fixed windows (a minute) and says in every reply how many are left and when
//!   the window ends (docs/facts/inmoment-api.md#rate-limit). Replies without these headers mean that calls are not
//!   limited.
//! * A job costs a look-up, shared with the other jobs of its end user, and the call that rudder-server makes with the
//!   answer. Both are subtracted when the job is admitted: if InMoment then refused the call of an answer, its end user
//!   would have to be looked up again, which makes it worse.
//! * A reply can only lower the remaining number within a window; it includes rudder-server's calls for earlier
//!   answers.
//! * A window is over one second after the end that InMoment named, because its times are whole seconds. The next one
//!   begins with the whole limit minus the look-ups that are still under way.
//! * Until the first reply the limit is unknown, so callers send one look-up alone before the others
//!   ([`Allowance::is_heard`]).
//! * A 429 closes the account until the reset that it names, else for a minute. No end user is looked up then.
//!
//! No job waits here: a job that is not admitted is answered 429, and rudder-server tries it again. Times are
//! milliseconds of a monotonic clock.

use inmoment::RateHeaders;

/// InMoment's window, if a reply does not name its end.
const WINDOW_MS: u64 = 60_000;
/// The margin for InMoment's times, which are whole seconds.
const MARGIN_MS: u64 = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    limit: u32,
    left: u32,
    ends_at: u64,
}

/// The remaining calls.
#[derive(Debug, Default)]
pub(crate) struct Allowance {
    window: Option<Window>,
    closed_until: u64,
    under_way: u32,
    /// Jobs that were admitted before the limit was known: their calls are subtracted from the first window.
    promised: u32,
    heard: bool,
}

impl Allowance {
    /// Whether any reply has arrived: before the first one the limit is unknown.
    pub(crate) fn is_heard(&self) -> bool {
        self.heard
    }

    /// Subtracts a look-up and as many of its waiting jobs as there are calls for. The look-up must be
    /// [settled](Allowance::settle).
    ///
    /// # Errors
    /// If there is no call for even one job: in how many seconds to try again.
    pub(crate) fn admit(&mut self, now: u64, jobs: u32) -> Result<u32, u64> {
        if now < self.closed_until {
            return Err(seconds(self.closed_until - now));
        }
        self.roll(now);
        let admitted = match &mut self.window {
            None => {
                self.promised = self.promised.saturating_add(jobs);
                jobs
            }
            Some(window) => {
                // With a limit of one call, a look-up and its job would never be admitted.
                let whole = window.left == window.limit && window.left > 0;
                let admitted = jobs.min(window.left.saturating_sub(1)).max(u32::from(whole));
                if admitted == 0 {
                    return Err(seconds(window.ends_at.saturating_sub(now)));
                }
                window.left = window.left.saturating_sub(admitted.saturating_add(1));
                admitted
            }
        };
        self.under_way += 1;
        Ok(admitted)
    }

    /// Notes that a look-up was answered or lost.
    pub(crate) fn settle(&mut self, now: u64, rate: Option<RateHeaders>, refused: bool) {
        self.under_way = self.under_way.saturating_sub(1);
        let Some(rate) = rate else { return };
        self.heard = true;
        self.learn(now, rate);
        self.promised = 0;
        if refused {
            let wait = rate.resets_in_secs.map_or(WINDOW_MS, |secs| u64::from(secs) * 1_000);
            self.closed_until = self.closed_until.max(now + wait + MARGIN_MS);
        }
    }

    /// Takes in what a reply says about the account.
    pub(crate) fn learn(&mut self, now: u64, rate: RateHeaders) {
        let (Some(limit), Some(remaining)) = (rate.limit, rate.remaining) else { return };
        self.roll(now);
        let length = rate.resets_in_secs.map_or(WINDOW_MS, |secs| u64::from(secs) * 1_000);
        let ends_at = now + length + MARGIN_MS;
        let remaining = remaining.saturating_sub(self.under_way);
        self.window = Some(match self.window {
            // The end of another window differs by more than the error of a reading.
            Some(window) if ends_at <= window.ends_at + 2 * MARGIN_MS => {
                Window { limit, left: window.left.min(remaining), ends_at: window.ends_at.max(ends_at) }
            }
            Some(_) => Window { limit, left: remaining, ends_at },
            None => Window { limit, left: remaining.saturating_sub(self.promised), ends_at },
        });
    }

    fn roll(&mut self, now: u64) {
        if let Some(window) = &mut self.window
            && now >= window.ends_at
        {
            window.left = window.limit.saturating_sub(self.under_way);
            window.ends_at = now + WINDOW_MS + MARGIN_MS;
        }
    }
}

fn seconds(millis: u64) -> u64 {
    millis.div_ceil(1_000).max(1)
}

#[cfg(test)]
mod tests;
