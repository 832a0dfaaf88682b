//! The transformer for rudder-server: built from its settings, and started beside the server or alone.

use crate::config::TransformerSection;
use crate::doors::TransformerDoor;
use crate::failure::{Exit, Failure, code};
use crate::part;
use console::TransformerWork;
use delivery::Clock;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use supervise::{Supervisor, Task};
use transformer::{JobStatus, Settings, SettingsError, Surface, Transformer, Versions};

/// The transformer ends by itself after its door's drain time. If it takes this much longer, it is stuck.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// A running transformer, which [`RunningTransformer::shutdown`] ends.
pub struct RunningTransformer {
    addr: SocketAddr,
    transformer: Arc<Transformer>,
    task: Task,
    drain: Duration,
}

/// Starts a transformer that listens at `at`, which `key` names in errors. Must be called within a tokio runtime.
///
/// # Errors
/// If it cannot listen on the port, or an address cannot be used.
pub(crate) async fn start(
    key: &str,
    at: SocketAddr,
    section: &TransformerSection,
    door: TransformerDoor,
    versions: Versions,
    clock: &Arc<dyn Clock>,
    supervisor: &Supervisor,
) -> Result<RunningTransformer, Failure> {
    let socket = part::listen(key, at).await?;
    let addr = socket.addr();
    let wall = Arc::clone(clock);
    let settings = Settings {
        profile: section.profile,
        base_url: section.base_url.clone(),
        upstream: section.upstream.clone(),
        concurrency: usize::try_from(section.concurrency).unwrap_or(usize::MAX),
        max_body_bytes: door.max_body,
        max_body_memory: door.bodies,
        limits: door.limits,
        call_timeout: section.call_timeout,
        versions,
        ..Settings::new(Arc::new(move || wall.now().wall))
    };
    let transformer = Transformer::new(settings).map_err(|error| {
        let (exit, advice) = match error {
            SettingsError::Address(inmoment::SettingsError::Tls(_)) | SettingsError::Tls => {
                (Exit::Failed, "see that this machine has CA certificates")
            }
            SettingsError::Address(_) | SettingsError::Upstream => (Exit::Usage, "correct the address"),
        };
        Failure::new(code::START_FAILED, format!("the transformer: {error}"))
            .exit(exit)
            .means("nothing was started; rudder-server keeps what it has")
            .advice(advice)
    })?;
    let serving = Arc::clone(&transformer);
    let task = part::serve(supervisor, "transformer", socket, move |listener, stopped| {
        let serving = transformer::serve(listener, Arc::clone(&serving), stopped);
        async move {
            serving.await;
            Ok(())
        }
    });
    tracing::info!(transformer = %addr, upstream = section.upstream.is_some(), "answering rudder-server");
    Ok(RunningTransformer { addr, transformer, task, drain: door.limits.drain })
}

impl RunningTransformer {
    /// The address for rudder-server.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its transformer.
    pub(crate) fn transformer(&self) -> Arc<Transformer> {
        Arc::clone(&self.transformer)
    }

    /// Its counters, for the console.
    pub(crate) fn work(&self) -> Arc<dyn Fn() -> TransformerWork + Send + Sync> {
        let transformer = Arc::clone(&self.transformer);
        Arc::new(move || {
            let counts = transformer.counts();
            TransformerWork {
                requests: Surface::ALL.map(Surface::word).into_iter().zip(counts.requests).collect(),
                jobs: JobStatus::ALL.map(JobStatus::word).into_iter().zip(counts.jobs).collect(),
                look_ups: counts.look_ups,
                look_ups_shared: counts.look_ups_shared,
            }
        })
    }

    /// Accepts no more requests and answers the running ones.
    pub async fn shutdown(self) {
        self.task.shutdown(self.drain + STOP_TIMEOUT).await;
    }
}
