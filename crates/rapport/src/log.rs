//! The log of a command that runs on: on standard error, for people or for programs.
//!
//! The log can fail nothing. Standard error may be closed, full, or a pipe that nobody reads, and whoever has something to
//! say must neither break off nor wait for it. So lines go into a queue with a limit, and one thread writes them
//! ([`lines`]). What cannot be kept or written is counted, and said when lines can be written again.

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

/// At the end of the process, so long is waited for the last lines to be written.
const LAST_LINES: Duration = Duration::from_secs(1);

/// There is one standard error, and so one queue before it.
static LINES: OnceLock<Arc<Lines>> = OnceLock::new();

/// Sets the log up. From now on a panic goes there too.
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
    // The library would write to standard error what it cannot write to standard error, and panic.
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

/// What is logged when nobody says anything.
const USUAL: &str = "info";

/// Replaces the filter of the log there is.
type Exchange = Box<dyn Fn(EnvFilter) -> bool + Send + Sync>;

static EXCHANGE: OnceLock<Exchange> = OnceLock::new();

fn keep(exchange: impl Fn(EnvFilter) -> bool + Send + Sync + 'static) {
    // There is one log; a second one is refused right after.
    let _ = EXCHANGE.set(Box::new(exchange));
}

/// What is logged: a level, or a filter such as `info,delivery=debug`.
///
/// # Errors
/// Why it is not understood.
pub(crate) fn filter(text: &str) -> Result<EnvFilter, String> {
    // The library cuts a directive with spaces around it in the wrong places.
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

/// Begins the thread that writes. It has a descriptor of its own: whoever else writes to standard error through the
/// standard library never waits for a lock that this thread holds.
fn write_lines(lines: &Arc<Lines>, supervisor: &Supervisor) -> io::Result<()> {
    let target = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let lines = Arc::clone(lines);
    let thread = supervisor.thread("log", Restart::ALWAYS, move |stopping| lines.write(&target, stopping))?;
    // It writes until the process ends, also what is said while everything else stops.
    thread.keep();
    Ok(())
}

/// Lines of the log that were lost since the process began.
pub fn lost() -> u64 {
    LINES.get().map_or(0, |lines| lines.lost())
}

/// Says something to the person at standard error: through the log's queue when there is a log, so that it never waits.
pub(crate) fn say(text: &str) {
    match LINES.get() {
        Some(lines) => lines.push(format!("{text}\n").into_bytes()),
        // Standard error may be closed; the command goes on.
        None => drop(writeln!(io::stderr().lock(), "{text}")),
    }
}

/// Waits a moment for what was said to be written. For the end of the process.
pub fn finish() {
    if let Some(lines) = LINES.get() {
        lines.finish(LAST_LINES);
    }
}
