//! Where a request comes from.

use http::header::HeaderMap;
use std::net::{IpAddr, SocketAddr};

const FORWARDED: &str = "x-forwarded-for";

/// The address of whoever sent a request with these headers over a connection from `peer`. Behind a proxy that is the
/// last element of `X-Forwarded-For`, which the proxy wrote; the client may have written those before it.
pub fn of(headers: &HeaderMap, peer: Option<IpAddr>, behind_proxy: bool) -> Option<IpAddr> {
    let named = if behind_proxy { forwarded(headers) } else { None };
    named.or(peer).map(|address| address.to_canonical())
}

fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    // Only the last element of the last header counts: bytes before it that are not text must not hide the proxy's
    // element.
    let last = headers.get_all(FORWARDED).iter().next_back()?.as_bytes();
    let element = std::str::from_utf8(last.rsplit(|byte| *byte == b',').next()?).ok()?.trim();
    let bare = element.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(element);
    bare.parse().ok().or_else(|| element.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests;
