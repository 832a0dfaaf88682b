//! `rapport`: all code is in the library, so that tests and benchmarks can start the real program in their own process.

use clap::Parser;
use rapport::cli::Cli;
use rapport::failure::{Exit, Failure, code};
use rapport::output::{Out, say};
use std::io::{BufWriter, stdout};
use std::process::ExitCode;
use std::time::Duration;

/// Events are many small allocations, made on one thread and freed on another.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Work that still blocks at the end of a command is abandoned after this time.
const BLOCKING_GRACE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are written to standard output and are not failures; a closed standard output does not
            // matter.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    let mut writer = BufWriter::new(stdout());
    let mut out = Out::new(&mut writer);
    let done = run(&cli, &mut out);
    let flushed = out.flush().map_err(Failure::from);
    let exit = match done.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            if failure.exit != Exit::Done {
                say(failure.to_string());
            }
            failure.exit.into()
        }
    };
    rapport::log::finish();
    exit
}

fn run(cli: &Cli, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(code::START_FAILED, format!("no threads can be started: {error}")))?;
    let done = runtime.block_on(rapport::commands::run(cli, out));
    // Blocking work may be stuck, for example in a disk; that must not keep the process from ending.
    runtime.shutdown_timeout(BLOCKING_GRACE);
    done
}
