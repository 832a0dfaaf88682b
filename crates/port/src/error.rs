//! Errors of certificates and keys: they name the file and what to do, and never quote a key.

use std::path::PathBuf;

/// The stable words (docs/errors.md).
pub mod code {
    /// a file cannot be read
    pub const FILE_UNREADABLE: &str = "tls_file_unreadable";
    /// the certificate file has no certificate, or a damaged one
    pub const CERTIFICATE_UNUSABLE: &str = "tls_certificate_unusable";
    /// the key file has no key, or an unusable one
    pub const KEY_UNUSABLE: &str = "tls_key_unusable";
    /// the key belongs to another certificate
    pub const KEY_MISMATCH: &str = "tls_key_mismatch";

    /// All of them.
    pub const ALL: [&str; 4] = [FILE_UNREADABLE, CERTIFICATE_UNUSABLE, KEY_UNUSABLE, KEY_MISMATCH];
}

/// Why a certificate and its key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// The file cannot be read, for the operating system's reason.
    #[error("{} cannot be read: {why}", file.display())]
    Unreadable {
        /// the file
        file: PathBuf,
        /// the operating system's error
        why: String,
    },
    /// The file has no certificate.
    #[error("{} holds no certificate", .0.display())]
    NoCertificate(PathBuf),
    /// The file has a damaged certificate.
    #[error("the certificate in {} is damaged", .0.display())]
    BrokenCertificate(PathBuf),
    /// The file has no private key.
    #[error("{} holds no private key", .0.display())]
    NoKey(PathBuf),
    /// The key has a passphrase, which nobody can type at a server's start.
    #[error("the private key in {} is protected by a passphrase", .0.display())]
    ProtectedKey(PathBuf),
    /// The file has a damaged key, or a key of a type that TLS does not support.
    #[error("the private key in {} is damaged, or of a kind that cannot be used", .0.display())]
    BrokenKey(PathBuf),
    /// The key does not belong to the certificate, so no client would accept its signatures.
    #[error("the private key in {} does not belong to the first certificate in {}", key.display(), certificate.display())]
    Mismatch {
        /// the certificate's file
        certificate: PathBuf,
        /// the key's file
        key: PathBuf,
    },
}

impl TlsError {
    /// The stable word.
    pub fn code(&self) -> &'static str {
        match self {
            TlsError::Unreadable { .. } => code::FILE_UNREADABLE,
            TlsError::NoCertificate(_) | TlsError::BrokenCertificate(_) => code::CERTIFICATE_UNUSABLE,
            TlsError::NoKey(_) | TlsError::ProtectedKey(_) | TlsError::BrokenKey(_) => code::KEY_UNUSABLE,
            TlsError::Mismatch { .. } => code::KEY_MISMATCH,
        }
    }

    /// What to do.
    pub fn advice(&self) -> &'static str {
        match self {
            TlsError::Unreadable { .. } => {
                "see that the file is there and that the server's user may read it"
            }
            TlsError::NoCertificate(_) | TlsError::BrokenCertificate(_) => {
                "name a PEM file: text with a block that begins with -----BEGIN CERTIFICATE-----, the server's own \
                 certificate first, then those between it and its authority"
            }
            TlsError::NoKey(_) | TlsError::BrokenKey(_) => {
                "name a PEM file: text with a block that begins with -----BEGIN PRIVATE KEY-----, of an RSA, ECDSA or \
                 Ed25519 key"
            }
            TlsError::ProtectedKey(_) => {
                "write the key without a passphrase (openssl pkey -in KEY -out NEW) into a file that only the server's \
                 user may read"
            }
            TlsError::Mismatch { .. } => {
                "name the key that the certificate was made for; where the certificate file holds several, the \
                 server's own must come first"
            }
        }
    }
}
