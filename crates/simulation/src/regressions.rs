//! Seeds that have found a fault once. They are played again with every run, whatever range of seeds it is about.
//!
//! A seed says the same only as long as the histories are drawn in the same way: what it found has a test of its own where
//! the fault was.

/// The seeds, in order.
pub const REGRESSIONS: [u64; 3] = [
    // A process that knew its limit by hearsay alone handed on what it believed to be left; its successor believed it.
    6_772, 9_915, 14_379,
];
