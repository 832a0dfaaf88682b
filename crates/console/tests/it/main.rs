//! The console's routes over a journal in memory, without a network.

#![allow(clippy::unwrap_used, reason = "a failed assumption is a failed test, with its place named")]
mod api;
mod explain;
mod house;
