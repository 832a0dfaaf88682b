//! The log of a long-running command: it is written to standard error, for people or for programs.
//!
//! Errors of the log affect no other part. Standard error may be closed, full, or a pipe without a reader, and logging
//! must neither fail nor wait. So lines are put into a bounded queue, and one thread writes them ([`lines`]). Lines
//! that cannot be stored or written are counted, and their number is logged when lines can be written again.

mod lines;
#[cfg(test)]
mod tests;

use crate::cli::{LogFormat, LogOptions};
use crate::failure::{Exit, Failure, code};
use lines::{Event, Lines};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use supervise::{Restart, Supervisor};
use tracing_subscriber::EnvFilter;

/// How long the end of the process waits for the last lines to be written.
const LAST_LINES: Duration = Duration::from_secs(1);

/// There is one standard error, so there is one queue before it.
static LINES: OnceLock<Arc<Lines>> = OnceLock::new();

/// Sets the log up. From now on panics are logged, too.
pub(crate) fn start(options: &LogOptions, supervisor: &Supervisor) -> Result<(), Failure> {
    let text = options.log.as_deref().unwrap_or(USUAL);
    let filter = filter(text).map_err(|error| {
        Failure::new(code::START_FAILED, format!("--log {text:?} is not understood: {error}"))
            .exit(Exit::Usage)
            .advice("write a level (info) or a filter (info,delivery=debug)")
    })?;
    let failed =
        |error: String| Failure::new(code::START_FAILED, format!("the log cannot be set up: {error}"));
    let lines = Arc::clone(LINES.get_or_init(Arc::default));
    write_lines(&lines, supervisor).map_err(|error| failed(error.to_string()))?;
    // If the library cannot write to standard error, it would write about that to standard error, and panic.
    let subscriber =
        tracing_subscriber::fmt().with_writer(move || Event(Arc::clone(&lines))).log_internal_errors(false);
    let set = match options.log_format {
        LogFormat::Human => {
            let colours = io::IsTerminal::is_terminal(&io::stderr());
            let subscriber = subscriber.with_ansi(colours).with_env_filter(filter).with_filter_reloading();
            let handle = subscriber.reload_handle();
            keep(move |filter| handle.reload(filter).is_ok());
            subscriber.try_init()
        }
        LogFormat::Json => {
            let subscriber =
                subscriber.json().flatten_event(true).with_env_filter(filter).with_filter_reloading();
            let handle = subscriber.reload_handle();
            keep(move |filter| handle.reload(filter).is_ok());
            subscriber.try_init()
        }
    };
    set.map_err(|error| failed(error.to_string()))?;
    supervise::hook();
    Ok(())
}

/// The default level of the log.
const USUAL: &str = "info";

/// Replaces the filter of the existing log.
type Exchange = Box<dyn Fn(EnvFilter) -> bool + Send + Sync>;

static EXCHANGE: OnceLock<Exchange> = OnceLock::new();

fn keep(exchange: impl Fn(EnvFilter) -> bool + Send + Sync + 'static) {
    // There is one log; a second one is refused just below.
    let _ = EXCHANGE.set(Box::new(exchange));
}

/// The filter of the log: a level, or directives such as `info,delivery=debug`.
///
/// # Errors
/// Why it is not valid.
pub(crate) fn filter(text: &str) -> Result<EnvFilter, String> {
    // The library splits a directive with spaces around it in the wrong places.
    let directives: Vec<&str> = text.split(',').map(str::trim).collect();
    EnvFilter::builder().parse(directives.join(",")).map_err(|error| error.to_string())
}

/// Logs this from now on, if there is a log. The text has been checked with the configuration.
pub(crate) fn change(text: &str) {
    if let (Some(exchange), Ok(filter)) = (EXCHANGE.get(), filter(text))
        && !exchange(filter)
    {
        tracing::warn!("what is logged could not be changed");
    }
}

/// Starts the writing thread. It has its own descriptor, so code that writes to standard error through the standard
/// library never waits for a lock of this thread.
fn write_lines(lines: &Arc<Lines>, supervisor: &Supervisor) -> io::Result<()> {
    let target = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let lines = Arc::clone(lines);
    let thread = supervisor.thread("log", Restart::ALWAYS, move |stopping| lines.write(&target, stopping))?;
    // It writes until the process ends, including lines that are logged while everything else stops.
    thread.keep();
    Ok(())
}

/// Lines of the log that were lost since the process began.
pub fn lost() -> u64 {
    LINES.get().map_or(0, |lines| lines.lost())
}

/// Prints a message for the person at standard error: through the log's queue if there is a log, so that it never
/// waits.
pub(crate) fn say(text: &str) {
    match LINES.get() {
        Some(lines) => lines.push(format!("{text}\n").into_bytes()),
        // Standard error may be closed; the command goes on.
        None => drop(writeln!(io::stderr().lock(), "{text}")),
    }
}

/// Waits a moment until the lines are written. It is for the end of the process.
pub fn finish() {
    if let Some(lines) = LINES.get() {
        lines.finish(LAST_LINES);
    }
}
