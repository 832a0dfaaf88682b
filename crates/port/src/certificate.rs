//! The certificate and key in use, and their replacement by renewed ones.
//!
//! Tools that renew certificates write the two files one after the other, so a check in between may find two files that
//! do not belong together. Such a pair is reported and not used; the next check finds the complete new pair.

use crate::error::TlsError;
use crate::{pem, provider};
use event::{Clock, Millis};
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};
use x509_parser::prelude::{FromDer, X509Certificate};

/// Milliseconds between two checks of the files.
const LOOK_EVERY: i64 = 60_000;

/// The paths of a certificate and its key, both in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// the server's own certificate, then those between it and its authority
    pub certificate: PathBuf,
    /// its private key
    pub key: PathBuf,
}

/// A server's certificate and key.
pub struct ServerCertificate {
    files: RwLock<TlsFiles>,
    clock: Clock,
    looked_at: AtomicI64,
    /// the lock is held only to copy or exchange a pointer and a time, once for each handshake
    current: RwLock<InUse>,
    seen: Mutex<Seen>,
}

/// A certificate and key as handshakes need them.
struct InUse {
    config: Arc<ServerConfig>,
    /// when the server's own certificate, the first of the chain, expires; `None` if its date cannot be read
    expires: Option<Millis>,
}

/// A usable certificate and key that are not in use yet.
pub struct PreparedCertificate {
    files: TlsFiles,
    pair: Pair,
    ready: InUse,
}

impl std::fmt::Debug for PreparedCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("files", &self.files).finish_non_exhaustive()
    }
}

/// The results of the last checks.
struct Seen {
    hasher: RandomState,
    /// of the pair in use
    hash: [u64; 2],
    /// the last error, so that it is logged once and not each minute
    reported: Option<TlsError>,
}

impl ServerCertificate {
    /// Reads both files.
    pub fn load(files: TlsFiles, clock: Clock) -> Result<Arc<Self>, TlsError> {
        let hasher = RandomState::new();
        let pair = Pair::read(&files)?;
        let ready = pair.ready(&files)?;
        Ok(Arc::new(ServerCertificate {
            looked_at: AtomicI64::new(clock().0),
            clock,
            current: RwLock::new(ready),
            seen: Mutex::new(Seen { hash: pair.hash(&hasher), hasher, reported: None }),
            files: RwLock::new(files),
        }))
    }

    /// Reads the two files of another certificate, or those in use again; nothing is changed before
    /// [`ServerCertificate::exchange`]. Blocks.
    ///
    /// # Errors
    /// If they cannot be used.
    pub fn prepare(files: TlsFiles) -> Result<PreparedCertificate, TlsError> {
        let pair = Pair::read(&files)?;
        let ready = pair.ready(&files)?;
        Ok(PreparedCertificate { files, pair, ready })
    }

    /// Uses this certificate from the next handshake on. Open connections are kept.
    pub fn exchange(&self, prepared: PreparedCertificate) {
        let PreparedCertificate { files, pair, ready } = prepared;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = pair.hash(&seen.hasher);
        let is_new = hash != seen.hash;
        (seen.hash, seen.reported) = (hash, None);
        let certificate = files.certificate.clone();
        *self.files.write().unwrap_or_else(PoisonError::into_inner) = files;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = ready;
        drop(seen);
        if is_new {
            tracing::info!(certificate = %certificate.display(), "the new certificate is in use");
        }
    }

    /// When the certificate in use expires; `None` if its date cannot be read.
    pub fn expires(&self) -> Option<Millis> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).expires
    }

    fn files(&self) -> TlsFiles {
        self.files.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The settings for the next handshake. Once a minute, one of the callers waits until the files were checked.
    pub(crate) async fn current(self: &Arc<Self>) -> Arc<ServerConfig> {
        if self.is_due() {
            let identity = Arc::clone(self);
            // The handshakes of other callers must not wait for a disk. It fails only while the runtime shuts down.
            let _ = supervise::blocking("certificate", move || identity.look()).await;
        }
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner).config)
    }

    /// Whether a check is due and none is under way. If the clock is set back, the next check is not postponed.
    fn is_due(&self) -> bool {
        let now = (self.clock)().0;
        let last = self.looked_at.load(Ordering::Relaxed);
        let due = now.saturating_sub(last) >= LOOK_EVERY || now < last;
        due && self.looked_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Checks the files, and uses them if they changed and are usable.
    fn look(&self) {
        let mut seen = match self.seen.try_lock() {
            Ok(seen) => seen,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // The check of a minute ago still waits for its disk, and one is enough.
            Err(TryLockError::WouldBlock) => return,
        };
        let files = self.files();
        let read = Pair::read(&files).and_then(|pair| {
            let hash = pair.hash(&seen.hasher);
            let changed = if hash == seen.hash { None } else { Some(pair.ready(&files)?) };
            Ok((hash, changed))
        });
        match read {
            Ok((_, None)) => seen.reported = None,
            Ok((hash, Some(ready))) => {
                (seen.hash, seen.reported) = (hash, None);
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = ready;
                let certificate = files.certificate.display();
                tracing::info!(%certificate, "the new certificate is in use");
            }
            Err(error) => {
                if seen.reported.as_ref() != Some(&error) {
                    let (code, what_to_do) = (error.code(), error.advice());
                    tracing::error!(
                        code,
                        what_to_do,
                        "{error}: the certificate before stays in use, and the files are looked at again each minute"
                    );
                }
                seen.reported = Some(error);
            }
        }
    }
}

impl std::fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("files", &self.files()).finish_non_exhaustive()
    }
}

/// The bytes of both files.
struct Pair {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Pair {
    fn read(files: &TlsFiles) -> Result<Self, TlsError> {
        Ok(Pair { certificate: pem::read(&files.certificate)?, key: pem::read(&files.key)? })
    }

    /// Compares two pairs by their bytes. The files' times would not do: two quick writes may have the same time, and
    /// copies keep it.
    fn hash(&self, hasher: &RandomState) -> [u64; 2] {
        [hasher.hash_one(&self.certificate), hasher.hash_one(&self.key)]
    }

    /// The settings for handshakes, and the expiry: both come from one reading.
    fn ready(&self, files: &TlsFiles) -> Result<InUse, TlsError> {
        use rustls::{Error, InconsistentKeys};
        let chain = pem::certificates(&self.certificate, &files.certificate)?;
        let own = chain.first().and_then(|der| X509Certificate::from_der(der).ok());
        let expires = own.map(|(_, own)| Millis(own.validity().not_after.timestamp().saturating_mul(1_000)));
        let key = pem::key(&self.key, &files.key)?;
        let provider = provider();
        let certified = CertifiedKey::from_der(chain, key, &provider).map_err(|error| match error {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                TlsError::Mismatch { certificate: files.certificate.clone(), key: files.key.clone() }
            }
            Error::InvalidCertificate(_) => TlsError::BrokenCertificate(files.certificate.clone()),
            _ => TlsError::BrokenKey(files.key.clone()),
        })?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            // The provider has cipher suites for both versions.
            .map_err(|_| TlsError::BrokenKey(files.key.clone()))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(certified)));
        // A client that names no protocol is accepted, too. A client that names only others, such as HTTP/2, would not
        // understand the replies.
        config.alpn_protocols = vec![b"http/1.1".to_vec(), b"http/1.0".to_vec()];
        Ok(InUse { config: Arc::new(config), expires })
    }
}

#[cfg(test)]
mod tests;
