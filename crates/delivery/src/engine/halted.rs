//! How a halt is written in the journal, so that a restart shows what was shown before it: why, since when, how often it was
//! tried. Until the first try says otherwise, nothing else is known.

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

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HaltCause {
    /// The token: nobody can be served.
    Token,
    /// The calls of several end users, and nobody's got through.
    Denied,
}

/// A halt as it is written: JSON. What is no JSON is the words alone, from before there was more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Halted {
    pub(crate) code: String,
    pub(crate) reason: String,
    pub(crate) since: Millis,
    pub(crate) tries: u32,
    /// it is the calls of end users that are turned away, not the login
    pub(crate) denied: bool,
}

impl Halted {
    pub(crate) fn write(&self) -> String {
        // Words, numbers and a flag: there is nothing that JSON has no spelling for.
        serde_json::to_string(self).unwrap_or_else(|_| self.reason.clone())
    }

    /// `now`: since when it is, as far as is known, if that was not written.
    pub(crate) fn read(written: &str, now: Millis) -> Halted {
        serde_json::from_str(written).unwrap_or_else(|_| Halted {
            code: code::HALTED_BEFORE_RESTART.to_owned(),
            reason: written.to_owned(),
            since: now,
            tries: 0,
            denied: false,
        })
    }

    pub(crate) fn code(&self) -> &'static str {
        CODES.into_iter().find(|known| *known == self.code).unwrap_or(code::HALTED_BEFORE_RESTART)
    }

    pub(crate) fn cause(&self) -> HaltCause {
        if self.denied { HaltCause::Denied } else { HaltCause::Token }
    }
}

#[cfg(test)]
mod tests;
