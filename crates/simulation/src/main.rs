//! `cargo run --profile release-fast -p simulation -- [--kind memory|sqlite] [--seeds N] [--from N] [--seed N [--trace]] [--threads N]`
//!
//! Before a range of seeds, those are played that have found something once.

#![allow(clippy::disallowed_methods, reason = "not part of the server: a failure ends the run")]

use simulation::{Medium, REGRESSIONS, Report, Sabotage, run_on};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::PoisonError;

const USAGE: &str =
    "simulation [--kind memory|sqlite] [--seeds N] [--from N] [--threads N] | --seed N [--trace]";
/// Failures shown before it stops looking for more.
const SHOWN: usize = 3;

struct Arguments {
    from: u64,
    seeds: u64,
    threads: u64,
    trace: bool,
    medium: Medium,
}

fn main() -> ExitCode {
    let mut out = io::stdout();
    let outcome = match arguments(std::env::args().skip(1)) {
        Some(arguments) => play(&arguments, &mut out),
        None => writeln!(out, "{USAGE}").map(|()| ExitCode::from(2)),
    };
    // Nobody is left to be told that standard output is gone.
    outcome.unwrap_or(ExitCode::FAILURE)
}

fn arguments(mut given: impl Iterator<Item = String>) -> Option<Arguments> {
    let mut arguments = Arguments { from: 0, seeds: 1_000, threads: 2, trace: false, medium: Medium::Memory };
    while let Some(name) = given.next() {
        if name == "--trace" {
            arguments.trace = true;
            continue;
        }
        if name == "--kind" {
            arguments.medium = match given.next()?.as_str() {
                "memory" => Medium::Memory,
                "sqlite" => Medium::Sqlite,
                _ => return None,
            };
            continue;
        }
        let number = given.next()?.parse().ok()?;
        match name.as_str() {
            "--seeds" => arguments.seeds = number,
            "--from" => arguments.from = number,
            "--threads" => arguments.threads = number,
            "--seed" => (arguments.from, arguments.seeds) = (number, 1),
            _ => return None,
        }
    }
    Some(arguments)
}

fn play(arguments: &Arguments, out: &mut (impl Write + Send)) -> io::Result<ExitCode> {
    let found = play_all(arguments, &Mutex::new(&mut *out));
    for line in &found.history {
        writeln!(out, "{line}")?;
    }
    for (what, count) in &found.counts {
        writeln!(out, "{count:>10}  {what}")?;
    }
    writeln!(out, "{} histories played, {} failed", found.played, found.failed)?;
    Ok(if found.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Default)]
struct Found {
    played: u64,
    failed: usize,
    counts: BTreeMap<&'static str, u64>,
    history: Vec<String>,
}

impl Found {
    fn add(&mut self, report: Report, trace: bool) {
        for (what, count) in report.counts {
            *self.counts.entry(what).or_default() += count;
        }
        self.history = if trace { report.history } else { Vec::new() };
    }
}

fn play_all(arguments: &Arguments, out: &Mutex<impl Write + Send>) -> Found {
    let end = arguments.from.saturating_add(arguments.seeds);
    // One seed alone is asked for to be looked at.
    let known = if arguments.seeds > 1 { &REGRESSIONS[..] } else { &[] };
    let seeds = Mutex::new(known.iter().copied().chain(arguments.from..end));
    let found = Mutex::new(Found::default());
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads.clamp(1, 64) {
            scope.spawn(|| {
                loop {
                    let next = seeds.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(seed) = next else { return };
                    let result = run_on(arguments.medium, seed, Sabotage::None, arguments.trace);
                    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                    found.played += 1;
                    match result {
                        Ok(report) => found.add(report, arguments.trace),
                        Err(failure) => {
                            found.failed += 1;
                            let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                            // Whether anybody reads it or not, it is counted.
                            let _ = writeln!(out, "{failure}\n");
                        }
                    }
                    if found.failed >= SHOWN {
                        return;
                    }
                }
            });
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}
