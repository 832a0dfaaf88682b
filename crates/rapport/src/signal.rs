//! Being told to stop.

use crate::failure::{Failure, code};
use tokio::signal::unix::{Signal, SignalKind, signal};

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

    /// Resolves when one of them has come since.
    pub(crate) async fn requested(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
