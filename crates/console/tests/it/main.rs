//! The console's routes over a journal in memory, without a network.

#![allow(clippy::unwrap_used, reason = "a failed assumption is a failed test, with its place named")]
mod access;
mod api;
mod audit;
mod client;
mod first_start;
mod full_disk;
mod headers;
mod house;
mod metrics;
mod passwords;
mod people;
mod running;
mod sign_in;
mod tokens;
