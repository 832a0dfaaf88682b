//! `rapport transformer`: the transformer alone, until the process is told to stop.

use crate::cli;
use crate::config::{self, TransformerSection};
use crate::failure::{Exit, Failure};
use crate::signal::Stop;
use crate::{log, transformer};
use delivery::{Clock, SystemClock};
use std::sync::Arc;

/// Runs the command.
pub(super) async fn run(args: &cli::Transformer) -> Result<Exit, Failure> {
    let stop = Stop::listen()?;
    log::start(&args.log)?;
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
    let versions = config::transformer_versions();
    let running = transformer::start("--listen", args.listen, &section, versions, &clock).await?;
    stop.requested().await;
    running.shutdown().await;
    Ok(Exit::Done)
}
