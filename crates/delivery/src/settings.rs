//! What one destination's delivery is told to do.

use journal::DestinationId;
use std::time::Duration;

/// Whether a destination is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Its events are delivered.
    #[default]
    Live,
    /// Nothing is sent: what would have been delivered is counted as `shadowed`.
    Shadow,
}

/// How failures are retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// wait after the first failure; doubles with each further one
    pub first: Duration,
    /// the longest wait
    pub max: Duration,
    /// a lane that fails this long while others succeed is given up
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
    /// whether it is called at all
    pub mode: Mode,
    /// how events become intents
    pub mapping: mapping::Settings,
    /// calls under way at once, at most
    pub concurrency: usize,
    /// how long a survey answer waits for its end user to become known
    pub unknown_user_wait: Duration,
    /// how long what InMoment said of an end user counts as true
    pub known_user_max_age: Duration,
    /// how failures are retried
    pub retry: Retry,
    /// events held in memory at once, at most; the rest wait in the journal
    pub window: usize,
}

impl DestinationSettings {
    /// The documented defaults.
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
        }
    }
}
