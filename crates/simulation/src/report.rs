//! What a run came to.

use crate::medium::Medium;
use crate::trace::Trace;
use std::collections::BTreeMap;
use std::fmt;

/// A history in which everything held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The seed it came from.
    pub seed: u64,
    /// Of every line of the history; equal for equal histories.
    pub hash: u64,
    /// Lines of the history.
    pub steps: u64,
    /// How often what happened, so that a test can prove that it did.
    pub counts: BTreeMap<&'static str, u64>,
    /// The history, when it was asked for; otherwise its end.
    pub history: Vec<String>,
}

/// A history in which something broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The seed it came from.
    pub seed: u64,
    /// What the journal was.
    pub medium: Medium,
    /// What did not hold.
    pub broken: String,
    /// The history, when it was asked for; otherwise its end.
    pub history: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.history {
            writeln!(f, "{line}")?;
        }
        writeln!(f, "seed {} broke: {}", self.seed, self.broken)?;
        let kind = match self.medium {
            Medium::Memory => "",
            Medium::Sqlite => " --kind sqlite",
        };
        write!(
            f,
            "again, with its whole history: cargo run --profile release-fast -p simulation -- --seed {}{kind} --trace",
            self.seed
        )
    }
}

impl std::error::Error for Failure {}

/// What did not hold, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken(pub(crate) String);

/// Counts of what happened.
#[derive(Default)]
pub(crate) struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    pub(crate) fn add(&mut self, what: &'static str) {
        self.add_many(what, 1);
    }

    pub(crate) fn add_many(&mut self, what: &'static str, times: u64) {
        *self.0.entry(what).or_default() += times;
    }
}

impl Report {
    pub(crate) fn new(seed: u64, trace: Trace, counts: Counts) -> Report {
        Report {
            seed,
            hash: trace.hash(),
            steps: trace.count(),
            counts: counts.0,
            history: trace.into_lines(),
        }
    }
}
