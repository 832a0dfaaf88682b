//! Replies (docs/facts/transformer.md#process, #request-failures): texts, JSON, and the format of rudder-transformer's
//! error handler.

use crate::element::quoted;
use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};

pub(crate) type Reply = Response<Body>;

/// Without this header on a 200, rudder-server panics (docs/facts/transformer.md#reply-rules).
const API_VERSION: (HeaderName, HeaderValue) =
    (HeaderName::from_static("apiversion"), HeaderValue::from_static("2"));

pub(crate) const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-rudder-should-retry");
pub(crate) const ERROR_REASON: HeaderName = HeaderName::from_static("x-rudder-error-reason");

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

pub(crate) fn json(status: StatusCode, body: impl Into<Body>) -> Reply {
    with(status, JSON, body)
}

pub(crate) fn text(status: StatusCode, body: impl Into<Body>) -> Reply {
    with(status, TEXT, body)
}

/// JSON with the header that rudder-server expects.
pub(crate) fn versioned(status: StatusCode, body: impl Into<Body>) -> Reply {
    let mut reply = json(status, body);
    reply.headers_mut().insert(API_VERSION.0, API_VERSION.1);
    reply
}

pub(crate) fn not_found() -> Reply {
    text(StatusCode::NOT_FOUND, "Not Found")
}

/// rudder-transformer's reply about an unknown destination.
pub(crate) fn unknown_destination(name: &str) -> Reply {
    let error = quoted(&format!("Unknown destination: {name}"));
    json(StatusCode::NOT_FOUND, format!("{{\"error\":{error}}}"))
}

/// A reply in the shape of rudder-transformer's error handler.
pub(crate) fn error(status: StatusCode, message: &str) -> Reply {
    json(status, format!("{{\"error\":\"Internal Server Error\",\"message\":{}}}", quoted(message)))
}

/// rudder-server sends the same request again after a while, and its jobs are unchanged
/// (docs/facts/transformer.md#should-retry).
pub(crate) fn come_back(reason: &'static str, message: &'static str) -> Reply {
    let mut reply = text(StatusCode::SERVICE_UNAVAILABLE, message);
    reply.headers_mut().insert(SHOULD_RETRY, HeaderValue::from_static("true"));
    reply.headers_mut().insert(ERROR_REASON, HeaderValue::from_static(reason));
    reply
}

fn with(status: StatusCode, content_type: HeaderValue, body: impl Into<Body>) -> Reply {
    let mut reply = Response::new(body.into());
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, content_type);
    reply
}
