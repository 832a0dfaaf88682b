//! `make bench`: how fast Rapport is and how much memory it takes, as one JSON document on standard output.
//!
//! It drives the release binary as an operator would run it (a separate process, a configuration file, its two ports)
//! and the sandbox as InMoment, all on the loopback interface of one machine. The load generator and the sandbox share
//! the machine's cores with the server; their use lowers the figures, and never raises them.
//!
//! Nothing is asserted: a figure names its target and says whether it was met. A run that could not be measured (a
//! request refused, events lost) is an error.
//!
//! * [`scenario`]: the scenarios, each in a file that explains its method.
//! * [`traffic`], [`wire`], [`load`]: events, HTTP and the load generator.
//! * [`site`], [`server`], [`process`], [`probe`]: the server, its folder, its process, and the sandbox with its probe.
//! * [`host`], [`figure`]: the machine, and what is reported.
//! * [`arguments`], [`effort`], [`progress`]: the command line, the effort, and the progress.

#![allow(clippy::disallowed_methods, reason = "not part of the server: a failure ends the run")]

mod arguments;
mod effort;
mod figure;
mod host;
mod load;
mod probe;
mod process;
mod progress;
mod scenario;
mod server;
mod site;
mod traffic;
mod wire;

use anyhow::Result;
use arguments::{Arguments, Wish};
use figure::Figure;
use progress::say;
use scenario::Scenario;
use serde::Serialize;
use std::io::{Write, stdout};
use std::process::ExitCode;

/// The load generator and the sandbox share the cores with the server, so it gets the time that they save.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The whole output.
#[derive(Serialize)]
struct Report {
    date: String,
    machine: host::Host,
    quick: bool,
    figures: Vec<Figure>,
}

// One thread, because the load generator must leave the cores to the server.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match arguments::read(std::env::args().skip(1)) {
        Wish::Measure(arguments) => match measure(&arguments).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                say(&format!("bench: {error:#}"));
                ExitCode::FAILURE
            }
        },
        Wish::Help => {
            say(arguments::USAGE);
            ExitCode::SUCCESS
        }
        Wish::Unclear(why) => {
            say(&format!("bench: {why}\n{}", arguments::USAGE));
            ExitCode::from(2)
        }
    }
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let effort = arguments.effort();
    let folder = site::work_folder()?;
    let machine = host::Host::read(&folder)?;
    let mut figures = Vec::new();
    for scenario in Scenario::ALL.into_iter().filter(|scenario| arguments.wants(scenario.name())) {
        say(&format!("{}: {}", scenario.name(), scenario.what()));
        let before = host::Ticks::read()?;
        let measured = scenario.measure(&effort).await?;
        let others = host::Ticks::read()?.others_since(before);
        for figure in measured {
            say(&format!("  {}", figure.line()));
            figures.push(figure.beside(others));
        }
        say(&format!("  others took {others} % of the processors meanwhile"));
    }
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let report = Report { date, machine, quick: arguments.quick, figures };
    let mut out = stdout().lock();
    serde_json::to_writer_pretty(&mut out, &report)?;
    writeln!(out)?;
    Ok(())
}
