//! The real binary, as a person or a script runs it.

#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]
#![allow(clippy::unwrap_used, reason = "a failed assumption is a failed test, with its place named")]

mod attacks;
mod backup;
mod broken_disk;
mod citations;
mod compare;
mod deployed;
mod doctor;
mod environment;
mod errors_documented;
mod harness;
mod help;
mod hostile;
mod import_config;
mod in_process;
mod log_sinks;
mod managed;
mod observed;
mod offline;
mod readiness;
mod refusals;
mod reload;
mod restore;
mod round_trip;
mod rudder_server;
mod sandbox_command;
mod service_manager;
mod source_disk;
mod tls;
