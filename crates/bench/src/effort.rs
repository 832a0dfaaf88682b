//! How long and how often is measured.

use std::time::Duration;

/// How much of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effort {
    /// runs behind one figure
    pub(crate) runs: usize,
    /// load before the first run
    pub(crate) warm_up: Duration,
    /// one run of load
    pub(crate) window: Duration,
    /// one run at 100 events a second
    pub(crate) latency_run: Duration,
    /// one run beside a reader
    pub(crate) reader_run: Duration,
    /// events of one run of delivery
    pub(crate) backlog: u64,
    /// events pending where memory and start are measured
    pub(crate) pending: u64,
}

impl Effort {
    /// The effort behind the figures that are written down.
    pub(crate) const FULL: Effort = Effort {
        runs: 5,
        warm_up: Duration::from_secs(3),
        window: Duration::from_secs(5),
        latency_run: Duration::from_secs(15),
        reader_run: Duration::from_secs(60),
        backlog: 50_000,
        pending: 1_000_000,
    };

    /// A first look.
    pub(crate) const QUICK: Effort = Effort {
        runs: 3,
        warm_up: Duration::from_secs(1),
        window: Duration::from_secs(2),
        latency_run: Duration::from_secs(4),
        reader_run: Duration::from_secs(10),
        backlog: 5_000,
        pending: 100_000,
    };
}
