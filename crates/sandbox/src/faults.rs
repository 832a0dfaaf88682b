//! Faults by script: what goes wrong on purpose, decided purely from the script, the request and the time.
//!
//! Rules are tried in order. A rule first skips its `after` matches, then acts until it is used up (`times`,
//! `for_secs` since it first acted, or `until`). `latency` lets the later rules act as well; every other action ends
//! the search, so that later rules do not count the request. The JSON is documented in the crate's README.

mod decide;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use decide::{Fault, FaultVerdict};
pub(crate) use decide::{Progress, RequestFacts, Rules};

use crate::pattern::Pattern;

/// Rules in a script.
const MAX_RULES: usize = 1_000;
/// Latency of one rule.
const MAX_LATENCY_MS: u64 = 600_000;

/// A list of rules.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultScript {
    /// Tried in this order.
    #[serde(default)]
    pub rules: Vec<FaultRule>,
}

/// When something goes wrong, and what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// For the reader of the script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which requests; all of them when absent.
    #[serde(default, rename = "match")]
    pub matches: Match,
    /// How many matching requests pass before the first one fails.
    #[serde(default)]
    pub after: u64,
    /// How often the rule acts; without any bound it acts for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// For how many seconds since it first acted the rule goes on acting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_secs: Option<u64>,
    /// UNIX seconds from which on the rule no longer acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// What goes wrong.
    pub action: FaultAction,
}

/// Which requests a rule concerns; every field that is there must hold.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// The HTTP method, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path with wildcards, without query, in its `/v1/...` spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Pattern>,
    /// What the path begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_prefix: Option<String>,
    /// An end-user id, external id, e-mail or phone number that the request is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

impl std::fmt::Debug for Match {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // `user` may be an e-mail.
        f.debug_struct("Match")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("path_prefix", &self.path_prefix)
            .finish_non_exhaustive()
    }
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultAction {
    /// Another answer instead of executing the request.
    Status {
        /// The HTTP status, 200 to 599.
        code: u16,
        /// Text as it is, anything else as JSON; a JSON error by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
        /// Set on top of the default ones.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        headers: IndexMap<String, String>,
    },
    /// The request is executed at once, the reply held back.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// 429 with rate headers until the reset.
    RateStorm {
        /// Seconds from the first refusal to the reset, which then stays where it is.
        reset_in: u64,
        /// A `Retry-After` header in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// The connection is reset, nothing is executed.
    ResetBefore,
    /// The request is executed, then the connection is reset without a reply.
    ResetAfter,
    /// The request is executed, the connection ends within the reply's body.
    Truncate {
        /// How much of the body is sent.
        bytes: usize,
    },
    /// The request is executed and answered with 200 and something that is not JSON.
    Garbage,
    /// Every access token is revoked before the request is looked at.
    RevokeTokens,
    /// The same, and the refresh tokens too: only a password opens the account again.
    RevokeAllTokens,
}

/// A script that cannot be used; says where and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// Not JSON, or not of a script's shape.
    #[error("fault script: at {place}: {problem}")]
    Shape {
        /// Path of keys to the place.
        place: String,
        /// What is wrong there, with line and column.
        problem: String,
    },
    /// A rule whose values make no sense.
    #[error("fault script: at rules[{rule}]: {problem}")]
    FaultRule {
        /// Position, counted from 0.
        rule: usize,
        /// What is wrong there.
        problem: &'static str,
    },
    /// More rules than a script may have.
    #[error("fault script: more than {MAX_RULES} rules")]
    TooMany,
}

/// Reads a fault script.
pub fn parse(text: &str) -> Result<FaultScript, ScriptError> {
    let shape =
        |place: String, error: &serde_json::Error| ScriptError::Shape { place, problem: error.to_string() };
    let mut json = serde_json::Deserializer::from_str(text);
    let script: FaultScript = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| shape(error.path().to_string(), error.inner()))?;
    json.end().map_err(|error| shape("the end".into(), &error))?;
    script.check()?;
    Ok(script)
}

impl FaultScript {
    /// Whether every rule makes sense.
    pub fn check(&self) -> Result<(), ScriptError> {
        if self.rules.len() > MAX_RULES {
            return Err(ScriptError::TooMany);
        }
        self.rules.iter().enumerate().try_for_each(|(position, rule)| {
            rule.problem().map_or(Ok(()), |problem| Err(ScriptError::FaultRule { rule: position, problem }))
        })
    }
}

impl FaultRule {
    fn problem(&self) -> Option<&'static str> {
        if self.times == Some(0) || self.for_secs == Some(0) {
            return Some("times and for_secs must be at least 1; leave the rule out instead");
        }
        if self.matches.path.is_some() && self.matches.path_prefix.is_some() {
            return Some("give path or path_prefix, not both");
        }
        if self.matches.path_prefix.as_ref().is_some_and(|prefix| !prefix.starts_with('/')) {
            return Some("path_prefix must start with /");
        }
        match &self.action {
            FaultAction::Status { code, .. } if !(200..=599).contains(code) => {
                Some("the status code must be between 200 and 599")
            }
            FaultAction::Status { headers, .. } if !headers.iter().all(is_header) => {
                Some("a header's name or value is not allowed in HTTP")
            }
            FaultAction::Latency { ms } if *ms > MAX_LATENCY_MS => Some("latency is at most 600000 ms"),
            FaultAction::RateStorm { reset_in: 0, .. } => Some("reset_in must be at least 1 second"),
            FaultAction::RateStorm { reset_in, .. } if *reset_in > 86_400 => {
                Some("reset_in is at most 86400 seconds")
            }
            _ => None,
        }
    }
}

/// Also keeps the framing of the reply out of a script's hands.
fn is_header((name, value): (&String, &String)) -> bool {
    let framing = ["content-length", "transfer-encoding", "connection"];
    http::HeaderName::try_from(name.as_str()).is_ok_and(|name| !framing.contains(&name.as_str()))
        && http::HeaderValue::try_from(value.as_str()).is_ok()
}

#[cfg(test)]
mod tests;
