//! `rapport check`: is the configuration right, and does InMoment take the credentials?

use crate::cli;
use crate::config::{self, Config, ConfigText, Destination, KeptConfiguration, in_force, written};
use crate::failure::{Exit, Failure};
use crate::output::{Out, say};
use crate::{fleet, table};
use console::advice;
use delivery::Mode;
use event::Millis;
use inmoment::{Call, CallError};
use journal::Offline;
use port::ServerCertificate;
use registry::record::{DESTINATION, SOURCE};
use registry::rule::RULES;
use std::path::Path;
use std::sync::Arc;

/// The journal's file in the data folder.
const DATABASE: &str = "journal.sqlite3";

/// Runs the command.
pub(super) async fn run(args: &cli::Check, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let text = ConfigText::of(args.config.file())?;
    let config = text.config()?;
    for warning in config.warnings.iter().chain(&config::exposed(&config, args.config.file())) {
        say(format!("warning: {warning}"));
    }
    for files in [&config.gateway.tls, &config.admin.tls].into_iter().flatten() {
        ServerCertificate::load(files.clone(), Arc::new(|| Millis(0)))?;
    }
    if args.print {
        return print(&config, &text.name(), out);
    }
    let counts = [(config.sources.len(), "source"), (config.destinations.len(), "destination")]
        .map(|(number, noun)| table::counted(number as u64, noun))
        .join(", ");
    out.line(format!("{}: the configuration is right ({counts})", text.origin()))?;
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

/// Every key with its value and origin: first the configuration's keys, then the console's.
fn print(config: &Config, file: &str, out: &mut Out<'_>) -> Result<Exit, Failure> {
    for line in written(&in_force(config, &load_kept(&config.journal.path)?), file) {
        out.line(table::visible(&line))?;
    }
    Ok(Exit::Done)
}

/// The console's entries in the data folder, if there is one; nothing is changed.
fn load_kept(folder: &Path) -> Result<KeptConfiguration, Failure> {
    if !folder.join(DATABASE).exists() {
        return Ok(KeptConfiguration::default());
    }
    let journal = Offline::open(folder)?;
    Ok(KeptConfiguration {
        sources: journal.documents(SOURCE)?,
        destinations: journal.documents(DESTINATION)?,
        rules: journal.documents(RULES)?,
    })
}

/// Requests a token. It sends no event and changes nothing.
async fn prove(destination: &Destination) -> Result<Result<(), CallError>, Failure> {
    let client = fleet::client(destination, None)?;
    Ok(client.call(&Call::Authenticate).await.map(|_| ()))
}

/// A result about the credentials alone would suggest that events arrive.
fn shadow(destination: &Destination) -> &'static str {
    match destination.mode {
        Mode::Live => "",
        Mode::Shadow => "; it is in shadow mode: no event is sent",
    }
}
