//! `rapport serve`: runs the server until the process is told to stop, or a part fails without which it is useless.

use crate::cli::Serve;
use crate::config::{self, ConfigText};
use crate::failure::{Exit, Failure};
use crate::private;
use crate::server::Server;
use crate::service_manager::ServiceManager;
use crate::signal::{Reload, Stop, last_resort};
use crate::{invitation, log};
use delivery::SystemClock;
use std::path::PathBuf;
use std::sync::Arc;
use supervise::Supervisor;

/// Runs the command.
pub(super) async fn run(args: &Serve) -> Result<Exit, Failure> {
    private::keep_memory_private();
    let (mut stop, mut reload) = (Stop::listen()?, Reload::listen()?);
    let supervisor = Supervisor::new();
    log::start(&args.log, &supervisor)?;
    // It runs in another task, so that a signal is handled even while a disk or a file delays the start.
    let level = args.log.log.is_none();
    let starting = supervise::work("start", start(args.config.config.clone(), level, supervisor.clone()));
    let (server, text) = tokio::select! {
        started = starting => started??,
        () = stop.requested() => {
            tracing::info!("told to stop while starting");
            return Ok(Exit::Done);
        }
    };
    let manager = ServiceManager::of(&config::Process);
    manager.ready();
    manager.watched(&supervisor);
    let reloading = async {
        loop {
            reload.requested().await;
            manager.reloading();
            let (reloading, text, file) = (server.reloading(), text.clone(), args.config.config.clone());
            // It runs in another task: once started it is completed, and a signal to stop is handled meanwhile.
            let read = supervise::work("reading the configuration again", async move {
                // It was reported where it was noticed.
                let _ = reloading.reload(&text, file, level).await;
            });
            if let Err(broken) = read.await {
                tracing::error!("the configuration could not be read again: {broken}");
            }
            manager.ready();
        }
    };
    let failed = tokio::select! {
        () = stop.requested() => None,
        failed = supervisor.failed() => Some(failed),
        () = reloading => None,
    };
    // A server that has failed skips the drain delay, so that its service manager can start it again at once.
    let server = if failed.is_some() { server.at_once() } else { server };
    let delay = server.drain_delay();
    manager.stopping(delay);
    last_resort(if failed.is_some() { Exit::Broken } else { Exit::Failed }, delay);
    stop.in_order(server.shutdown(), delay).await;
    failed.map_or(Ok(Exit::Done), |failed| Err(failed.into()))
}

async fn start(
    file: Option<PathBuf>,
    level: bool,
    supervisor: Supervisor,
) -> Result<(Server, ConfigText), Failure> {
    let text = ConfigText::of(file.as_deref())?;
    let config = text.config()?;
    if level {
        log::change(&config.log.level);
    }
    for warning in config.warnings.iter().chain(&config::exposed(&config, file.as_deref())) {
        tracing::warn!("{warning}");
    }
    let folder = config.journal.path.clone();
    let server = Server::start(config, Arc::new(SystemClock::default()), supervisor).await?;
    invitation::give(server.setup_link(), &server.access().address.url, &folder);
    Ok((server, text))
}
