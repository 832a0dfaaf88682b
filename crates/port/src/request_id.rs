//! The id of a request (`X-Request-Id`), by which its reply and the log speak of it.
//!
//! A caller's own id is taken over, so that a request is called the same by every program that it passes through. Since it goes
//! into the log and into a header, it is taken only as far as it can be nothing but an id: 1 to 128 letters, digits and
//! marks that ids are written with (UUID, ULID, W3C trace ids, AWS' `Root=1-…`). No space, quotation mark, control
//! character or `@` is among them. Whatever else a caller sends counts as nothing, and so do several ids.

use http::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;

/// The header that carries it, both ways.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longer ones are no ids.
const MAX_LENGTH: usize = 128;

/// The id of one request. It is in the request's extensions, in its header, and in the header of the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The caller's, or a new one (a random UUID, RFC 9562 version 4).
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
        // Digits and dashes are a header's value.
        RequestId(HeaderValue::try_from(event::as_uuid(random)).unwrap_or(HeaderValue::from_static("none")))
    }

    /// As it stands in a request that is handed on, and in a reply.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

fn is_of_an_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.:+/=~".contains(&byte)
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All of it is ASCII.
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
