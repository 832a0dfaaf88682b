#![doc = include_str!("../README.md")]

mod api;
mod dates;
mod exchange;
pub mod faults;
mod incoming;
mod limit;
mod log;
mod options;
mod params;
mod pattern;
mod properties;
mod route;
mod sandbox;
mod server;
mod snapshot;
mod store;
mod tokens;
mod view;

pub use exchange::{Reply, Request};
pub use log::{LogEntry, LogFilter};
pub use options::{Account, BadSwitches, LimitScope, OAuthClient, Options, Switches};
pub use sandbox::{RequestEnd, Sandbox, Served};
pub use server::{Clock, RunningSandbox, Server, StartError, wall_clock};
pub use snapshot::SnapshotError;
