//! The client's side: which certificates to trust if a file names them.
//!
//! A server is trusted if it presents a certificate of the file itself, under any name: its operator reaches it by an
//! address of the machine, and certificates made by hand are often marked as an authority's, which ordinary
//! verification refuses for a server. It is also trusted with a certificate that an authority of the file has signed
//! for the server's name. In both cases it proves that it has the key.

use crate::error::TlsError;
use crate::{pem, provider};
use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{
    WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};

/// A client's settings that trust the certificates in this file (PEM), and no others.
pub fn client(file: &Path) -> Result<ClientConfig, TlsError> {
    let certificates = pem::certificates(&pem::read(file)?, file)?;
    let provider = provider();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates.iter().cloned());
    // If the file has no authority, only the certificates themselves are trusted.
    let signed =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().ok();
    let algorithms = provider.signature_verification_algorithms;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        // The provider has cipher suites for both versions.
        .map_err(|_| TlsError::BrokenCertificate(file.to_owned()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trust { certificates, signed, algorithms }))
        .with_no_client_auth();
    Ok(config)
}

/// Whether a call failed because the server's certificate is not trusted.
pub fn is_distrust(error: &(dyn Error + 'static)) -> bool {
    if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
        return true;
    }
    // The inner error of an I/O error is not its `source`; the source is that of the inner error.
    let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    carried.is_some_and(|carried| is_distrust(carried)) || error.source().is_some_and(is_distrust)
}

#[derive(Debug)]
struct Trust {
    certificates: Vec<CertificateDer<'static>>,
    signed: Option<Arc<WebPkiServerVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.certificates.contains(shown) {
            return Ok(ServerCertVerified::assertion());
        }
        match &self.signed {
            Some(signed) => signed.verify_server_cert(shown, between, name, ocsp, now),
            None => Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
