//! Why a job has no request: a status that makes rudder-server do the right thing, a text, and the tags for it
//! (docs/facts/transformer.md#server-calls, #stat-tags, #socket-errors, #error-texts).
//!
//! # Which status
//! rudder-server gives up on 3xx and most 4xx at once, on everything from 500 after three hours, tries 408 and 429 for as
//! long as it keeps jobs (30 days), and takes a 2xx that delivers nothing for a success (docs/facts/gateway.md#outcomes). So:
//! * what is wrong with the event keeps its 4xx: it will never be right;
//! * what passes by itself is 429 or 5xx;
//! * what an operator must mend (a refused login, a permission, a redirect) is 429, since the event is good, and a
//!   password that was changed on a Friday is mended on a Monday;
//! * names that do not resolve, certificates and broken connections may be either: 500, as the peer has most of them.
//!
//! The text says what InMoment said, with its own status, as the peer does. Reply headers never appear in it.

use event::raw;
use inmoment::{FailedCall, HttpReply, LossCause, Said};
use mapping::DeadReason;
use mapping::refusal::VALUE_UNCONVERTIBLE;
use serde_json::{Value, json};

/// Longer reply bodies are cut in error texts: rudder-server stores every one of them.
const LONGEST_BODY: usize = 4_096;

/// What kind of failure it is, for the tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// the event or the request is wrong
    Validation,
    /// a call to InMoment came to nothing
    Network,
    /// what JavaScript would throw at
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

    /// Nothing is wrong with the event; the request or the destination of it cannot be used.
    pub(crate) fn native(text: impl Into<String>) -> JobFailure {
        JobFailure { status: 500, text: text.into(), kind: FailureKind::Native }
    }

    pub(crate) fn network(status: u16, text: impl Into<String>) -> JobFailure {
        JobFailure { status, text: text.into(), kind: FailureKind::Network }
    }

    /// The calls InMoment allows are used up. Nothing was sent.
    pub(crate) fn throttled(seconds: u64) -> JobFailure {
        let text = format!(
            "InMoment's limit of calls is used up for another {seconds} s: the end user was not looked up, try again"
        );
        JobFailure::network(429, text)
    }

    /// The mapping's refusal. Where JavaScript would have thrown, rudder-server gets the 500 it would have got.
    pub(crate) fn refused(refusal: &DeadReason) -> JobFailure {
        if refusal.code == VALUE_UNCONVERTIBLE || refusal.reason.ends_with("is not a function") {
            return JobFailure::native(refusal.reason.clone());
        }
        JobFailure::validation(refusal.reason.clone())
    }

    /// A look-up that was answered with neither an end user nor "unknown".
    pub(crate) fn look_up(reply: &HttpReply) -> JobFailure {
        JobFailure::said(LOOK_UP, body_of(reply), reply.status, status_of_call(reply.status))
    }

    /// A call that could not be made or was not answered.
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

    /// `status` is what was answered, `answer` what rudder-server is told.
    fn said(what: &str, body: Value, status: u16, answer: u16) -> JobFailure {
        let message = format!("{what} due to {body}");
        let text = json!({"message": message, "destinationResponse": {"response": body, "status": status}});
        JobFailure::network(answer, text.to_string())
    }
}

const TOKEN: &str = "Access token could not be generated";
const LOOK_UP: &str = "Unable to retrieve userId";

/// What rudder-server is told about a call that was answered with this status.
pub(crate) fn status_of_call(status: u16) -> u16 {
    match status {
        300..=399 | 401 | 403 | 407 => 429,
        400..=599 => status,
        _ => 500,
    }
}

/// The same for a request for a token, which is never about the event.
fn status_of_token(status: u16) -> u16 {
    match status {
        300..=499 if status != 408 => 429,
        408 | 500..=599 => status,
        _ => 500,
    }
}

/// A call that nobody answered, in the peer's words (docs/facts/transformer.md#socket-errors).
pub(crate) fn lost(cause: LossCause) -> &'static str {
    match cause {
        LossCause::NoName => "[ENOTFOUND] :: DNS lookup failed",
        LossCause::Refused => "[ECONNREFUSED] :: Connection refused",
        LossCause::Reset => "[ECONNRESET] :: Connection reset by peer",
        LossCause::TimedOut => "[ECONNABORTED] :: Connection aborted",
        LossCause::Other => "[EPROTO]",
    }
}

/// A reply's body as the peer's HTTP client gives it: JSON where it is JSON, else text.
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
