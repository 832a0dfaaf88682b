//! The sandbox over real sockets: that faults look to a client as they do in the field, and that control works.

mod client;
mod control;
mod faults;
mod server;
