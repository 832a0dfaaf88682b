//! The source of connections: a socket, and its certificate if it speaks TLS.

use crate::certificate::ServerCertificate;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// A listening socket. Clones share the socket; it is closed with the last of them.
#[derive(Debug, Clone)]
pub struct Listener {
    pub(crate) tcp: Arc<TcpListener>,
    pub(crate) tls: Option<Arc<ServerCertificate>>,
}

impl From<TcpListener> for Listener {
    fn from(tcp: TcpListener) -> Self {
        Listener::new(tcp, None)
    }
}

impl Listener {
    /// A socket that speaks TLS with this certificate, or no TLS.
    pub fn new(tcp: TcpListener, tls: Option<Arc<ServerCertificate>>) -> Self {
        Listener { tcp: Arc::new(tcp), tls }
    }

    /// The address on which it listens.
    ///
    /// # Errors
    /// The operating system's error.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}
