//! An HTTP/1.1 server on the loopback for tests: it reads whole requests, keeps them, and does with each what the test's
//! script says. Mostly it stands for InMoment, whose grants of tokens it can give by itself.
//!
//! A script is a function of the request, or a list of what to do with one request after the other. When the server is
//! dropped, it fails the test if a request came that the script does not expect, or if the script has a reply left that
//! was never asked for.
#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and ends them")]
#![expect(
    clippy::unwrap_used,
    reason = "a failed assumption in a test is a failed test, with its place named"
)]

mod act;
mod request;
mod script;
mod server;
#[cfg(test)]
mod tests;

pub use act::{Act, grant, json, reply};
pub use request::Request;
pub use server::Server;
