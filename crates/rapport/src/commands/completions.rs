//! `rapport completions`: a completion script for a shell.

use crate::cli::{self, Cli};
use crate::failure::{Exit, Failure};
use crate::output::Out;
use clap::CommandFactory;

/// Runs the command.
pub(super) fn run(args: &cli::Completions, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "rapport", &mut script);
    out.bytes(&script)?;
    Ok(Exit::Done)
}
