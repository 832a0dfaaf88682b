//! The sandbox over real sockets: to a client, faults look as they do in reality, and the control port works.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]

mod client;
mod control;
mod faults;
mod server;
