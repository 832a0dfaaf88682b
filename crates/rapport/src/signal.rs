//! Signals to stop, and to reload the configuration.

use crate::failure::{Exit, Failure, code};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A stopping server ends even if a part is stuck: after this time the process is ended. The time is longer than
/// everything that a stopping server waits for.
const LAST_RESORT: Duration = Duration::from_secs(90);

/// After this further time the process is ended by force.
const IN_ORDER: Duration = Duration::from_secs(10);

/// How long a server may take to end in all: the drain delay, then stopping in order, then a while until the process is ended by force.
pub(crate) fn longest_stop(delay: Duration) -> Duration {
    LAST_RESORT + delay + IN_ORDER
}

/// Listens for SIGTERM and SIGINT. From its creation on, neither ends the process by itself, so it must be created
/// before any part that must be stopped in order.
pub(crate) struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Begins to listen.
    pub(crate) fn listen() -> Result<Stop, Failure> {
        let failed = |error: std::io::Error| {
            Failure::new(code::START_FAILED, format!("signals cannot be received: {error}"))
        };
        let terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        Ok(Stop { terminate, interrupt })
    }

    /// Resolves when one of them has come since the last time.
    pub(crate) async fn requested(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Runs the future that stops the server; gives up at a further signal, or after [`LAST_RESORT`]. Accepted events
    /// are in the journal in any case. `delay`: how much longer it may take than others.
    pub(crate) async fn in_order(&mut self, stopping: impl Future<Output = ()>, delay: Duration) {
        tokio::select! {
            () = stopping => {}
            () = self.requested() => tracing::warn!("told to stop once more: the process ends at once"),
            () = tokio::time::sleep(LAST_RESORT + delay) => tracing::error!("the server does not stop: the process ends"),
        }
    }
}

/// Listens for SIGHUP, which does not end the process from the listener's creation on.
pub(crate) struct Reload(Signal);

impl Reload {
    /// Begins to listen.
    pub(crate) fn listen() -> Result<Reload, Failure> {
        signal(SignalKind::hangup())
            .map(Reload)
            .map_err(|error| Failure::new(code::START_FAILED, format!("signals cannot be received: {error}")))
    }

    /// Resolves when it has come since the last time.
    pub(crate) async fn requested(&mut self) {
        // Without a runtime there is no waiting task.
        let _ = self.0.recv().await;
    }
}

/// Ends the process by force if it has not ended by itself by then, for example because every thread is stuck.
pub(crate) fn last_resort(exit: Exit, delay: Duration) {
    let supervisor = supervise::Supervisor::new();
    let begun = supervisor.essential_thread("last resort", move |stopping| {
        stopping.asked_within(longest_stop(delay));
        std::process::exit(exit as i32);
    });
    if let Ok(thread) = begun {
        let thread: supervise::Thread<()> = thread;
        thread.keep();
    }
}
