//! The one binary: configuration, wiring, commands.
//!
//! * [`config`] reads and checks the one configuration file.
//! * [`server`] wires the parts together and runs them; `fleet` changes sources and destinations while they run.
//! * [`reload`] reads the configuration again while the server runs.
//! * [`transformer`] does the same for the part that answers rudder-server.
//! * [`cli`] has the command line, and [`commands`] carries the commands out.
//! * [`backup`] takes backups and restores them.
//! * [`import`] makes a configuration from RudderStack's workspace file.
//! * [`log`] is the log, whose errors affect no other part.
//! * [`admin`] reaches a running server.
//! * [`failure`] tells people and programs why a command did not succeed.

pub mod admin;
mod admin_token;
pub mod backup;
pub mod cli;
mod cluster;
pub mod commands;
pub mod config;
mod delivering;
mod doors;
mod draining;
pub mod failure;
mod fleet;
mod full;
pub mod import;
mod invitation;
mod live_settings;
pub mod log;
mod observed;
pub mod output;
mod part;
mod private;
mod process;
pub mod reload;
pub mod server;
mod service_manager;
mod signal;
mod table;
pub mod transformer;
