//! Passwords: stored as argon2id hashes, which are made and checked on threads that may block, two at a time.
//!
//! Each costs 19 MiB and two passes (OWASP Password Storage Cheat Sheet, argon2id), so at most two are worked on at a
//! time. A few more wait, and all others get the answer that they should try again later. So a flood of sign-ins does
//! not use up the memory.

use crate::random;
use crate::refusal::Refusal;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The shortest password, in characters.
const MIN_LENGTH: usize = 12;
/// The longest password, in bytes.
const MAX_LENGTH: usize = 1024;
const AT_ONCE: usize = 2;
const IN_THE_QUEUE: usize = 32;
/// The hash that is checked when there is no person of that name, so that the answer takes as long. It belongs to no known password.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IG9mIHRoaXMgbmFtZQ$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// May this become a password? It is the value `field` of the request.
pub(crate) fn acceptable(field: &'static str, password: &SecretString) -> Result<(), Refusal> {
    let text = password.expose_secret();
    if text.chars().count() < MIN_LENGTH {
        return Err(Refusal::unfit(field, format!("a password has at least {MIN_LENGTH} characters")));
    }
    if text.len() > MAX_LENGTH {
        return Err(Refusal::unfit(field, format!("a password has at most {MAX_LENGTH} bytes")));
    }
    Ok(())
}

/// Makes and checks the hashes of passwords.
#[derive(Debug, Clone)]
pub(crate) struct Hasher {
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Hasher {
    pub(crate) fn new() -> Self {
        Hasher {
            running: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(AT_ONCE + IN_THE_QUEUE)),
        }
    }

    /// The hash of this password that is stored: a PHC string with its own salt and parameters.
    pub(crate) async fn hash(&self, password: SecretString) -> Result<String, Refusal> {
        let salt = random::bytes::<16>()?;
        let made = self.work(move || {
            argon2id().hash_password_with_salt(password.expose_secret().as_bytes(), &salt).ok()
        });
        let hash = made.await?.ok_or(Refusal::NoMemory)?;
        Ok(hash.to_string())
    }

    /// Is it the password that was hashed? The check takes as long when there is no hash because there is no such
    /// person.
    pub(crate) async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, Refusal> {
        // This tells nothing about a person: nobody can have such a password.
        if password.expose_secret().len() > MAX_LENGTH {
            return Ok(false);
        }
        let somebody = hash.is_some();
        let hash = hash.unwrap_or_else(|| DUMMY_HASH.to_owned());
        let same = self.work(move || {
            let Ok(hash) = PasswordHash::new(&hash) else { return false };
            // The parameters are those in the hash, so that earlier hashes stay valid when they change.
            argon2id().verify_password(password.expose_secret().as_bytes(), &hash).is_ok()
        });
        Ok(same.await? && somebody)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let busy = || Refusal::Throttled {
            message: "many are signing in at this moment",
            wait: Duration::from_secs(1),
        };
        let place = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| busy())?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| Refusal::stopping())?;
        // The client may have gone. The memory is in use until the work is done, so the work holds the permits.
        let permits: [OwnedSemaphorePermit; 2] = [place, turn];
        let done = supervise::blocking("hashing a password", move || {
            let result = work();
            drop(permits);
            result
        });
        done.await.map_err(Refusal::Broken)
    }
}

fn argon2id() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests;
