//! Being told to stop.

use crate::failure::{Failure, code};
use tokio::signal::unix::{SignalKind, signal};

/// Resolves at SIGTERM or SIGINT. From the first call on, neither ends the process by itself.
pub(crate) async fn stop_requested() -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(code::START_FAILED, format!("signals cannot be received: {error}"))
    };
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
