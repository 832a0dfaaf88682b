//! `rapport serve`: the server, until the process is told to stop.

use crate::cli::{LogFormat, Serve};
use crate::config::Config;
use crate::failure::{Exit, Failure, code};
use crate::server::Server;
use crate::signal::Stop;
use delivery::SystemClock;
use std::io;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// Runs the command.
pub(super) async fn run(args: &Serve) -> Result<Exit, Failure> {
    let stop = Stop::listen()?;
    log(args)?;
    let config = Config::load(&args.config)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let server = Server::start(config, Arc::new(SystemClock::default())).await?;
    stop.requested().await;
    server.shutdown().await;
    Ok(Exit::Done)
}

/// Logs go to standard error; one that cannot be written is nobody's loss but the log's.
fn log(args: &Serve) -> Result<(), Failure> {
    let filter = EnvFilter::builder().parse(&args.log).map_err(|error| {
        Failure::new(code::START_FAILED, format!("--log {:?} is not understood: {error}", args.log))
            .exit(Exit::Usage)
            .advice("write a level (info) or a filter (info,delivery=debug)")
    })?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let set = match args.log_format {
        LogFormat::Human => {
            let colours = io::IsTerminal::is_terminal(&io::stderr());
            subscriber.with_ansi(colours).try_init()
        }
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    };
    set.map_err(|error| Failure::new(code::START_FAILED, format!("the log cannot be set up: {error}")))
}
