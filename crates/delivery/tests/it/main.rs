//! The driver with the sandbox's core as InMoment; mostly with a journal in memory and in tokio's paused time, in which
//! hours pass at once.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![expect(clippy::unwrap_used, reason = "a failed assumption of a test is a failed test")]

mod changeover;
mod damage;
mod driver;
mod endings;
mod events;
mod faults;
mod faulty;
mod harness;
mod outcomes;
mod scripted;
mod stories;
mod world;
