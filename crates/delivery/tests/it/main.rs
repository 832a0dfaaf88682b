//! The driver with a journal in memory and the sandbox's core as InMoment, in tokio's paused time: hours pass at once.

#![expect(clippy::unwrap_used, reason = "a failed assumption of a test is a failed test")]

mod driver;
mod world;
