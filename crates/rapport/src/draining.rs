//! A server that stops says first that it is not ready, so that balancers send nobody to a port that is about to close.

use gateway::Gateway;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What a server says before it closes its port: that it is not ready.
pub(crate) struct Draining {
    gateway: Arc<Gateway>,
    begun: Arc<AtomicBool>,
    pub(crate) delay: Duration,
}

impl Draining {
    pub(crate) fn new(gateway: Arc<Gateway>, delay: Duration) -> Draining {
        Draining { gateway, begun: Arc::default(), delay }
    }

    pub(crate) fn asked(&self) -> Arc<dyn Fn() -> bool + Send + Sync> {
        let begun = Arc::clone(&self.begun);
        Arc::new(move || begun.load(Ordering::Relaxed))
    }

    /// Says so, and waits as long as balancers need to hear it.
    pub(crate) async fn out(&self) {
        self.begun.store(true, Ordering::Relaxed);
        self.gateway.drain();
        if !self.delay.is_zero() {
            tracing::info!(delay = ?self.delay, "stopping: events are still taken for this long, and /readyz says that the server stops");
            tokio::time::sleep(self.delay).await;
        }
    }
}
