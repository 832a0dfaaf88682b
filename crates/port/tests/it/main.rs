//! Doors over real connections.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![expect(clippy::unwrap_used, reason = "a failed assumption of a test is a failed test")]

mod files;
mod handshakes;
mod harness;
mod renewed;
mod serving;
mod site;
mod starved;
mod trusted;
