//! Randomness, and what secrets are compared by: the one place of the crate that asks the operating system for it.

use crate::refusal::Refusal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

/// So many random bytes.
///
/// # Errors
/// [`Refusal::NoRandomness`].
pub fn bytes<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Refusal::NoRandomness)?;
    Ok(bytes)
}

/// So many random bytes as a text that can stand in a cookie, a header and a link, behind `prefix`.
///
/// # Errors
/// [`Refusal::NoRandomness`].
pub fn secret<const N: usize>(prefix: &str) -> Result<SecretString, Refusal> {
    Ok(SecretString::from(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes::<N>()?))))
}

/// Could this be what [`secret`] made of `N` bytes?
pub(crate) fn is_secret<const N: usize>(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == N)
}

/// What is kept of a secret: its SHA-256 in hexadecimal. Enough for secrets of 128 random bits and more, which nobody
/// can guess; not for passwords.
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
