//! The listener for axum: `axum::serve(listener, router)`.
//!
//! Who opened a connection is there as `ConnectInfo<SocketAddr>` when the listener is wrapped by axum's own
//! `ListenerExt::tap_io`: only then may a foreign crate's listener give axum an address of the standard library's type.

use crate::listener::Listener;
use crate::stream::Stream;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// The pause after a failed accept: file descriptors come back in their time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

impl axum::serve::Listener for Listener {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
        loop {
            match Listener::accept(self).await {
                Ok(accepted) => return accepted,
                Err(error) if matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted) => {}
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted; trying again");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Listener::local_addr(self)
    }
}
