//! The settings of one destination's delivery.

use journal::DestinationId;
use std::time::Duration;

/// Whether calls to a destination are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Its events are delivered.
    #[default]
    Live,
    /// No call is sent; events that would have been delivered are counted as `shadowed`.
    Shadow,
}

/// How failures are retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// the wait after the first failure; it doubles with each further one
    pub first: Duration,
    /// the longest wait
    pub max: Duration,
    /// how long a lane may fail while others succeed before it is given up
    pub give_up_lane_after: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Retry {
            first: Duration::from_secs(1),
            max: Duration::from_secs(5 * 60),
            give_up_lane_after: Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// One destination's delivery settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestinationSettings {
    /// its name in the configuration
    pub name: String,
    /// its number in the journal
    pub id: DestinationId,
    /// whether calls are made at all
    pub mode: Mode,
    /// the settings of the mapping
    pub mapping: mapping::Settings,
    /// the largest number of calls under way at once
    pub concurrency: usize,
    /// how long a survey answer waits for its end user to become known
    pub unknown_user_wait: Duration,
    /// how long data that InMoment returned about an end user counts as current
    pub known_user_max_age: Duration,
    /// how failures are retried
    pub retry: Retry,
    /// the largest number of events in memory; the rest wait in the journal
    pub window: usize,
    /// how long after the start another process may still make calls that it has recorded; zero where none can
    pub former_calls_last: Duration,
}

impl DestinationSettings {
    /// Settings with the documented defaults.
    pub fn new(name: impl Into<String>, id: DestinationId) -> Self {
        DestinationSettings {
            name: name.into(),
            id,
            mode: Mode::default(),
            mapping: mapping::Settings::default(),
            concurrency: 8,
            unknown_user_wait: Duration::from_secs(5 * 60),
            known_user_max_age: Duration::from_secs(60 * 60),
            retry: Retry::default(),
            window: 16_384,
            former_calls_last: Duration::ZERO,
        }
    }
}
