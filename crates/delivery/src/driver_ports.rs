//! The parts that a driver works with.

use crate::call_client::CallClient;
use crate::clock::Clock;
use crate::machine::COMMIT_WEIGHT;
use crate::plan_reader::{PlanReader, StoredEvents};
use crate::settings::DestinationSettings;
use journal::DeliveryStore;
use std::sync::Arc;

/// The parts outside of a driver. A simulation gives its own parts, so that it decides what happens when.
pub struct DriverPorts {
    /// the journal, to which it commits and from which it starts
    pub journal: Arc<dyn DeliveryStore>,
    /// the source of planned events
    pub reader: Arc<dyn PlanReader>,
    /// makes the calls
    pub caller: Arc<dyn CallClient>,
    /// the source of time
    pub clock: Arc<dyn Clock>,
    /// the largest weight of a commit whose changes can be divided ([`COMMIT_WEIGHT`])
    pub commit_weight: usize,
}

impl DriverPorts {
    /// The parts of a server: stored events are read beside the driver, on a thread that may block.
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
