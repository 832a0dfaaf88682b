//! The sandbox over real sockets: that faults look to a client as they do in the field, and that control works.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]

mod client;
mod control;
mod faults;
mod server;
