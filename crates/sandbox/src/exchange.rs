//! A request and a reply as plain data, and the shapes of InMoment's refusals
//! (docs/facts/inmoment-api.md#error-bodies).

use std::fmt;

use serde_json::{Value, json};

/// One HTTP request. `Debug` shows its method and size only: the rest is personal data or a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Upper case.
    pub method: String,
    /// Path and query as in the request line, still percent-encoded.
    pub target: String,
    /// Names in any letter case.
    pub headers: Vec<(String, String)>,
    /// The body after transfer decoding.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of that name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The target's query, without the question mark.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// One HTTP reply. `Debug` shows its status and size only.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names in the letter case of InMoment's documentation.
    pub headers: Vec<(String, String)>,
    /// JSON, except where a fault says otherwise; may be empty.
    pub body: Vec<u8>,
}

impl Reply {
    /// A JSON reply.
    pub(crate) fn json(status: u16, body: &Value) -> Reply {
        Reply {
            status,
            headers: vec![("Content-Type".into(), "application/json".into())],
            body: body.to_string().into_bytes(),
        }
    }

    /// A reply without a body.
    pub(crate) fn empty(status: u16) -> Reply {
        Reply { status, headers: Vec::new(), body: Vec::new() }
    }

    /// The same reply with this body.
    pub(crate) fn text(mut self, body: &str) -> Reply {
        self.body = body.as_bytes().to_vec();
        self
    }

    /// The same reply with one more header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Reply {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `None` if it is not JSON.
    pub fn value(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// One entry of an `error_list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: &'static str,
    pub(crate) message: String,
    pub(crate) field: Option<String>,
}

impl Problem {
    /// A required parameter is absent; the word is known from a sibling of InMoment's API (docs/facts/inmoment-api.md#error-bodies).
    pub(crate) fn missing(field: &str) -> Problem {
        Problem {
            status: "missing_param",
            message: format!("{field} is missing"),
            field: Some(field.to_owned()),
        }
    }

    /// A parameter that cannot be read as its type: Grape's stock text.
    pub(crate) fn invalid(field: &str) -> Problem {
        Problem {
            status: "invalid_param",
            message: format!("{field} is invalid"),
            field: Some(field.to_owned()),
        }
    }

    /// A parameter outside its permitted values: Grape's stock text, seen live for `page`
    /// (docs/facts/inmoment-api.md#pagination).
    pub(crate) fn bad_value(field: &str) -> Problem {
        Problem {
            status: "invalid_param",
            message: format!("{field} does not have a valid value"),
            field: Some(field.to_owned()),
        }
    }
}

/// The envelope `error_list` (docs/facts/inmoment-api.md#e1).
pub(crate) fn error_list(status: u16, problems: &[Problem]) -> Reply {
    let errors: Vec<Value> = problems
        .iter()
        .map(|problem| json!({"status": problem.status, "message": problem.message, "field": problem.field}))
        .collect();
    Reply::json(status, &json!({"type": "error_list", "errors": errors}))
}

/// An `error_list` of one entry that concerns no field.
fn one_error(status: u16, word: &'static str, message: &str) -> Reply {
    error_list(status, &[Problem { status: word, message: message.into(), field: None }])
}

/// 404 of a record (docs/facts/inmoment-api.md#e1, #q21).
pub(crate) fn record_not_found() -> Reply {
    one_error(404, "record_not_found", "The record could not be found")
}

/// 423 (docs/facts/inmoment-api.md#q31; the status is documented, the body is not).
pub(crate) fn feature_not_enabled() -> Reply {
    one_error(423, "feature_not_enabled", "The feature is not enabled for this account")
}

/// 429 (docs/facts/inmoment-api.md#q24; the status is documented, the words are not).
pub(crate) fn rate_limit_exceeded() -> Reply {
    one_error(429, "rate_limit_exceeded", "Rate limit exceeded")
}

/// 404 of a route (docs/facts/inmoment-api.md#q22), and of an unknown `account_token` with another letter case
/// (docs/facts/inmoment-api.md#token-wrong-account).
pub(crate) fn no_route() -> Reply {
    Reply::json(404, &json!({"error": "Not Found", "status": 404}))
}

/// 405 (docs/facts/inmoment-api.md#q22).
pub(crate) fn method_not_allowed(allowed: &str) -> Reply {
    Reply::json(405, &json!({"error": "405 Not Allowed"})).with("Allow", allowed)
}

/// "… has already been taken" (docs/facts/inmoment-api.md#e2).
pub(crate) fn taken(status: u16, what: &str) -> Reply {
    Reply::json(status, &json!({"error": format!("Validation failed: {what} has already been taken")}))
}

/// 401 of a resource (docs/facts/inmoment-api.md#e5, #q20).
pub(crate) fn unauthorized(message: &str) -> Reply {
    Reply::json(401, &json!({"error": message})).with(
        "WWW-Authenticate",
        format!("Bearer realm=\"Doorkeeper\", error=\"invalid_token\", error_description=\"{message}\""),
    )
}

/// Rails' stock 500, for what PostgreSQL refuses (`string contains null byte`, `unsupported Unicode escape sequence`).
pub(crate) fn internal_error() -> Reply {
    Reply::json(500, &json!({"status": 500, "error": "Internal Server Error"}))
}

/// A request that is too large or too broken for every endpoint.
pub(crate) fn unreadable(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({"error": message, "status": status}))
}
