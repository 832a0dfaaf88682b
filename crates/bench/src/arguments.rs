//! The command line.

use crate::effort::Effort;
use crate::scenario::Scenario;
use std::time::Duration;

pub(crate) const USAGE: &str = "bench [--only NAME]... [--runs N] [--length SECONDS] [--quick]
  --only NAME  only scenarios whose name begins so: ingest, single, large, latency, reader, calls, trace, memory, start,
               transformer, console
  --runs N     so many runs of each
  --length SECONDS  so long is each of the two runs of reader (60; with --quick 10)
  --quick      smaller and shorter, for a first look";

/// The arguments.
pub(crate) enum Wish {
    Measure(Arguments),
    Help,
    Unclear(String),
}

/// The scenarios to measure.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) only: Vec<String>,
    pub(crate) runs: Option<usize>,
    pub(crate) length: Option<Duration>,
    pub(crate) quick: bool,
}

pub(crate) fn read(mut given: impl Iterator<Item = String>) -> Wish {
    let mut arguments = Arguments::default();
    while let Some(word) = given.next() {
        match word.as_str() {
            "--quick" => arguments.quick = true,
            "--help" | "-h" => return Wish::Help,
            "--only" => match given.next() {
                Some(name) if Scenario::ALL.iter().any(|scenario| scenario.name().starts_with(&name)) => {
                    arguments.only.push(name);
                }
                Some(name) => return Wish::Unclear(format!("there is no scenario {name:?}")),
                None => return Wish::Unclear("--only wants a name".to_owned()),
            },
            "--runs" => match given.next().and_then(|number| number.parse().ok()) {
                Some(runs) if runs > 0 => arguments.runs = Some(runs),
                _ => return Wish::Unclear("--runs wants a number above 0".to_owned()),
            },
            "--length" => match given.next().and_then(|number| number.parse().ok()) {
                Some(seconds) if (1..=86_400).contains(&seconds) => {
                    arguments.length = Some(Duration::from_secs(seconds));
                }
                _ => return Wish::Unclear("--length wants a number of seconds".to_owned()),
            },
            _ => return Wish::Unclear(format!("{word:?} is not understood")),
        }
    }
    Wish::Measure(arguments)
}

impl Arguments {
    pub(crate) fn wants(&self, scenario: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| scenario.starts_with(name.as_str()))
    }

    pub(crate) fn effort(&self) -> Effort {
        let effort = if self.quick { Effort::QUICK } else { Effort::FULL };
        Effort {
            runs: self.runs.unwrap_or(effort.runs),
            reader_run: self.length.unwrap_or(effort.reader_run),
            ..effort
        }
    }
}

#[cfg(test)]
mod tests;
