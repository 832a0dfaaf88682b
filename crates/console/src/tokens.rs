//! API tokens: for programs. Shown once, kept as a hash, with a role and perhaps an end.

pub(crate) mod routes;

use crate::error::ApiError;
use crate::people::Role;
use crate::random;
use event::Millis;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The kind of its documents; their key is the token's hash.
pub(crate) const KIND: &str = "token";
const PREFIX: &str = "rpt_";
/// Enough of the hash to name one of them.
const ID: usize = 16;
const NOTED_EVERY: i64 = 60_000;

/// What is kept of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) created_at: i64,
    pub(crate) created_by: String,
    pub(crate) last_used_at: Option<i64>,
    pub(crate) expires_at: Option<i64>,
}

impl Token {
    /// `older` tells whether it is so long since something was stamped then: a token lasts for the time that it was made for.
    pub(crate) fn is_over(&self, older: &impl Fn(i64, Duration) -> bool) -> bool {
        self.expires_at.is_some_and(|end| {
            let lasts = end.saturating_sub(self.created_at);
            older(self.created_at, Duration::from_millis(u64::try_from(lasts).unwrap_or(0)))
        })
    }

    /// Is it time to write down that it is used?
    pub(crate) fn wants_note(&self, now: Millis) -> bool {
        self.last_used_at.is_none_or(|last| now.0.saturating_sub(last).saturating_abs() >= NOTED_EVERY)
    }
}

/// A new one, and the key it is kept under.
pub(crate) fn make() -> Result<(SecretString, String), ApiError> {
    let token = random::secret::<32>(PREFIX)?;
    let key = random::digest(token.expose_secret());
    Ok((token, key))
}

/// Under which key it is kept, if it can be one at all.
pub(crate) fn key(given: &str) -> Option<String> {
    let rest = given.strip_prefix(PREFIX)?;
    random::is_secret::<32>(rest).then(|| random::digest(given))
}

/// How it is named in lists: a part of its key, which says nothing about the token.
pub(crate) fn id(key: &str) -> &str {
    key.get(..ID).unwrap_or(key)
}

#[cfg(test)]
mod tests;
