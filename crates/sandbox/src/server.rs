//! The sandbox over HTTP: the API on one port, its control on another.
//!
//! The API port speaks nothing but InMoment's API. Faults, the request log, the state and everything else that a test
//! or an operator does goes through the control port, which has no authentication and therefore listens on a loopback
//! address only. Dropping [`RunningSandbox`] ends everything; [`RunningSandbox::shutdown`] also waits and writes the state file.

mod api;
mod clock;
mod control;
mod hosted;
mod start_error;
mod state_file;
mod wire;

pub use clock::{Clock, wall_clock};
pub use start_error::StartError;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use port::{Door, Limits};
use supervise::{Restart, Task};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::options::Options;
use crate::sandbox::Sandbox;
use hosted::Hosted;
use state_file::StateFile;

/// Connections open at once on one port.
const MAX_CONNECTIONS: usize = 4_096;

/// The largest head of a request.
const MAX_HEAD: usize = 64 << 10;

/// The longest time for the last write of the state file; if it takes longer, the disk does not respond.
const LAST_WRITE: std::time::Duration = std::time::Duration::from_secs(10);

/// Starts sandboxes.
pub struct Server;

/// A running sandbox.
pub struct RunningSandbox {
    addr: SocketAddr,
    control_addr: SocketAddr,
    hosted: Arc<Hosted>,
    tasks: Vec<Task>,
}

impl Server {
    /// Starts a sandbox whose API listens on `listen` and whose control on
    /// [`Options::control`].
    pub async fn start(
        options: Options,
        listen: SocketAddr,
        clock: Clock,
    ) -> Result<RunningSandbox, StartError> {
        if !options.control.ip().is_loopback() {
            return Err(StartError::ControlNotLoopback(options.control));
        }
        let (control_at, supervisor) = (options.control, options.supervisor.clone());
        let state_file = options.state_file.clone().map(StateFile::new);
        let sandbox = match &state_file {
            Some(file) => file.load(options)?,
            None => Sandbox::new(options),
        };
        let (api, addr) = bind(listen).await?;
        let (control, control_addr) = bind(control_at).await?;
        let hosted =
            Arc::new(Hosted { sandbox: Arc::new(Mutex::new(sandbox)), clock, news: watch::Sender::new(()) });
        let mut tasks = vec![
            supervisor.essential("sandbox", {
                let handler = api::handler(Arc::clone(&hosted));
                move |stopping| port::serve(door("sandbox"), api, handler, stopping.asked())
            }),
            supervisor.essential("sandbox control", {
                let handler = port::routed(control::router(Arc::clone(&hosted)));
                move |stopping| port::serve(door("sandbox control"), control, handler, stopping.asked())
            }),
        ];
        if let Some(file) = state_file {
            let hosted = Arc::clone(&hosted);
            tasks.push(supervisor.task("sandbox state file", Restart::ALWAYS, move |stopping| {
                file.clone().keep(Arc::clone(&hosted), stopping)
            }));
        }
        tracing::info!(%addr, control = %control_addr, "sandbox listens");
        Ok(RunningSandbox { addr, control_addr, hosted, tasks })
    }
}

impl RunningSandbox {
    /// The address of the API.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address of the control API.
    pub fn control_addr(&self) -> SocketAddr {
        self.control_addr
    }

    /// The sandbox itself. Hold the lock briefly: every request waits for it.
    pub fn sandbox(&self) -> Arc<Mutex<Sandbox>> {
        Arc::clone(&self.hosted.sandbox)
    }

    /// Ends every connection, writes the state file, and then returns.
    pub async fn shutdown(mut self) {
        self.tasks.iter().for_each(Task::stop);
        for task in std::mem::take(&mut self.tasks) {
            task.shutdown(LAST_WRITE).await;
        }
    }
}

/// A port of a sandbox. Every caller is a test or an operator, so one of them may use all places; the end of requests
/// is not awaited.
fn door(name: &'static str) -> Arc<Door> {
    let limits =
        Limits { max_per_address: MAX_CONNECTIONS, max_header: MAX_HEAD, ..Limits::new(MAX_CONNECTIONS) };
    Door::new(name, Limits { drain: Duration::ZERO, ..limits })
}

async fn bind(addr: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listen = |source| StartError::Listen { addr, source };
    let listener = TcpListener::bind(addr).await.map_err(listen)?;
    let bound = listener.local_addr().map_err(listen)?;
    Ok((listener, bound))
}
