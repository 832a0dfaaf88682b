//! How a halt is written in the journal, so that a restart shows what was shown before it: why, since when, how often it was
//! tried. Until the first try says otherwise, nothing else is known.

use super::standing::Cause;
use crate::code;
use event::Millis;
use serde::{Deserialize, Serialize};

/// The codes that halt a destination. A word that is none of them was written by another version.
const CODES: [&str; 6] = [
    "credentials_refused",
    "account_token_unknown",
    "permission_denied",
    "turned_away",
    "token_refused",
    "redirected",
];

/// A halt as it is written: JSON. What is no JSON is the words alone, from before there was more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Halted {
    pub(super) code: String,
    pub(super) reason: String,
    pub(super) since: Millis,
    pub(super) tries: u32,
    /// it is the calls of end users that are turned away, not the login
    pub(super) denied: bool,
}

impl Halted {
    pub(super) fn write(&self) -> String {
        // Words, numbers and a flag: there is nothing that JSON has no spelling for.
        serde_json::to_string(self).unwrap_or_else(|_| self.reason.clone())
    }

    /// `now`: since when it is, as far as is known, if that was not written.
    pub(super) fn read(written: &str, now: Millis) -> Halted {
        serde_json::from_str(written).unwrap_or_else(|_| Halted {
            code: code::HALTED_BEFORE_RESTART.to_owned(),
            reason: written.to_owned(),
            since: now,
            tries: 0,
            denied: false,
        })
    }

    pub(super) fn code(&self) -> &'static str {
        CODES.into_iter().find(|known| *known == self.code).unwrap_or(code::HALTED_BEFORE_RESTART)
    }

    pub(super) fn cause(&self) -> Cause {
        if self.denied { Cause::Denied } else { Cause::Token }
    }
}

#[cfg(test)]
mod tests;
