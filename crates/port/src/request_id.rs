//! The id of a request (`X-Request-Id`), which its reply and the log have.
//!
//! A caller's own id is used, so that a request has the same id in every program that it passes through. Because it is
//! written to the log and to a header, it is accepted only if it looks like an id: 1 to 128 letters, digits and the
//! punctuation of ids (UUID, ULID, W3C trace ids, AWS' `Root=1-…`), without spaces, quotation marks, control characters
//! and `@`. Any other value is ignored, and so are several ids.

use http::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;

/// The header of the id, in both directions.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longer values are not ids.
const MAX_LENGTH: usize = 128;

/// The id of one request. It is in the request's extensions, in its header, and in the header of the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The caller's id, or a new one (a random UUID, RFC 9562 version 4).
    pub(crate) fn of(headers: &HeaderMap) -> RequestId {
        RequestId::from_headers(headers).unwrap_or_else(|| RequestId::made_of(rand::random()))
    }

    fn from_headers(headers: &HeaderMap) -> Option<RequestId> {
        let mut said = headers.get_all(REQUEST_ID).iter();
        let (Some(id), None) = (said.next(), said.next()) else { return None };
        let is_id =
            (1..=MAX_LENGTH).contains(&id.len()) && id.as_bytes().iter().all(|byte| is_of_an_id(*byte));
        is_id.then(|| RequestId(id.clone()))
    }

    fn made_of(random: [u8; 16]) -> RequestId {
        // Digits and dashes are a valid header value.
        RequestId(HeaderValue::try_from(event::as_uuid(random)).unwrap_or(HeaderValue::from_static("none")))
    }

    /// The header value for a request that is passed on, and for a reply.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

fn is_of_an_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.:+/=~".contains(&byte)
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All characters are ASCII.
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
