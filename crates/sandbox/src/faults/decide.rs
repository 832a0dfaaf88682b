//! Decides which rule acts on a request, and its effect.

use serde::Serialize;
use serde_json::{Value, json};

use super::{FaultAction, FaultRule, FaultScript, Match};
use crate::dates;
use crate::exchange::{Reply, rate_limit_exceeded};
use crate::limit::LimitStanding;

/// A script's decision about one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultVerdict {
    /// How long the reply, or the end of the connection, is delayed.
    pub delay_ms: u64,
    /// The fault besides the delay; `None` if there is none.
    pub fault: Option<Fault>,
    /// The actions' names joined by `+`, for the log; empty if no rule acted.
    pub words: String,
}

/// The fault of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The request is answered with this reply and not executed.
    Reply(Reply),
    /// The connection is reset, and the request is not executed.
    ResetBefore,
    /// The request is executed, and the connection is reset instead of a reply.
    ResetAfter,
    /// The request is executed, and this part of the reply's body is sent.
    Truncate {
        /// Bytes sent of the body.
        bytes: usize,
    },
    /// The request is executed and answered with a body that is not JSON.
    Garbage,
    /// The tokens are revoked, and then the request is handled as usual.
    RevokeTokens {
        /// Whether refresh tokens are revoked, too.
        refresh_too: bool,
    },
}

/// The data that rules match.
pub(crate) struct RequestFacts<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// Whether the request is about the end user with that id, external id, e-mail or phone number.
    pub(crate) concerns: &'a dyn Fn(&str) -> bool,
    /// The limit to name in a storm.
    pub(crate) limit: u32,
}

/// A running script.
#[derive(Clone, Default)]
pub(crate) struct Rules {
    rules: Vec<(FaultRule, Progress)>,
}

/// The progress of a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Progress {
    /// The number of requests that matched.
    pub(crate) matched: u64,
    /// The number of requests on which it acted.
    pub(crate) acted: u64,
    /// When it first acted.
    pub(crate) since_ms: Option<i64>,
}

impl Rules {
    pub(crate) fn new(script: FaultScript) -> Rules {
        Rules { rules: script.rules.into_iter().map(|rule| (rule, Progress::default())).collect() }
    }

    pub(crate) fn script(&self) -> FaultScript {
        FaultScript { rules: self.rules.iter().map(|(rule, _)| rule.clone()).collect() }
    }

    pub(crate) fn progress(&self) -> Vec<Progress> {
        self.rules.iter().map(|(_, progress)| *progress).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Decides about one request, and counts it.
    pub(crate) fn decide(&mut self, now_ms: i64, facts: &RequestFacts<'_>) -> FaultVerdict {
        let mut verdict = FaultVerdict::default();
        for (rule, progress) in &mut self.rules {
            if !rule.matches.holds(facts) {
                continue;
            }
            progress.matched += 1;
            if progress.matched <= rule.after || progress.is_over(rule, now_ms) {
                continue;
            }
            progress.acted += 1;
            let since_ms = *progress.since_ms.get_or_insert(now_ms);
            if !verdict.words.is_empty() {
                verdict.words.push('+');
            }
            verdict.words.push_str(rule.action.word());
            match rule.action.fault(since_ms, facts.limit) {
                Ok(delay_ms) => verdict.delay_ms = verdict.delay_ms.saturating_add(delay_ms),
                Err(fault) => {
                    verdict.fault = Some(fault);
                    break;
                }
            }
        }
        verdict
    }
}

impl Progress {
    fn is_over(&self, rule: &FaultRule, now_ms: i64) -> bool {
        let storm = match rule.action {
            FaultAction::RateStorm { reset_in, .. } => Some(reset_in),
            _ => None,
        };
        let too_late = |since_ms: i64, secs: u64| dates::seconds(now_ms) >= end(since_ms, secs);
        rule.times.is_some_and(|times| self.acted >= times)
            || rule.until.is_some_and(|until| dates::seconds(now_ms) >= until)
            || self.since_ms.is_some_and(|since_ms| {
                rule.for_secs.is_some_and(|secs| {
                    now_ms >= since_ms.saturating_add_unsigned(secs.saturating_mul(1_000))
                }) || storm.is_some_and(|secs| too_late(since_ms, secs))
            })
    }
}

/// Whole UNIX seconds for a `Reset` header, rounded up.
fn end(since_ms: i64, secs: u64) -> i64 {
    dates::seconds(since_ms.saturating_add(999)).saturating_add_unsigned(secs)
}

impl Match {
    fn holds(&self, facts: &RequestFacts<'_>) -> bool {
        self.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(facts.method))
            && self.path.as_ref().is_none_or(|path| path.matches(facts.path))
            && self.path_prefix.as_ref().is_none_or(|prefix| facts.path.starts_with(prefix.as_str()))
            && self.user.as_ref().is_none_or(|user| (facts.concerns)(user))
    }
}

impl FaultAction {
    fn word(&self) -> &'static str {
        match self {
            FaultAction::Status { .. } => "status",
            FaultAction::Latency { .. } => "latency",
            FaultAction::RateStorm { .. } => "rate_storm",
            FaultAction::ResetBefore => "reset_before",
            FaultAction::ResetAfter => "reset_after",
            FaultAction::Truncate { .. } => "truncate",
            FaultAction::Garbage => "garbage",
            FaultAction::RevokeTokens => "revoke_tokens",
            FaultAction::RevokeAllTokens => "revoke_all_tokens",
        }
    }

    /// A delay, or the fault that ends the search.
    fn fault(&self, since_ms: i64, limit: u32) -> Result<u64, Fault> {
        Err(match self {
            FaultAction::Latency { ms } => return Ok(*ms),
            FaultAction::Status { code, body, headers } => {
                let headers = headers.iter().map(|(name, value)| (name.clone(), value.clone()));
                Fault::Reply(status(*code, body.as_ref(), headers.collect()))
            }
            FaultAction::RateStorm { reset_in, retry_after } => {
                let reset = end(since_ms, *reset_in);
                let standing = LimitStanding { limit, remaining: 0, reset, allowed: false };
                let reply = standing.mark(rate_limit_exceeded());
                Fault::Reply(match retry_after {
                    Some(secs) => reply.with("Retry-After", secs.to_string()),
                    None => reply,
                })
            }
            FaultAction::ResetBefore => Fault::ResetBefore,
            FaultAction::ResetAfter => Fault::ResetAfter,
            FaultAction::Truncate { bytes } => Fault::Truncate { bytes: *bytes },
            FaultAction::Garbage => Fault::Garbage,
            FaultAction::RevokeTokens => Fault::RevokeTokens { refresh_too: false },
            FaultAction::RevokeAllTokens => Fault::RevokeTokens { refresh_too: true },
        })
    }
}

fn status(code: u16, body: Option<&Value>, headers: Vec<(String, String)>) -> Reply {
    let mut reply = match body {
        Some(Value::String(text)) => Reply::empty(code).with("Content-Type", "text/plain").text(text),
        Some(value) => Reply::json(code, value),
        None => Reply::json(code, &json!({"error": "The sandbox was told to fail", "status": code})),
    };
    for (name, value) in headers {
        reply.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        reply.headers.push((name, value));
    }
    reply
}
