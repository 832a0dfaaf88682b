//! `rapport transformer`: the transformer alone, until the process is told to stop.

use crate::cli;
use crate::config::{self, TransformerSection};
use crate::failure::{Exit, Failure};
use crate::signal::{Stop, last_resort};
use crate::{doors, log, transformer};
use delivery::{Clock, SystemClock};
use std::sync::Arc;
use std::time::Duration;
use supervise::Supervisor;

/// Runs the command.
pub(super) async fn run(args: &cli::TransformerArgs) -> Result<Exit, Failure> {
    let mut stop = Stop::listen()?;
    let supervisor = Supervisor::new();
    log::start(&args.log, &supervisor)?;
    let section = TransformerSection {
        profile: args.profile.profile(),
        upstream: args.upstream.clone(),
        base_url: args.base_url.clone(),
        ..TransformerSection::default()
    };
    if !args.listen.ip().is_loopback() {
        tracing::warn!(
            "other machines can reach this port; requests bring InMoment logins and are not authenticated"
        );
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let door = doors::of_transformer(&section)?;
    let versions = config::transformer_versions();
    let running =
        transformer::start("--listen", args.listen, &section, door, versions, &clock, &supervisor).await?;
    let failed = tokio::select! {
        () = stop.requested() => None,
        failed = supervisor.failed() => Some(failed),
    };
    last_resort(if failed.is_some() { Exit::Broken } else { Exit::Failed }, Duration::ZERO);
    stop.in_order(running.shutdown(), Duration::ZERO).await;
    failed.map_or(Ok(Exit::Done), |failed| Err(failed.into()))
}
