//! The certificate authorities that a client trusts: those of this machine or, if it has none (an empty container),
//! Mozilla's as of this program's build.

use reqwest::{Certificate, ClientBuilder};
use std::sync::OnceLock;

/// Whether the machine has authorities does not change while the process runs, and the check takes a while.
static NONE_HERE: OnceLock<bool> = OnceLock::new();

/// Makes the client trust them.
pub fn trusting(builder: ClientBuilder) -> ClientBuilder {
    believing(builder, *NONE_HERE.get_or_init(none_here))
}

fn believing(builder: ClientBuilder, none_here: bool) -> ClientBuilder {
    if none_here { builder.tls_certs_only(mozillas()) } else { builder }
}

fn mozillas() -> Vec<Certificate> {
    let built_in = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    built_in.filter_map(|authority| Certificate::from_der(authority.as_ref()).ok()).collect()
}

fn none_here() -> bool {
    let none = rustls_native_certs::load_native_certs().certs.is_empty();
    if none {
        tracing::warn!(
            "this machine has no certificates of authorities: those that the program was built with are believed; install \
             ca-certificates, or set SSL_CERT_FILE, for ones that are kept up to date"
        );
    }
    none
}

#[cfg(test)]
mod tests;
