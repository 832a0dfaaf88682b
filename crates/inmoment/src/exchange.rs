//! The request and the reply of one call, in a form that may be stored: they become part of an event's story.
//!
//! Unlike an error's message it contains personal data, because it is shown only to people who may see the event. It
//! never contains secrets: the access token, the password and the account token are hidden everywhere, and a token
//! request shows neither its form nor its reply.

use crate::http::{HttpReply, HttpRequest};
use crate::mask::Secrets;
use crate::outcome::CallOutcome;
use crate::rate::date_of;
use std::fmt;
use std::time::Duration;

/// One request and its reply. Texts are cut to 16 KiB. `Debug` shows no path and no text.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    /// `GET`, `POST` or `PUT`
    pub method: &'static str,
    /// Path and query, percent-encoded.
    pub target: String,
    /// The form that was sent; empty for a GET.
    pub request: String,
    /// The status of the reply, if there was one. A call that was not sent because there was no token has none.
    pub status: Option<u16>,
    /// The reply's body; empty if it was incomplete.
    pub reply: String,
    /// When the request was sent, UNIX milliseconds.
    pub started_at_ms: i64,
    /// InMoment's time when it answered, UNIX milliseconds, if the reply has a `Date`.
    pub date_ms: Option<i64>,
    /// The time until the reply arrived or the call was abandoned.
    pub took: Duration,
}

/// The outcome of a call, and its exchange.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    /// What it means.
    pub outcome: CallOutcome,
    /// The request and the reply. If the access token was refused: those of the last request, which counts.
    pub exchange: Exchange,
}

impl Exchange {
    /// The exchange of this request and its reply, with these secrets hidden.
    pub fn new(
        request: &HttpRequest,
        reply: Option<&HttpReply>,
        secrets: &[&str],
        started_at_ms: i64,
        took: Duration,
    ) -> Exchange {
        Exchange::hiding(request, reply, &Secrets::new(secrets), started_at_ms, took)
    }

    /// The same, with secrets whose spellings are prepared.
    pub(crate) fn hiding(
        request: &HttpRequest,
        reply: Option<&HttpReply>,
        secrets: &Secrets,
        started_at_ms: i64,
        took: Duration,
    ) -> Exchange {
        let text = |bytes: &[u8]| secrets.masked(bytes);
        Exchange {
            method: request.method,
            target: text(request.path.as_bytes()),
            request: request.form.as_deref().map(|form| text(form.as_bytes())).unwrap_or_default(),
            status: reply.map(|reply| reply.status),
            reply: reply.map(|reply| text(&reply.body)).unwrap_or_default(),
            started_at_ms,
            date_ms: reply.and_then(date_of).map(|secs| secs.saturating_mul(1_000)),
            took,
        }
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("method", &self.method)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
