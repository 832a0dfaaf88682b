//! The form of a halt in the journal. After a restart the destination shows the same cause, beginning and number of
//! tries as before, until the first try brings news.

use crate::code;
use event::Millis;
use serde::{Deserialize, Serialize};

/// The codes that halt a destination. Another version wrote a word that is not among them.
const CODES: [&str; 6] = [
    "credentials_refused",
    "account_token_unknown",
    "permission_denied",
    "turned_away",
    "token_refused",
    "redirected",
];

/// The cause of a halt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HaltCause {
    /// The token was refused, so no call can be made.
    Token,
    /// The calls of several end users were turned away, and no call got through.
    Denied,
}

/// A halt as JSON. An older version wrote the words alone, so a text that is not JSON is read as these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Halted {
    pub(crate) code: String,
    pub(crate) reason: String,
    pub(crate) since: Millis,
    pub(crate) tries: u32,
    /// whether the calls of end users are turned away, rather than the login
    pub(crate) denied: bool,
}

impl Halted {
    pub(crate) fn write(&self) -> String {
        // The struct has texts, numbers and a flag only, so serialising it cannot fail.
        serde_json::to_string(self).unwrap_or_else(|_| self.reason.clone())
    }

    /// Reads a halt. `now` is taken for its beginning if that was not recorded.
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
