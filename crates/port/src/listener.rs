//! Where connections come from: a socket, and the certificate it speaks TLS with, if any.

use crate::certificate::ServerCertificate;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// A socket that listens. Clones are the same socket; it is closed with the last of them.
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
    /// One that speaks TLS with this certificate, or none.
    pub fn new(tcp: TcpListener, tls: Option<Arc<ServerCertificate>>) -> Self {
        Listener { tcp: Arc::new(tcp), tls }
    }

    /// The address it listens on.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}
