//! TLS for the two ports: a certificate and its key from files, and a listener that speaks it.
//!
//! * [`Listener`] is a port, with TLS or without, for the gateway (hyper) and the console (axum) alike.
//! * [`Identity`] is the certificate and key in use. Their files are looked at again once a minute, so that a renewed
//!   certificate is taken up without a restart. A broken new pair is reported, and the one before stays in use.
//! * [`client`] is the other side, for commands that talk to a server with a certificate nobody else knows.
//!
//! TLS 1.2 and 1.3, HTTP/1.1, no client certificates, one certificate for all names. The cryptography is the one that the
//! calls to InMoment use as well.

#[cfg(feature = "axum")]
mod axum_listener;
mod error;
mod identity;
mod listener;
mod pem;
mod stream;
mod trust;

pub use error::{TlsError, code};
pub use identity::{Clock, Identity, TlsFiles};
pub use listener::Listener;
pub use stream::Stream;
pub use tokio_rustls::rustls::ClientConfig;
pub use trust::{client, is_distrust};

use std::sync::Arc;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};

/// Named wherever one is needed: whichever another crate may have made the process's own must not matter.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
