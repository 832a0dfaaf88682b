//! The one binary: configuration, wiring, commands.
//!
//! * [`config`] reads and checks the one configuration file.
//! * [`server`] wires the parts together and runs them; `fleet` changes sources and destinations while they run.
//! * [`transformer`] does the same for the part that answers rudder-server.
//! * [`cli`] is what may be typed, [`commands`] what is then done.
//! * [`import`] makes a configuration from RudderStack's workspace file.
//! * [`log`] is the log, which can fail nothing.
//! * [`admin`] reaches a running server.
//! * [`failure`] tells a person and a program why something did not succeed.

pub mod admin;
pub mod cli;
pub mod commands;
pub mod config;
mod delivering;
mod doors;
pub mod failure;
mod fleet;
mod full;
pub mod import;
mod invitation;
pub mod log;
pub mod output;
mod part;
mod private;
pub mod server;
mod signal;
mod table;
pub mod transformer;
