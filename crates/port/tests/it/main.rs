//! Doors over real connections.

#![expect(clippy::unwrap_used, reason = "a failed assumption of a test is a failed test")]

mod files;
mod handshakes;
mod house;
mod renewed;
mod serving;
mod site;
mod starved;
mod trusted;
