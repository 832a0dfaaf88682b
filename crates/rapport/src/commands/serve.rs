//! `rapport serve`: the server, until the process is told to stop, or a part without which it is of no use has failed.

use crate::cli::Serve;
use crate::config::{self, Config};
use crate::failure::{Exit, Failure};
use crate::private;
use crate::server::Server;
use crate::signal::{Stop, last_resort};
use crate::{invitation, log};
use delivery::SystemClock;
use std::sync::Arc;
use supervise::Supervisor;

/// Runs the command.
pub(super) async fn run(args: &Serve) -> Result<Exit, Failure> {
    private::keep_memory_private();
    let mut stop = Stop::listen()?;
    let supervisor = Supervisor::new();
    log::start(&args.log, &supervisor)?;
    // Apart from this task, so that a signal is heard also while a disk or a file keeps the start waiting.
    let starting = supervise::work("start", start(args.config.clone(), supervisor.clone()));
    let server = tokio::select! {
        started = starting => started??,
        () = stop.requested() => {
            tracing::info!("told to stop while starting");
            return Ok(Exit::Done);
        }
    };
    let failed = tokio::select! {
        () = stop.requested() => None,
        failed = supervisor.failed() => Some(failed),
    };
    last_resort(if failed.is_some() { Exit::Broken } else { Exit::Failed });
    stop.in_order(server.shutdown()).await;
    failed.map_or(Ok(Exit::Done), |failed| Err(failed.into()))
}

async fn start(file: Option<std::path::PathBuf>, supervisor: Supervisor) -> Result<Server, Failure> {
    let config = Config::load(file.as_deref())?;
    for warning in config.warnings.iter().chain(&config::exposed(&config, file.as_deref())) {
        tracing::warn!("{warning}");
    }
    let folder = config.journal.path.clone();
    let server = Server::start(config, Arc::new(SystemClock::default()), supervisor).await?;
    invitation::give(server.setup_link(), &server.access().url, &folder);
    Ok(server)
}
