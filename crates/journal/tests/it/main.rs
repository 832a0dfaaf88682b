//! The journals through their trait, and what only the durable one must stand.
#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![allow(
    clippy::unwrap_used,
    reason = "in a test, also in what a test calls, a failed assumption is a failed test"
)]

mod archive;
mod child;
mod clock;
mod conformance;
mod copies;
mod crash;
mod flood;
mod folder;
mod mended;
mod model;
mod replicas;
mod retention;
mod room;
mod sample;
mod search;
mod storage;
