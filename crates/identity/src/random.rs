//! Random numbers, and digests for comparing secrets. No other module of the crate asks the operating system for
//! randomness.

use crate::refusal::Refusal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

/// `N` random bytes.
///
/// # Errors
/// [`Refusal::NoRandomness`].
pub fn bytes<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Refusal::NoRandomness)?;
    Ok(bytes)
}

/// `N` random bytes after `prefix`, as a text that is valid in a cookie, a header and a link.
///
/// # Errors
/// [`Refusal::NoRandomness`].
pub fn secret<const N: usize>(prefix: &str) -> Result<SecretString, Refusal> {
    Ok(SecretString::from(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes::<N>()?))))
}

/// Does this have the form of a text that [`secret`] makes from `N` bytes?
pub(crate) fn is_secret<const N: usize>(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == N)
}

/// The stored digest of a secret: its SHA-256 in hexadecimal. This suffices for secrets of 128 random bits and more,
/// which cannot be guessed, and does not suffice for passwords.
pub(crate) fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn a_secret_is_long_and_never_the_same() {
        let (one, two) = (secret::<32>("").unwrap(), secret::<32>("").unwrap());
        assert_ne!(one.expose_secret(), two.expose_secret());
        assert!(is_secret::<32>(one.expose_secret()) && !is_secret::<16>(one.expose_secret()));
        assert!(!is_secret::<32>("") && !is_secret::<32>(&format!("{} ", one.expose_secret())));
    }

    #[test]
    fn the_digest_is_sha_256() {
        // FIPS 180-4, the example "abc"
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest("abc"), known);
    }
}
