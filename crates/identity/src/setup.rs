//! The first start: a token, used once, that makes the first administrator.

use crate::random;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq;

/// The one-time token: 128 random bits, in memory only. Copies share it.
#[derive(Clone)]
pub struct SetupToken(Arc<Mutex<Option<SecretString>>>);

impl fmt::Debug for SetupToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetupToken")
    }
}

impl SetupToken {
    /// A new token; an empty one if the operating system gives no randomness.
    pub fn random() -> Self {
        let token = random::secret::<16>("").ok();
        SetupToken(Arc::new(Mutex::new(token)))
    }

    /// The token, until it was used.
    pub fn get(&self) -> Option<SecretString> {
        self.token().clone()
    }

    /// Is `given` this token? The comparison takes constant time.
    pub(crate) fn is(&self, given: &SecretString) -> bool {
        let token = self.token();
        token.as_ref().is_some_and(|token| {
            bool::from(token.expose_secret().as_bytes().ct_eq(given.expose_secret().as_bytes()))
        })
    }

    /// Uses the token up.
    pub(crate) fn spend(&self) {
        *self.token() = None;
    }

    fn token(&self) -> MutexGuard<'_, Option<SecretString>> {
        // The value is consistent at every moment, also if a thread panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_once() {
        let token = SetupToken::random();
        let text = token.get().unwrap();
        assert_eq!(text.expose_secret().len(), 22);
        assert!(token.is(&text) && !token.is(&SecretString::from("")) && !token.is(&SecretString::from("x")));
        assert!(!SetupToken::random().is(&text));
        assert!(!format!("{token:?}").contains(text.expose_secret()));
        let copy = token.clone();
        token.spend();
        assert!(copy.get().is_none() && !copy.is(&text) && !copy.is(&SecretString::from("")));
    }
}
