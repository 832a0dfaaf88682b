//! How many calls a backlog will take.

/// What an estimate is made of.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Calls {
    /// events waiting
    pub(crate) pending: u64,
    /// calls made lately
    pub(crate) made_lately: u64,
    /// events delivered lately
    pub(crate) delivered_lately: u64,
}

impl Calls {
    /// As many as the events delivered lately have taken, each; one where that is not known. At least one where an event waits.
    pub(crate) fn needed(self) -> u64 {
        if self.delivered_lately == 0 {
            return self.pending;
        }
        let calls = u128::from(self.pending) * u128::from(self.made_lately);
        let calls = calls.div_ceil(u128::from(self.delivered_lately));
        u64::try_from(calls).unwrap_or(u64::MAX).max(self.pending.min(1))
    }
}

#[cfg(test)]
mod tests;
