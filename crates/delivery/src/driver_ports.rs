//! What a driver works with.

use crate::call_client::CallClient;
use crate::clock::Clock;
use crate::machine::COMMIT_WEIGHT;
use crate::plan_reader::{PlanReader, StoredEvents};
use crate::settings::DestinationSettings;
use journal::DeliveryStore;
use std::sync::Arc;

/// Everything outside of a driver. A simulation hands in its own, so that it decides when what happens.
pub struct DriverPorts {
    /// where it commits, and what it starts from
    pub journal: Arc<dyn DeliveryStore>,
    /// where planned events come from
    pub reader: Arc<dyn PlanReader>,
    /// who makes the calls
    pub caller: Arc<dyn CallClient>,
    /// where time comes from
    pub clock: Arc<dyn Clock>,
    /// what a commit weighs at most, where its changes can be divided ([`COMMIT_WEIGHT`])
    pub commit_weight: usize,
}

impl DriverPorts {
    /// Those of a server: stored events are read beside the driver, on a thread that may block.
    pub(crate) fn of_server(
        settings: &DestinationSettings,
        journal: Arc<dyn DeliveryStore>,
        caller: Arc<dyn CallClient>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let reader = Arc::new(StoredEvents::new(Arc::clone(&journal), settings.clone()));
        DriverPorts { journal, reader, caller, clock, commit_weight: COMMIT_WEIGHT }
    }
}
