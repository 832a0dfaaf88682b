//! The duration and number of measurements.

use std::time::Duration;

/// The amounts of a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effort {
    /// the number of runs for one figure
    pub(crate) runs: usize,
    /// the duration of the load before the first run
    pub(crate) warm_up: Duration,
    /// the duration of one run of load
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
    /// The effort for published figures.
    pub(crate) const FULL: Effort = Effort {
        runs: 5,
        warm_up: Duration::from_secs(3),
        window: Duration::from_secs(5),
        latency_run: Duration::from_secs(15),
        reader_run: Duration::from_secs(60),
        backlog: 50_000,
        pending: 1_000_000,
    };

    /// The effort for a quick look.
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
