//! A port, with TLS or without.
//!
//! Handshakes go on side by side, apart from whoever accepts connections: a caller that never ends its handshake delays
//! nobody. So many of them at once, so long each; a handshake that fails closes its own connection and no other.

use crate::identity::Identity;
use crate::stream::Stream;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// Handshakes under way at once; further callers wait to be accepted. One takes milliseconds and some 50 KiB.
const MOST_HANDSHAKES: usize = 1_000;

/// A connection whose handshake takes longer is closed.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// A port that connections come from.
#[derive(Debug)]
pub struct Listener {
    tcp: TcpListener,
    tls: Option<Arc<Identity>>,
    handshakes: JoinSet<Option<(Stream, SocketAddr)>>,
    most_handshakes: usize,
}

impl From<TcpListener> for Listener {
    fn from(tcp: TcpListener) -> Self {
        Listener { tcp, tls: None, handshakes: JoinSet::new(), most_handshakes: MOST_HANDSHAKES }
    }
}

impl Listener {
    /// A port that speaks TLS with this certificate, or none.
    pub fn new(tcp: TcpListener, tls: Option<Arc<Identity>>) -> Self {
        Listener { tls, ..Listener::from(tcp) }
    }

    /// The address it listens on.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// The next connection, its handshake done, and who opened it. Nothing is lost when this is dropped and called again.
    ///
    /// # Errors
    /// What the operating system says of a connection that could not be accepted. The next one may be.
    pub async fn accept(&mut self) -> io::Result<(Stream, SocketAddr)> {
        loop {
            let full = self.handshakes.len() >= self.most_handshakes;
            tokio::select! {
                Some(ended) = self.handshakes.join_next() => {
                    if let Ok(Some(open)) = ended {
                        return Ok(open);
                    }
                }
                accepted = self.tcp.accept(), if !full => {
                    let (stream, peer) = accepted?;
                    // Replies are complete: waiting to fill a packet only adds delay. Should it fail, they are later.
                    let _ = stream.set_nodelay(true);
                    let Some(identity) = &self.tls else { return Ok((Stream::plain(stream), peer)) };
                    self.handshakes.spawn(shake_hands(Arc::clone(identity), stream, peer));
                }
            }
        }
    }
}

async fn shake_hands(
    identity: Arc<Identity>,
    stream: TcpStream,
    peer: SocketAddr,
) -> Option<(Stream, SocketAddr)> {
    let handshake = async { TlsAcceptor::from(identity.current().await).accept(stream).await };
    match tokio::time::timeout(HANDSHAKE_TIMEOUT, handshake).await {
        Ok(Ok(stream)) => Some((Stream::tls(stream), peer)),
        // Scanners and clients that do not trust the certificate: nothing an operator could do, and as many as they like.
        Ok(Err(error)) => {
            tracing::debug!(%error, "a TLS handshake failed");
            None
        }
        Err(_) => {
            tracing::debug!("a TLS handshake took too long");
            None
        }
    }
}

#[cfg(test)]
mod tests;
