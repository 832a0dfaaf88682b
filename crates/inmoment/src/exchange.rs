//! What went over the wire for one call, fit to be kept: it becomes part of an event's story.
//!
//! Unlike an error's message it holds personal data, for it tells of one event to people who may see that event. It never
//! holds what opens a door: the access token, the password and the account token are hidden wherever they stand, and a
//! token request shows neither its form nor its reply.

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
    /// The status of the reply, if there was one. A call that was not sent, for want of a token, has none.
    pub status: Option<u16>,
    /// The reply's body; empty when it did not come whole.
    pub reply: String,
    /// When the request went out, UNIX milliseconds.
    pub started_at_ms: i64,
    /// What time it was at InMoment when it answered, UNIX milliseconds, if it said so (`Date`).
    pub date_ms: Option<i64>,
    /// From then until its reply was there, or given up.
    pub took: Duration,
}

/// What a call came to, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    /// What it means.
    pub outcome: CallOutcome,
    /// What was sent and what came back. After a refused access token: of the last request, the one that counts.
    pub exchange: Exchange,
}

impl Exchange {
    /// Of this request and its reply, with these secrets hidden.
    pub fn new(
        request: &HttpRequest,
        reply: Option<&HttpReply>,
        secrets: &[&str],
        started_at_ms: i64,
        took: Duration,
    ) -> Exchange {
        Exchange::hiding(request, reply, &Secrets::new(secrets), started_at_ms, took)
    }

    /// The same, with secrets whose spellings are known.
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
