//! The one binary: configuration, wiring, commands.
//!
//! * [`config`] reads and checks the one configuration file.

pub mod config;
