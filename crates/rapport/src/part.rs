//! A port as a part of the server: its socket outlives the task that serves it, so that callers wait a moment instead of
//! being refused when that task has to start again.

use crate::failure::{Failure, code};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use supervise::{Restart, Supervisor, Task};
use tokio::net::TcpListener;

/// Resolves when the port must stop. From then on no client can connect.
pub(crate) type Stopped = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A listening socket.
#[derive(Debug)]
pub(crate) struct Socket {
    addr: SocketAddr,
    held: Mutex<Option<std::net::TcpListener>>,
}

impl Socket {
    pub(crate) fn new(listener: TcpListener) -> io::Result<Arc<Socket>> {
        let addr = listener.local_addr()?;
        Ok(Arc::new(Socket { addr, held: Mutex::new(Some(listener.into_std()?)) }))
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The socket for one run. All runs share the queue of clients.
    pub(crate) fn listener(&self) -> io::Result<TcpListener> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = held.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        TcpListener::from_std(held.try_clone()?)
    }

    /// Clients are refused at once, as soon as the run has dropped its own socket.
    fn close(&self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Opens a port, which `key` names in errors.
pub(crate) async fn listen(key: &str, at: SocketAddr) -> Result<Arc<Socket>, Failure> {
    let failed = |error: io::Error| {
        let in_use = error.kind() == io::ErrorKind::AddrInUse;
        let (code, what, advice) = if in_use {
            let what = format!("{at} ({key}) is in use by another program");
            (code::PORT_IN_USE, what, "stop the other program (another Rapport?), or change the port")
        } else {
            let what = format!("{at} ({key}) cannot be listened on: {error}");
            (code::LISTEN_FAILED, what, "name an address of this machine and a port this user may open")
        };
        Failure::new(code, what).means("nothing was started and nothing was changed").advice(advice)
    };
    let listener = TcpListener::bind(at).await.map_err(failed)?;
    Socket::new(listener).map_err(failed)
}

/// Starts to serve a port. Without it the server is useless to its clients, so too many restarts end the process. Must
/// be called within a tokio runtime.
pub(crate) fn serve<F, R>(
    supervisor: &Supervisor,
    name: &'static str,
    socket: Arc<Socket>,
    mut run: F,
) -> Task
where
    F: FnMut(TcpListener, Stopped) -> R + Send + 'static,
    R: Future<Output = io::Result<()>> + Send + 'static,
{
    supervisor.task(name, Restart::LIMITED, move |stopping| {
        let closing = Arc::clone(&socket);
        let stopped: Stopped = Box::pin(async move {
            stopping.asked().await;
            closing.close();
        });
        let serving = socket.listener().map(|listener| run(listener, stopped));
        async move { serving?.await }
    })
}

#[cfg(test)]
mod tests;
