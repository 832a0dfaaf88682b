//! Files in PEM (RFC 7468): certificates and private keys.

use crate::error::TlsError;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use tokio_rustls::rustls::pki_types::pem::{Error, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// No certificate chain or key is longer than this. The limit keeps a wrong path from filling the memory.
const MAX_LENGTH: u64 = 1 << 20;

/// A file's bytes.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |why: String| TlsError::Unreadable { file: file.to_owned(), why };
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|open| open.take(MAX_LENGTH + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(error.to_string()))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_LENGTH {
        return Err(unreadable("it is longer than 1 MiB".to_owned()));
    }
    Ok(bytes)
}

/// All certificates in a file's bytes, at least one.
pub(crate) fn certificates(bytes: &[u8], file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(bytes)
        .collect::<Result<_, _>>()
        .map_err(|_| TlsError::BrokenCertificate(file.to_owned()))?;
    if certificates.is_empty() {
        return Err(TlsError::NoCertificate(file.to_owned()));
    }
    Ok(certificates)
}

/// The first private key in a file's bytes. The PEM reader's error text is left out, because it may quote the key.
pub(crate) fn key(bytes: &[u8], file: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let file = || file.to_owned();
    PrivateKeyDer::from_pem_slice(bytes).map_err(|error| match error {
        Error::NoItemsFound if is_protected(bytes) => TlsError::ProtectedKey(file()),
        Error::NoItemsFound => TlsError::NoKey(file()),
        _ if is_protected(bytes) => TlsError::ProtectedKey(file()),
        _ => TlsError::BrokenKey(file()),
    })
}

/// PEM marks an encrypted key in two ways: with a block of its own type (RFC 5958), or with a header in an ordinary
/// block (RFC 1421).
fn is_protected(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED")
}
