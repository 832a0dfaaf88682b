//! What a driver works with.

use crate::caller::Caller;
use crate::clock::Clock;
use crate::machine::COMMIT_WEIGHT;
use crate::reader::{Reader, StoredEvents};
use crate::settings::DestinationSettings;
use journal::DeliveryStore;
use std::sync::Arc;

/// Everything outside of a driver. A simulation hands in its own, so that it decides when what happens.
pub struct Surroundings {
    /// where it commits, and what it starts from
    pub journal: Arc<dyn DeliveryStore>,
    /// where planned events come from
    pub reader: Arc<dyn Reader>,
    /// who makes the calls
    pub caller: Arc<dyn Caller>,
    /// where time comes from
    pub clock: Arc<dyn Clock>,
    /// what a commit weighs at most, where its changes can be divided ([`COMMIT_WEIGHT`])
    pub commit_weight: usize,
}

impl Surroundings {
    /// Those of a server: stored events are read beside the driver, on a thread that may block.
    pub(crate) fn of_server(
        settings: &DestinationSettings,
        journal: Arc<dyn DeliveryStore>,
        caller: Arc<dyn Caller>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let reader = Arc::new(StoredEvents::new(Arc::clone(&journal), settings.clone()));
        Surroundings { journal, reader, caller, clock, commit_weight: COMMIT_WEIGHT }
    }
}
