//! Where a request carries its write key (docs/facts/gateway.md#write-key; docs/facts/sdks.md#rule-key).
//!
//! The user part of Basic authentication is the key, the password is ignored; beacon and pixel carry it in the query.
//! Segment's Java and web SDKs send no `Authorization` and put the key into the body: it counts there only when that
//! header is absent, and is masked in the body before the body is stored. A key is only looked up (see
//! [`crate::sources`]); it is never logged or copied into an error.

use crate::route::BodyKind;
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use std::borrow::Cow;

/// No source has longer credentials than this.
const MAX_LENGTH: usize = 1024;

/// Some clients leave the padding out, which is unambiguous.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A write key as it came, in a fixed buffer, so that a request needs no allocation for it.
pub(crate) struct GivenKey {
    buffer: [u8; MAX_LENGTH],
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
    let mut buffer = [0; MAX_LENGTH];
    let decoded = BASE64.decode_slice(token.trim_ascii(), &mut buffer).ok()?;
    let length = buffer[..decoded].iter().position(|byte| *byte == b':')?;
    (length > 0).then_some(GivenKey { buffer, length })
}

/// Where the key of an event request is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyPlace {
    Header,
    Query,
    Body,
}

/// The place of this request's key. A header that is present and wrong is not ignored.
pub(crate) fn place(way: BodyKind, headers: &HeaderMap) -> KeyPlace {
    match way {
        BodyKind::Beacon => KeyPlace::Query,
        _ if headers.contains_key(AUTHORIZATION) => KeyPlace::Header,
        _ => KeyPlace::Body,
    }
}

/// The top-level `writeKey` of a body, and the body with every letter of it replaced by `x`; `None` when it is absent,
/// empty, or the body is not a JSON object.
pub(crate) fn take_from_body(body: Bytes) -> Option<(String, Bytes)> {
    let whole = std::str::from_utf8(&body).ok()?;
    let text = whole.trim_start_matches('\u{feff}');
    let members = event::raw::members(text).ok()?;
    let texts: Vec<&str> =
        members.iter().filter(|(name, _)| name == "writeKey").map(|(_, value)| *value).collect();
    let key = event::raw::value(texts.last()?).ok()?.as_str()?.to_owned();
    if key.is_empty() || key.len() > MAX_LENGTH {
        return None;
    }
    let mut masked = whole.as_bytes().to_vec();
    for value in texts.iter().filter(|value| value.starts_with('"')) {
        let start = value.as_ptr().addr() - whole.as_ptr().addr();
        masked[start + 1..start + value.len() - 1].fill(b'x');
    }
    Some((key, Bytes::from(masked)))
}

/// The first `writeKey` of a query, decoded once; `None` when it is absent or empty.
pub(crate) fn query(query: Option<&str>) -> Option<Cow<'_, str>> {
    let (_, key) = form_urlencoded::parse(query?.as_bytes()).find(|(name, _)| name == "writeKey")?;
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests;
