//! CORS headers, which browsers need on every reply, including refusals: a reply without them is a network error to the
//! web SDK, which then sends a permanently refused request for ever (docs/facts/sdks.md#rule-cors;
//! docs/facts/gateway.md#cors).
//!
//! Any origin may send events, so the origin is echoed. This port does not use cookies, so a page can read only what
//! its own write key already allows.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;

const PREFLIGHT_VARY: HeaderValue =
    HeaderValue::from_static("Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
const VARY_ORIGIN: HeaderValue = HeaderValue::from_static("Origin");
const TRUE: HeaderValue = HeaderValue::from_static("true");
const MAX_AGE: HeaderValue = HeaderValue::from_static("900");

/// The reply to a preflight, if this is one: an `OPTIONS` request that names a method, on any path.
pub(crate) fn preflight(method: &Method, headers: &HeaderMap) -> Option<Response<Full<Bytes>>> {
    let wanted = headers.get(ACCESS_CONTROL_REQUEST_METHOD).filter(|_| method == Method::OPTIONS)?;
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let reply = response.headers_mut();
    reply.insert(VARY, PREFLIGHT_VARY);
    let allowed = matches!(wanted.as_bytes(), b"GET" | b"POST" | b"HEAD" | b"OPTIONS");
    if let Some(origin) = headers.get(ORIGIN).filter(|_| allowed) {
        reply.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        reply.insert(ACCESS_CONTROL_ALLOW_METHODS, wanted.clone());
        for asked in headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS) {
            reply.append(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        }
        reply.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
        reply.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
    Some(response)
}

/// Allows the origin of the request to read this reply.
pub(crate) fn mark(origin: Option<HeaderValue>, reply: &mut HeaderMap) {
    reply.insert(VARY, VARY_ORIGIN);
    if let Some(origin) = origin {
        reply.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        reply.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
    }
}
