//! API tokens, which programs use. A token is shown once, is stored as a hash, has a role and may have an end.

use crate::people::Role;
use crate::random;
use crate::record::Record;
use crate::refusal::Refusal;
use event::Millis;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const PREFIX: &str = "rpt_";
/// The length of a token's id: this many characters of its hash.
const ID: usize = 16;
const NOTED_EVERY: i64 = 60_000;

/// The stored record of an API token, under its hash. Times are UNIX milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// as it was entered
    pub name: String,
    /// the role that it has
    pub role: Role,
    /// when it was made
    pub created_at: i64,
    /// who made it, as the audit names them
    pub created_by: String,
    /// when it was last used, to the minute
    pub last_used_at: Option<i64>,
    /// when it expires
    pub expires_at: Option<i64>,
}

impl Record for Token {
    const KIND: &'static str = "token";
}

impl Token {
    /// `older` tells whether a duration has truly passed since a time stamp, so that a token lasts as long as it was
    /// made for.
    pub(crate) fn is_over(&self, older: &impl Fn(i64, Duration) -> bool) -> bool {
        self.expires_at.is_some_and(|end| {
            let lasts = end.saturating_sub(self.created_at);
            older(self.created_at, Duration::from_millis(u64::try_from(lasts).unwrap_or(0)))
        })
    }

    /// Is it time to record its use?
    pub(crate) fn wants_note(&self, now: Millis) -> bool {
        self.last_used_at.is_none_or(|last| now.0.saturating_sub(last).saturating_abs() >= NOTED_EVERY)
    }
}

/// Makes a new token, with the key under which it is stored.
pub(crate) fn make() -> Result<(SecretString, String), Refusal> {
    let token = random::secret::<32>(PREFIX)?;
    let key = random::digest(token.expose_secret());
    Ok((token, key))
}

/// The key under which this token is stored, if the text can be a token at all.
pub(crate) fn key(given: &str) -> Option<String> {
    let rest = given.strip_prefix(PREFIX)?;
    random::is_secret::<32>(rest).then(|| random::digest(given))
}

/// The token's id in lists: a part of its key, which reveals nothing about the token.
pub fn id(key: &str) -> &str {
    key.get(..ID).unwrap_or(key)
}

#[cfg(test)]
mod tests;
