//! Credit: the time for which a client may keep the server waiting. Waiting uses it up, and bytes earn it back.
//!
//! This module is pure: the caller passes the time in milliseconds.

/// The credit of one direction of one connection. Times are milliseconds since the connection began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Credit {
    most: u64,
    /// bytes a second
    rate: u64,
    left: u64,
    /// bytes that do not make up a whole millisecond yet, times 1,000
    rest: u64,
    since: Option<u64>,
}

impl Credit {
    /// Full credit.
    pub(crate) fn new(most: u64, rate: u32) -> Credit {
        Credit { most, rate: u64::from(rate).max(1), left: most, rest: 0, since: None }
    }

    /// The server waits, or goes on waiting. Returns the time at which the credit will be used up.
    pub(crate) fn wait(&mut self, now: u64) -> u64 {
        let since = *self.since.get_or_insert(now);
        since.saturating_add(self.left)
    }

    /// Ends the wait, if there is one, because this many bytes were moved.
    pub(crate) fn moved(&mut self, bytes: usize, now: u64) {
        if let Some(since) = self.since.take() {
            self.left = self.left.saturating_sub(now.saturating_sub(since));
        }
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let earned = bytes.saturating_mul(1_000).saturating_add(self.rest);
        self.left = self.left.saturating_add(earned / self.rate).min(self.most);
        self.rest = earned % self.rate;
    }

    /// Whether the server waits.
    pub(crate) fn is_waiting(&self) -> bool {
        self.since.is_some()
    }
}

#[cfg(test)]
mod tests;
