//! The log of a command that runs on: on standard error, for people or for programs.

use crate::cli::{LogFormat, LogOptions};
use crate::failure::{Exit, Failure, code};
use std::io;
use tracing_subscriber::EnvFilter;

/// Sets the log up. A line that cannot be written is nobody's loss but the log's.
pub(crate) fn start(options: &LogOptions) -> Result<(), Failure> {
    let filter = EnvFilter::builder().parse(&options.log).map_err(|error| {
        Failure::new(code::START_FAILED, format!("--log {:?} is not understood: {error}", options.log))
            .exit(Exit::Usage)
            .advice("write a level (info) or a filter (info,delivery=debug)")
    })?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let set = match options.log_format {
        LogFormat::Human => {
            let colours = io::IsTerminal::is_terminal(&io::stderr());
            subscriber.with_ansi(colours).try_init()
        }
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    };
    set.map_err(|error| Failure::new(code::START_FAILED, format!("the log cannot be set up: {error}")))
}
