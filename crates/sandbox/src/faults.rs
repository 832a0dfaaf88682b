//! Scripted faults: the failure of a request depends only on the script, the request and the time.
//!
//! Rules are tried in order. A rule first skips its `after` matches, then acts until it is used up (`times`, `for_secs`
//! since it first acted, or `until`). `latency` lets the later rules act as well; every other action ends the search,
//! so later rules do not count the request. The JSON is documented in the crate's README.

mod decide;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use decide::{Fault, FaultVerdict};
pub(crate) use decide::{Progress, RequestFacts, Rules};

use crate::pattern::Pattern;

/// The largest number of rules in a script.
const MAX_RULES: usize = 1_000;
/// The largest latency of one rule.
const MAX_LATENCY_MS: u64 = 600_000;

/// A list of rules.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultScript {
    /// The rules are tried in this order.
    #[serde(default)]
    pub rules: Vec<FaultRule>,
}

/// When a fault happens, and which.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// A comment for readers of the script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The requests that the rule concerns; all if absent.
    #[serde(default, rename = "match")]
    pub matches: Match,
    /// How many matching requests pass before the first one fails.
    #[serde(default)]
    pub after: u64,
    /// How often the rule acts; without a bound it acts for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// The number of seconds, from its first action, for which the rule acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_secs: Option<u64>,
    /// UNIX seconds from which on the rule no longer acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// What goes wrong.
    pub action: FaultAction,
}

/// The requests that a rule concerns; every given field must match.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// The HTTP method, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path with wildcards, without query, in the form `/v1/...`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Pattern>,
    /// The beginning of the path.
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
    /// The request is not executed, and this reply is sent.
    Status {
        /// The HTTP status, 200 to 599.
        code: u16,
        /// The body: text is sent unchanged, any other value as JSON; the default is a JSON error.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
        /// Headers that are added to the default ones.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        headers: IndexMap<String, String>,
    },
    /// The request is executed at once, and the reply is delayed.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// 429 with rate headers until the reset.
    RateStorm {
        /// Seconds from the first refusal to the reset, whose time then stays fixed.
        reset_in: u64,
        /// A `Retry-After` header in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// The connection is reset, and nothing is executed.
    ResetBefore,
    /// The request is executed, then the connection is reset without a reply.
    ResetAfter,
    /// The request is executed, and the connection ends within the reply's body.
    Truncate {
        /// How much of the body is sent.
        bytes: usize,
    },
    /// The request is executed and answered with 200 and a body that is not JSON.
    Garbage,
    /// Every access token is revoked before the request is handled.
    RevokeTokens,
    /// The refresh tokens are revoked, too: only a password gives access again.
    RevokeAllTokens,
}

/// A script that cannot be used; it says where and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// The text is not JSON, or does not have a script's shape.
    #[error("fault script: at {place}: {problem}")]
    Shape {
        /// The path of keys to the position.
        place: String,
        /// The error, with line and column.
        problem: String,
    },
    /// A rule with invalid values.
    #[error("fault script: at rules[{rule}]: {problem}")]
    FaultRule {
        /// Position, counted from 0.
        rule: usize,
        /// The error.
        problem: &'static str,
    },
    /// The script has more rules than it may have.
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
    /// Whether every rule is valid.
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

/// This also keeps a script from changing the framing of the reply.
fn is_header((name, value): (&String, &String)) -> bool {
    let framing = ["content-length", "transfer-encoding", "connection"];
    http::HeaderName::try_from(name.as_str()).is_ok_and(|name| !framing.contains(&name.as_str()))
        && http::HeaderValue::try_from(value.as_str()).is_ok()
}

#[cfg(test)]
mod tests;
