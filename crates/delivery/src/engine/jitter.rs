//! The wait of a lane after failures in a row: exponential back-off with jitter.

use crate::clock::millis;
use crate::settings::Retry;

/// A random number generator with a given seed, the only randomness of the machine.
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) fn new(seed: u64) -> Self {
        Jitter(seed)
    }

    /// The wait in ms after this many failures in a row, at most `longest`.
    pub(super) fn back_off(&mut self, retry: &Retry, attempts: u32, longest: u64) -> u64 {
        let doubled = millis(retry.first).saturating_mul(1_u64 << attempts.saturating_sub(1).min(32));
        let full = doubled.min(millis(retry.max)).min(longest).max(1);
        let quarter = full / 4;
        full - quarter + self.below(quarter + 1)
    }

    /// splitmix64, which is good enough for jitter and deterministic.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound.max(1)
    }
}
