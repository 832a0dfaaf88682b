//! Several machines that share one journal: the real binary, a real Kafka broker, a local InMoment.

#![allow(
    clippy::disallowed_methods,
    reason = "a test starts processes and tasks of its own, and awaits them"
)]
#![allow(clippy::unwrap_used, reason = "a failed assumption is a failed test, with its place named")]

mod failing_over;
mod kills;
mod nodes;
mod sharing;
mod starting;
