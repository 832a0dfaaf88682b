//! The console's routes over a journal in memory, without a network.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![allow(clippy::unwrap_used, reason = "a failed assumption is a failed test, with its place named")]
mod access;
mod addresses;
mod alerts;
mod api;
mod audit;
mod client;
mod conflicts;
mod directory;
mod end_users;
mod events;
mod explain;
mod feedback;
mod first_start;
mod full_disk;
mod harness;
mod headers;
mod live;
mod looks;
mod metrics;
mod now;
mod parts;
mod passwords;
mod past;
mod people;
mod problems;
mod rules;
mod running;
mod served;
mod sign_in;
mod tokens;
