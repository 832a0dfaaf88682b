//! A stopping server first reports that it is not ready, so that load balancers send no client to a port that is about
//! to close.

use gateway::{Gateway, Unready};
use std::sync::Arc;
use std::time::Duration;

/// The report of a server, before it closes its port, that it is not ready.
pub(crate) struct Draining {
    gateway: Arc<Gateway>,
    pub(crate) delay: Duration,
}

impl Draining {
    pub(crate) fn new(gateway: Arc<Gateway>, delay: Duration) -> Draining {
        Draining { gateway, delay }
    }

    /// Why events should not be sent to the gateway, for the admin port; it follows the gateway's own rule.
    pub(crate) fn unready(&self) -> Arc<dyn Fn() -> Vec<console::Unready> + Send + Sync> {
        let gateway = Arc::clone(&self.gateway);
        Arc::new(move || gateway.unready().iter().map(to_console).collect())
    }

    /// Reports it, and waits as long as load balancers need to notice it.
    pub(crate) async fn out(&self) {
        self.gateway.drain();
        if !self.delay.is_zero() {
            tracing::info!(delay = ?self.delay, "stopping: events are still taken for this long, and /readyz says that the server stops");
            tokio::time::sleep(self.delay).await;
        }
    }
}

/// The operator gets the storage's own message.
fn to_console(unready: &Unready) -> console::Unready {
    let (code, reason) = match unready {
        Unready::Stopping => (console::code::STOPPING, unready.to_string()),
        Unready::Journal(error) => (console::words(error).0, error.to_string()),
        Unready::Part(..) => (console::code::PART_DOWN, unready.to_string()),
    };
    console::Unready { code, reason }
}
