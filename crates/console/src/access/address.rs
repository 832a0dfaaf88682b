//! Where a request comes from.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

const FORWARDED: &str = "x-forwarded-for";

/// The address, if it is known: the guard puts it beside every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Address>().copied().unwrap_or(Address(None)))
    }
}

/// The peer; behind a proxy, whom the proxy names: the last element, for those before it are whatever the client wrote.
pub(crate) fn of(parts: &Parts, behind_proxy: bool) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let named = if behind_proxy { forwarded(parts) } else { None };
    named.or(peer).map(|address| address.to_canonical())
}

fn forwarded(parts: &Parts) -> Option<IpAddr> {
    // Of the last header only the last element is looked at: bytes that are no text, before it, must not hide what the proxy wrote.
    let last = parts.headers.get_all(FORWARDED).iter().next_back()?.as_bytes();
    let element = std::str::from_utf8(last.rsplit(|byte| *byte == b',').next()?).ok()?.trim();
    let bare = element.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(element);
    bare.parse().ok().or_else(|| element.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests;
