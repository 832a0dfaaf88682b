//! Notifies the service manager, if one started the server (`Type=notify`), that it is ready, reloads, stops, and is
//! alive (`WatchdogSec=`). See sd_notify(3).

use crate::config::Surroundings;
use crate::signal::longest_stop;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::time::Duration;
use supervise::{Restart, Supervisor};

/// The variable with the socket's name; `@` in front means an abstract socket.
const SOCKET: &str = "NOTIFY_SOCKET";
/// The variable with the time in microseconds after which a service without a sign of life is restarted.
const WATCHDOG: &str = "WATCHDOG_USEC";

/// The service manager that started the server, if it wants notifications.
#[derive(Debug, Clone)]
pub(crate) struct ServiceManager {
    line: Option<Arc<(UnixDatagram, SocketAddr)>>,
    watchdog: Option<Duration>,
}

impl ServiceManager {
    /// The service manager that the environment names. If it cannot be reached, that is logged and the server starts
    /// nevertheless.
    pub(crate) fn of(surroundings: &dyn Surroundings) -> ServiceManager {
        let socket = surroundings.variable(SOCKET).filter(|socket| !socket.is_empty());
        let line = socket.and_then(|socket| match line(&socket) {
            Ok(line) => Some(Arc::new(line)),
            Err(error) => {
                tracing::warn!(%error, "the service manager cannot be told that the server is ready");
                None
            }
        });
        let micros =
            surroundings.variable(WATCHDOG).and_then(|text| text.parse().ok()).filter(|micros| *micros > 0);
        ServiceManager { line, watchdog: micros.map(Duration::from_micros) }
    }

    /// The server accepts events.
    pub(crate) fn ready(&self) {
        self.tell("READY=1");
    }

    /// The server reloads its configuration; [`ServiceManager::ready`] ends that.
    pub(crate) fn reloading(&self) {
        let since = nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC).map(Duration::from);
        let micros = since.map_or(0, |since| since.as_micros());
        self.tell(format!("RELOADING=1\nMONOTONIC_USEC={micros}"));
    }

    /// The server stops, after this delay; if that takes longer than usual, more time is requested, counted from now.
    pub(crate) fn stopping(&self, delay: Duration) {
        self.tell(if delay.is_zero() {
            "STOPPING=1".to_owned()
        } else {
            format!("STOPPING=1\nEXTEND_TIMEOUT_USEC={}", longest_stop(delay).as_micros())
        });
    }

    /// Sends signs of life, as long as the runtime runs tasks.
    pub(crate) fn watched(&self, supervisor: &Supervisor) {
        let Some(every) = self.watchdog.filter(|_| self.line.is_some()).map(|longest| longest / 2) else {
            return;
        };
        let told = self.clone();
        let task = supervisor.task("signs of life", Restart::ALWAYS, move |stopping| {
            let told = told.clone();
            async move {
                loop {
                    told.tell("WATCHDOG=1");
                    tokio::select! {
                        () = tokio::time::sleep(every) => {}
                        () = stopping.clone().asked() => return Ok::<(), String>(()),
                    }
                }
            }
        });
        task.keep();
    }

    fn tell(&self, what: impl AsRef<str>) {
        let Some(line) = &self.line else { return };
        if let Err(error) = line.0.send_to_addr(what.as_ref().as_bytes(), &line.1) {
            tracing::debug!(%error, "the service manager could not be told");
        }
    }
}

fn line(socket: &str) -> io::Result<(UnixDatagram, SocketAddr)> {
    let address = match socket.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    let from = UnixDatagram::unbound()?;
    // The server does not wait for a manager that does not read.
    from.set_nonblocking(true)?;
    Ok((from, address))
}
