//! `rapport serve`: the server, until the process is told to stop.

use crate::cli::Serve;
use crate::config::Config;
use crate::failure::{Exit, Failure};
use crate::log;
use crate::output::say;
use crate::server::Server;
use crate::signal::Stop;
use delivery::SystemClock;
use secrecy::ExposeSecret;
use std::sync::Arc;

/// Runs the command.
pub(super) async fn run(args: &Serve) -> Result<Exit, Failure> {
    let stop = Stop::listen()?;
    log::start(&args.log)?;
    let config = Config::load(args.config.as_deref())?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let server = Server::start(config, Arc::new(SystemClock::default())).await?;
    match server.setup_link() {
        // Not through the log, which may be kept: whoever has this link owns the console until it is used.
        Some(link) => say(format!(
            "The console has no administrator yet. Open this link once to become it:\n  {}",
            link.expose_secret()
        )),
        None => tracing::info!(console = server.access().url, "the console is there"),
    }
    stop.requested().await;
    server.shutdown().await;
    Ok(Exit::Done)
}
