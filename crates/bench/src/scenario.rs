//! The scenarios.

mod calls;
mod console;
mod ingest;
mod large;
mod latency;
mod memory;
mod reader;
mod start;
mod trace;
mod transformer;

use crate::effort::Effort;
use crate::figure::Figure;
use anyhow::{Context, Result};

/// One scenario, which makes one figure or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scenario {
    Ingest,
    IngestDelivering,
    Single,
    Large,
    Latency,
    Reader,
    Calls,
    Trace,
    Memory,
    Start,
    Transformer,
    Console,
}

impl Scenario {
    /// All scenarios, in the order of the output.
    pub(crate) const ALL: [Scenario; 12] = [
        Scenario::Ingest,
        Scenario::IngestDelivering,
        Scenario::Single,
        Scenario::Large,
        Scenario::Latency,
        Scenario::Reader,
        Scenario::Calls,
        Scenario::Trace,
        Scenario::Memory,
        Scenario::Start,
        Scenario::Transformer,
        Scenario::Console,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Scenario::Ingest => "ingest",
            Scenario::IngestDelivering => "ingest-delivering",
            Scenario::Single => "single",
            Scenario::Large => "large",
            Scenario::Latency => "latency",
            Scenario::Reader => "reader",
            Scenario::Calls => "calls",
            Scenario::Trace => "trace",
            Scenario::Memory => "memory",
            Scenario::Start => "start",
            Scenario::Transformer => "transformer",
            Scenario::Console => "console",
        }
    }

    pub(crate) fn what(self) -> &'static str {
        match self {
            Scenario::Ingest => "batches of 20 events taken in, delivery paused",
            Scenario::IngestDelivering => "batches of 20 events taken in while others are delivered",
            Scenario::Single => "single events taken in over 64 connections",
            Scenario::Large => "one request of very many dead letters, and who waits for it",
            Scenario::Reader => "events taken in while a program reads an old state of the journal",
            Scenario::Latency => "from the 200 to the call, 100 events a second",
            Scenario::Calls => "a backlog delivered to an unlimited sandbox",
            Scenario::Trace => "the reference trace in simulated time",
            Scenario::Memory => "resident memory",
            Scenario::Start => "from the start of the process to the first 200",
            Scenario::Transformer => "rudder-server's requests of 100 jobs, each end user looked up",
            Scenario::Console => "the console with many events kept",
        }
    }

    pub(crate) async fn measure(self, effort: &Effort) -> Result<Vec<Figure>> {
        let figures = match self {
            Scenario::Ingest => ingest::batches(effort).await,
            Scenario::IngestDelivering => ingest::while_delivering(effort).await,
            Scenario::Single => ingest::single(effort).await,
            Scenario::Large => large::measure(effort).await,
            Scenario::Reader => reader::measure(effort).await,
            Scenario::Latency => latency::measure(effort).await,
            Scenario::Calls => calls::measure(effort).await,
            Scenario::Trace => trace::measure().await,
            Scenario::Memory => memory::measure(effort).await,
            Scenario::Start => start::measure(effort).await,
            Scenario::Transformer => transformer::measure(effort).await,
            Scenario::Console => console::measure(effort).await,
        };
        figures.context(self.name())
    }
}
