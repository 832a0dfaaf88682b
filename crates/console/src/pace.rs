//! An estimate of the calls that a backlog will take.

/// The input of the estimate.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Calls {
    /// events waiting
    pub(crate) pending: u64,
    /// calls made in the compared span
    pub(crate) made_lately: u64,
    /// events delivered in the compared span
    pub(crate) delivered_lately: u64,
}

impl Calls {
    /// The pending events times the calls that each event delivered lately has taken; one call for each event where
    /// that is not known. At least one if an event is pending.
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
