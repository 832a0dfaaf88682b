//! The behaviour Rapport promises, through its real ports: events over HTTP into the real server, the sandbox over HTTP
//! as InMoment, the admin API to ask how it went.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed assumption of a test is a failed test"
)]

mod batches;
mod crash;
mod credentials;
mod disk;
mod faults;
mod message_ids;
mod people;
mod routes;
mod secrets;
mod shadow;
mod world;
