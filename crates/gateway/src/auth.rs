//! Where a request carries its write key (gateway.md 1.3; sdks.md 1, rule 2).
//!
//! The user part of Basic authentication is the key, the password is ignored; beacon and pixel carry it in the query.
//! A key is only ever looked up (see [`crate::sources`]), never logged or copied into an error.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use std::borrow::Cow;

/// Longer credentials than this are nobody's.
const LONGEST: usize = 1024;

/// Some clients leave the padding out; there is only one thing they can mean.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A write key as it came, in a buffer of its own: no allocation for each request.
pub(crate) struct GivenKey {
    buffer: [u8; LONGEST],
    length: usize,
}

impl GivenKey {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

/// The key of a Basic `Authorization` header; `None` when there is none, or it is malformed or empty.
pub(crate) fn basic(headers: &HeaderMap) -> Option<GivenKey> {
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let mut buffer = [0; LONGEST];
    let decoded = BASE64.decode_slice(token.trim_ascii(), &mut buffer).ok()?;
    let length = buffer[..decoded].iter().position(|byte| *byte == b':')?;
    (length > 0).then_some(GivenKey { buffer, length })
}

/// The first `writeKey` of a query, decoded once; `None` when it is absent or empty.
pub(crate) fn query(query: Option<&str>) -> Option<Cow<'_, str>> {
    let (_, key) = form_urlencoded::parse(query?.as_bytes()).find(|(name, _)| name == "writeKey")?;
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests;
