//! Replies, before CORS headers are added (docs/facts/gateway.md#replies).
//!
//! Texts are plain, never JSON: an error in JSON makes the Python SDK fail in its own error handling and send a
//! permanently refused request again and again (docs/facts/sdks.md#rule-text-errors).

use crate::refusal::RequestRefusal;
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const IMAGE: HeaderValue = HeaderValue::from_static("image/gif");
const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A reply under way.
#[derive(Debug)]
pub(crate) struct Reply(Response<Full<Bytes>>);

impl Reply {
    fn new(status: StatusCode, body: Bytes) -> Self {
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = status;
        Reply(response)
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers_mut().insert(name, value);
        self
    }

    /// An error in RudderStack's form: plain text, with a header that forbids guessing its type.
    fn error(status: StatusCode, text: impl Into<Bytes>) -> Self {
        Reply::new(status, text.into()).with(CONTENT_TYPE, TEXT).with(X_CONTENT_TYPE_OPTIONS, NO_SNIFF)
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// Forbids caching, so that changed settings reach callers at once (docs/facts/sdks.md#check-46).
    pub(crate) fn not_cached(self) -> Self {
        self.with(CACHE_CONTROL, NO_STORE)
    }

    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        self.0
    }
}

/// Exactly `200` and exactly `ok`: some SDKs accept no other success (docs/facts/sdks.md#rule-200).
pub(crate) fn ok() -> Reply {
    text("ok")
}

/// The reply of Segment's own service: its Java SDK accepts only JSON, and sends again after any other reply. Only
/// Segment's SDKs have their write key in the body.
pub(crate) fn success() -> Reply {
    json(Bytes::from_static(br#"{"success":true}"#))
}

pub(crate) fn text(text: &'static str) -> Reply {
    Reply::new(StatusCode::OK, Bytes::from_static(text.as_bytes())).with(CONTENT_TYPE, TEXT)
}

pub(crate) fn html(page: &'static str) -> Reply {
    Reply::new(StatusCode::OK, Bytes::from_static(page.as_bytes())).with(CONTENT_TYPE, HTML)
}

pub(crate) fn json(body: Bytes) -> Reply {
    Reply::new(StatusCode::OK, body).with(CONTENT_TYPE, JSON)
}

pub(crate) fn gif(image: &'static [u8]) -> Reply {
    Reply::new(StatusCode::OK, Bytes::from_static(image)).with(CONTENT_TYPE, IMAGE)
}

pub(crate) fn refused(refusal: RequestRefusal) -> Reply {
    let reply = Reply::error(refusal.status(), refusal.text());
    match refusal.retry_after() {
        Some(seconds) => reply.with(RETRY_AFTER, HeaderValue::from(seconds)),
        None => reply,
    }
}

pub(crate) fn unavailable(text: impl Into<Bytes>) -> Reply {
    Reply::error(StatusCode::SERVICE_UNAVAILABLE, text)
}

/// For unknown paths (docs/facts/gateway.md#unknown-path).
pub(crate) fn not_found() -> Reply {
    Reply::error(StatusCode::NOT_FOUND, "404 page not found\n")
}

/// The methods of a path, for an `OPTIONS` request that is not a preflight.
pub(crate) fn options(allow: &'static str) -> Reply {
    let allow =
        HeaderValue::from_str(&format!("{allow}, OPTIONS")).unwrap_or(HeaderValue::from_static("OPTIONS"));
    Reply::new(StatusCode::NO_CONTENT, Bytes::new()).with(ALLOW, allow)
}

/// The reply for a method that the path does not have; it has no body (docs/facts/gateway.md#wrong-method).
pub(crate) fn method_not_allowed(allow: &'static str) -> Reply {
    Reply::new(StatusCode::METHOD_NOT_ALLOWED, Bytes::new()).with(ALLOW, HeaderValue::from_static(allow))
}
