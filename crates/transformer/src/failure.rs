//! Why a job has no request: a status that makes rudder-server react rightly, a text, and the tags
//! (docs/facts/transformer.md#server-calls, #stat-tags, #socket-errors, #error-texts).
//!
//! # Which status
//! rudder-server aborts jobs with 3xx and most 4xx at once, and with 500 and above after three hours; it tries 408 and
//! 429 for as long as it keeps jobs (30 days), and counts a 2xx that delivers nothing as a success
//! (docs/facts/gateway.md#outcomes). So:
//! * an error of the event keeps its 4xx, because the event will never be right;
//! * an error that passes by itself is 429 or 5xx;
//! * an error that an operator must correct (a refused login, a permission, a redirect) is 429, because the event is
//!   good, and a password that was changed on a Friday may be corrected on Monday;
//! * names that do not resolve, certificates and broken connections may be either; they are 500, as most of them are in
//!   rudder-transformer.
//!
//! The text quotes InMoment, with InMoment's status, as rudder-transformer does. Reply headers never appear in it.

use event::raw;
use inmoment::{FailedCall, HttpReply, LossCause, Said};
use mapping::DeadReason;
use mapping::refusal::VALUE_UNCONVERTIBLE;
use serde_json::{Value, json};

/// Longer reply bodies are cut in error texts, because rudder-server stores every error text.
const LONGEST_BODY: usize = 4_096;

/// The kind of a failure, for the tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// the event or the request is wrong
    Validation,
    /// a call to InMoment failed
    Network,
    /// JavaScript would throw an error
    Native,
}

/// Why a job has no request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JobFailure {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) kind: FailureKind,
}

impl JobFailure {
    pub(crate) fn validation(text: impl Into<String>) -> JobFailure {
        JobFailure { status: 400, text: text.into(), kind: FailureKind::Validation }
    }

    /// The event is good, but its request or destination cannot be used.
    pub(crate) fn native(text: impl Into<String>) -> JobFailure {
        JobFailure { status: 500, text: text.into(), kind: FailureKind::Native }
    }

    pub(crate) fn network(status: u16, text: impl Into<String>) -> JobFailure {
        JobFailure { status, text: text.into(), kind: FailureKind::Network }
    }

    /// The calls that InMoment allows are used up. Nothing was sent.
    pub(crate) fn throttled(seconds: u64) -> JobFailure {
        let text = format!(
            "InMoment's limit of calls is used up for another {seconds} s: the end user was not looked up, try again"
        );
        JobFailure::network(429, text)
    }

    /// The mapping's refusal. If JavaScript would have thrown an error, rudder-server gets the same 500.
    pub(crate) fn refused(refusal: &DeadReason) -> JobFailure {
        if refusal.code == VALUE_UNCONVERTIBLE || refusal.reason.ends_with("is not a function") {
            return JobFailure::native(refusal.reason.clone());
        }
        JobFailure::validation(refusal.reason.clone())
    }

    /// A look-up whose reply is neither an end user nor "unknown".
    pub(crate) fn look_up(reply: &HttpReply) -> JobFailure {
        JobFailure::said(LOOK_UP, body_of(reply), reply.status, status_of_call(reply.status))
    }

    /// A call that could not be made or got no reply.
    pub(crate) fn failed(failed: &FailedCall) -> JobFailure {
        let what = if failed.of_token { TOKEN } else { LOOK_UP };
        match &failed.said {
            _ if failed.error.code == "id_unusable" => JobFailure::validation(failed.error.message.clone()),
            Said::Reply(reply) if failed.of_token => {
                JobFailure::said(what, body_of(reply), reply.status, status_of_token(reply.status))
            }
            Said::Reply(reply) => {
                JobFailure::said(what, body_of(reply), reply.status, status_of_call(reply.status))
            }
            Said::Lost(cause) => JobFailure::said(what, Value::from(lost(*cause)), 500, 500),
        }
    }

    /// `status` is that of the reply, `answer` that for rudder-server.
    fn said(what: &str, body: Value, status: u16, answer: u16) -> JobFailure {
        let message = format!("{what} due to {body}");
        let text = json!({"message": message, "destinationResponse": {"response": body, "status": status}});
        JobFailure::network(answer, text.to_string())
    }
}

const TOKEN: &str = "Access token could not be generated";
const LOOK_UP: &str = "Unable to retrieve userId";

/// The status for rudder-server if a call's reply has this status.
pub(crate) fn status_of_call(status: u16) -> u16 {
    match status {
        300..=399 | 401 | 403 | 407 => 429,
        400..=599 => status,
        _ => 500,
    }
}

/// The same for a token request, whose failure is never the event's fault.
fn status_of_token(status: u16) -> u16 {
    match status {
        300..=499 if status != 408 => 429,
        408 | 500..=599 => status,
        _ => 500,
    }
}

/// A call without a reply, in rudder-transformer's words (docs/facts/transformer.md#socket-errors).
pub(crate) fn lost(cause: LossCause) -> &'static str {
    match cause {
        LossCause::NoName => "[ENOTFOUND] :: DNS lookup failed",
        LossCause::Refused => "[ECONNREFUSED] :: Connection refused",
        LossCause::Reset => "[ECONNRESET] :: Connection reset by peer",
        LossCause::TimedOut => "[ECONNABORTED] :: Connection aborted",
        LossCause::Other => "[EPROTO]",
    }
}

/// A reply's body as rudder-transformer's HTTP client returns it: JSON if it is JSON, else text.
pub(crate) fn body_of(reply: &HttpReply) -> Value {
    let text = String::from_utf8_lossy(&reply.body);
    if text.len() > LONGEST_BODY {
        let end = text.floor_char_boundary(LONGEST_BODY);
        return Value::from(&text[..end]);
    }
    raw::value(&text).unwrap_or_else(|_| Value::from(text))
}

#[cfg(test)]
mod tests;
