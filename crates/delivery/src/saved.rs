//! Calls that were not made.

/// Calls saved, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SavedCalls {
    /// the end user was known: no look-up
    pub known: u64,
    /// identifies that waited together went out as one
    pub merged: u64,
    /// InMoment holds it already
    pub unchanged: u64,
}

impl SavedCalls {
    /// For whatever reason.
    pub fn total(self) -> u64 {
        self.known + self.merged + self.unchanged
    }
}
