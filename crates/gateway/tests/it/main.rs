//! The gateway over real connections: these tests send the same bytes as SDKs.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![expect(clippy::unwrap_used, reason = "a failed assumption of a test is a failed test")]

mod app;
mod captures;
mod control_plane;
mod cors;
mod held;
mod hostile;
mod limits;
mod other_ways;
mod payload;
mod ready;
mod replacing;
mod slow;
mod storing;
mod transport;
mod wire;
