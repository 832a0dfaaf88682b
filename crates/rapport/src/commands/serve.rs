//! `rapport serve`: the server, until the process is told to stop.

use crate::cli::Serve;
use crate::config::Config;
use crate::failure::{Exit, Failure};
use crate::log;
use crate::server::Server;
use crate::signal::Stop;
use delivery::SystemClock;
use std::sync::Arc;

/// Runs the command.
pub(super) async fn run(args: &Serve) -> Result<Exit, Failure> {
    let stop = Stop::listen()?;
    log::start(&args.log)?;
    let config = Config::load(&args.config)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let server = Server::start(config, Arc::new(SystemClock::default())).await?;
    stop.requested().await;
    server.shutdown().await;
    Ok(Exit::Done)
}
