//! The handle to a connection's client: with it, the code that answers the requests sees the address and may reset the
//! connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The client that opened the connection of a request.
#[derive(Debug, Clone)]
pub struct ClientHandle(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    address: SocketAddr,
    reset: AtomicBool,
}

impl ClientHandle {
    pub(crate) fn new(address: SocketAddr) -> ClientHandle {
        ClientHandle(Arc::new(Inner { address, reset: AtomicBool::new(false) }))
    }

    /// The address at the other end of the connection.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Makes the connection end with a reset instead of an orderly end, whenever it ends.
    pub fn reset(&self) {
        self.0.reset.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_to_be_reset(&self) -> bool {
        self.0.reset.load(Ordering::Relaxed)
    }
}
