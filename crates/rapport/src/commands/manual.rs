//! `rapport manual`: the manual's pages, made from the definition of the command line.

use crate::cli::{Cli, Manual};
use crate::failure::{Exit, Failure, code};
use crate::output::Out;
use clap::CommandFactory;

/// Writes `rapport.1` and a page for each command below it.
pub(super) fn run(args: &Manual, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let unwritten = |error: std::io::Error| {
        Failure::new(code::OUTPUT_FAILED, format!("{} cannot be written: {error}", args.folder.display()))
            .advice("name a folder that this user may write to")
    };
    std::fs::create_dir_all(&args.folder).map_err(unwritten)?;
    clap_mangen::generate_to(Cli::command(), &args.folder).map_err(unwritten)?;
    out.line(format!("the pages are in {}", args.folder.display()))?;
    Ok(Exit::Done)
}
