//! Secrets at rest: sealed with XChaCha20-Poly1305, so that a person who has the journal's file without the key cannot
//! read them.
//!
//! A sealed secret is text: `v1.KEY.BOX`. KEY names the key (the first 8 hexadecimal digits of a value derived from
//! it), BOX is the base64 of a random nonce of 24 bytes and the ciphertext with its tag. The place of the secret, e.g.
//! `destination/inmoment/password`, is authenticated with it, so a box that is moved to another place cannot be opened
//! there.
//!
//! A vault holds the key that seals, and any number of earlier ones that still open, so that a key can be replaced.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::fmt;

const NONCE: usize = 24;
const VERSION: &str = "v1";

/// A sealed secret, as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// Why a secret cannot be sealed or opened. The error contains no part of the secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The text is not a key.
    #[error("a key is 32 bytes, written as 64 hexadecimal digits; `rapport keys new` makes one")]
    NoKey,
    /// The secret was sealed with a key that the vault does not have.
    #[error("it was sealed with another key ({0}); the key in use is {1}")]
    OtherKey(String, String),
    /// The sealed text is damaged, or was moved from another place.
    #[error("its sealed text is damaged")]
    Damaged,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

/// A key that seals.
#[derive(Clone)]
pub struct VaultKey {
    name: String,
    bytes: [u8; 32],
}

impl VaultKey {
    /// Reads a key: 64 hexadecimal digits, space around them ignored.
    ///
    /// # Errors
    /// [`VaultError::NoKey`]
    pub fn parse(text: &SecretString) -> Result<VaultKey, VaultError> {
        let text = text.expose_secret().trim().as_bytes();
        let mut bytes = [0; 32];
        if text.len() != 64 {
            return Err(VaultError::NoKey);
        }
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let digits = std::str::from_utf8(pair).map_err(|_| VaultError::NoKey)?;
            // `from_str_radix` would accept a sign.
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(VaultError::NoKey);
            }
            *byte = u8::from_str_radix(digits, 16).map_err(|_| VaultError::NoKey)?;
        }
        Ok(VaultKey { name: name_of(&bytes), bytes })
    }

    /// A new key, and its text.
    ///
    /// # Errors
    /// [`VaultError::Random`]
    pub fn generate() -> Result<(VaultKey, SecretString), VaultError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| VaultError::Random)?;
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((VaultKey { name: name_of(&bytes), bytes }, SecretString::from(text)))
    }

    /// The key's name in sealed secrets and messages, which does not reveal the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.bytes))
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultKey({})", self.name)
    }
}

/// The tag of an empty message under the key and a nonce of zeros, which no secret is ever sealed with.
fn name_of(bytes: &[u8; 32]) -> String {
    let cipher = XChaCha20Poly1305::new(&Key::from(*bytes));
    let nothing = Payload { msg: &[], aad: b"the key's name" };
    let tag = cipher.encrypt(&XNonce::from([0; NONCE]), nothing).unwrap_or_default();
    tag.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// Seals and opens.
#[derive(Debug, Clone)]
pub struct Vault {
    current: VaultKey,
    earlier: Vec<VaultKey>,
}

impl Vault {
    /// A vault that seals with this key, and opens secrets that this key or an earlier one sealed.
    pub fn new(current: VaultKey, earlier: Vec<VaultKey>) -> Vault {
        Vault { current, earlier }
    }

    /// Seals a secret for this place.
    ///
    /// # Errors
    /// [`VaultError::Random`]
    pub fn seal(&self, place: &str, secret: &SecretString) -> Result<Sealed, VaultError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::Random)?;
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: place.as_bytes() };
        let sealed = self.current.cipher().encrypt(&XNonce::from(nonce), payload);
        let mut boxed = nonce.to_vec();
        boxed.extend(sealed.map_err(|_| VaultError::Damaged)?);
        Ok(Sealed(format!("{VERSION}.{}.{}", self.current.name, URL_SAFE_NO_PAD.encode(boxed))))
    }

    /// Opens a secret that was sealed for this place.
    ///
    /// # Errors
    /// [`VaultError::OtherKey`], [`VaultError::Damaged`]
    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<SecretString, VaultError> {
        let mut parts = sealed.0.split('.');
        let (Some(VERSION), Some(name), Some(boxed), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(VaultError::Damaged);
        };
        let mut keys = std::iter::once(&self.current).chain(&self.earlier);
        let key = keys
            .find(|key| key.name == name)
            .ok_or_else(|| VaultError::OtherKey(name.to_owned(), self.current.name.clone()))?;
        let boxed = URL_SAFE_NO_PAD.decode(boxed).map_err(|_| VaultError::Damaged)?;
        let (nonce, sealed) = boxed.split_first_chunk::<NONCE>().ok_or(VaultError::Damaged)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        let opened = key.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::Damaged)?;
        Ok(SecretString::from(String::from_utf8(opened).map_err(|_| VaultError::Damaged)?))
    }

    /// A copy that seals with this key; the other keys still open secrets.
    #[must_use]
    pub fn with(&self, key: VaultKey) -> Vault {
        let mut earlier = vec![self.current.clone()];
        earlier.extend(self.earlier.iter().cloned());
        Vault { current: key, earlier }
    }
}

#[cfg(test)]
mod tests;
