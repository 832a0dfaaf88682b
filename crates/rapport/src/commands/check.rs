//! `rapport check`: is the configuration right, and does InMoment take the credentials?

use crate::cli;
use crate::config::{self, Config, Destination, USUAL_FILE};
use crate::failure::{Exit, Failure};
use crate::output::{Out, say};
use crate::{fleet, table};
use console::advice;
use delivery::Mode;
use event::Millis;
use inmoment::{Call, CallError};
use port::Identity;
use std::path::Path;
use std::sync::Arc;

/// Runs the command.
pub(super) async fn run(args: &cli::Check, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let config = Config::load(args.config.as_deref())?;
    for warning in config.warnings.iter().chain(&config::exposed(&config, args.config.as_deref())) {
        say(format!("warning: {warning}"));
    }
    for files in [&config.gateway.tls, &config.admin.tls].into_iter().flatten() {
        Identity::load(files.clone(), Arc::new(|| Millis(0)))?;
    }
    let counts = [(config.sources.len(), "source"), (config.destinations.len(), "destination")]
        .map(|(number, noun)| table::counted(number as u64, noun))
        .join(", ");
    let file = args.config.as_deref().unwrap_or(Path::new(USUAL_FILE));
    out.line(format!("{}: the configuration is right ({counts})", file.display()))?;
    let mut exit = Exit::Done;
    for destination in &config.destinations {
        let name = &destination.name;
        match prove(destination).await? {
            Ok(()) => out.line(format!("{name}: InMoment accepts the credentials{}", shadow(destination)))?,
            Err(error) => {
                exit = Exit::No;
                out.line(format!("{name}: {} [{}]", error.message, error.code))?;
                out.line(format!("  do:   {}", advice(&error)))?;
            }
        }
    }
    Ok(exit)
}

/// Asks for a token. Sends no event and changes nothing.
async fn prove(destination: &Destination) -> Result<Result<(), CallError>, Failure> {
    let client = fleet::client(destination)?;
    Ok(client.call(&Call::Authenticate).await.map(|_| ()))
}

/// Credentials alone would suggest that events arrive.
fn shadow(destination: &Destination) -> &'static str {
    match destination.mode {
        Mode::Live => "",
        Mode::Shadow => "; it is in shadow mode: no event is sent",
    }
}
