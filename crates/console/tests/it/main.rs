//! The console's routes over a journal in memory, without a network.

#![allow(clippy::unwrap_used, reason = "a failed assumption is a failed test, with its place named")]
mod access;
mod api;
mod audit;
mod client;
mod events;
mod explain;
mod first_start;
mod headers;
mod house;
mod passwords;
mod past;
mod people;
mod problems;
mod sign_in;
mod tokens;
