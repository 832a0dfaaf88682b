//! Being told to stop, and to read the configuration again.

use crate::failure::{Exit, Failure, code};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A server that stops ends by itself, whatever is stuck: after this time the process is ended where it stands. It is
/// longer than everything that a stopping server waits for.
const LAST_RESORT: Duration = Duration::from_secs(90);

/// So much later than that the process is ended in any case.
const IN_ORDER: Duration = Duration::from_secs(10);

/// How long a server may take to end in all: the drain delay, then stopping in order, then a while until the process is ended by force.
pub(crate) fn longest_stop(delay: Duration) -> Duration {
    LAST_RESORT + delay + IN_ORDER
}

/// Listens for SIGTERM and SIGINT. From its making on, neither ends the process by itself: make it before anything is
/// started that wants to be stopped in order.
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

    /// Runs what stops the server; gives up when a further signal comes, or after [`LAST_RESORT`]. What was accepted is
    /// in the journal either way.
    /// `delay`: how much longer it may take than others.
    pub(crate) async fn in_order(&mut self, stopping: impl Future<Output = ()>, delay: Duration) {
        tokio::select! {
            () = stopping => {}
            () = self.requested() => tracing::warn!("told to stop once more: the process ends at once"),
            () = tokio::time::sleep(LAST_RESORT + delay) => tracing::error!("the server does not stop: the process ends"),
        }
    }
}

/// Listens for SIGHUP, which from its making on does not end the process.
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
        // Without a runtime there is nobody who waits.
        let _ = self.0.recv().await;
    }
}

/// Ends the process by force when it has not ended by itself by then, for example because every thread is stuck.
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
