//! `rapport health`: whether a running server is ready, for health checks of containers.

use crate::admin;
use crate::cli;
use crate::config::{self, Address};
use crate::failure::{Exit, Failure};
use crate::output::Out;
use crate::table;

/// Runs the command.
pub(super) async fn run(args: &cli::HealthArgs, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let address = match &args.url {
        Some(url) => Address::named(url, args.ca.clone()),
        None => config::admin_address(args.config.file())?,
    };
    let unready = admin::unready(&address).await?;
    if unready.is_empty() {
        out.line("ready")?;
        return Ok(Exit::Done);
    }
    for line in &unready {
        out.line(table::visible(line))?;
    }
    Ok(Exit::No)
}
