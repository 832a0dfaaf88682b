//! The log in Kafka, with real brokers (`make kafka-test`).
#![allow(
    clippy::unwrap_used,
    reason = "in a test, also in what a test calls, a failed assumption is a failed test"
)]
#![allow(clippy::print_stdout, reason = "what was measured is shown to the person who runs the tests")]
#![allow(
    clippy::disallowed_methods,
    reason = "a test starts processes and tasks of its own, and awaits them"
)]

#[macro_use]
#[path = "../promises/mod.rs"]
mod promises;

mod appends;
mod members;
mod outages;
mod refusals;
mod site;
mod speed;
mod topics;

promises!(site::open);
