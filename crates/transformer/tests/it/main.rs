//! The transformer over HTTP, between a rudder-server played by the tests and an InMoment played by a stub.
#![expect(
    clippy::unwrap_used,
    reason = "a failed assumption in a test is a failed test, with its place named"
)]

mod bodies;
mod delivery;
mod dispatch;
mod elements;
mod limits;
mod outages;
mod pages;
mod rows;
mod served;
mod server;
mod stub;
mod tokens;
