//! Properties of a request's caller other than the write key.
//!
//! # Which address is the caller's
//! `X-Forwarded-For` lists addresses, and each proxy on the way adds one at the end. An element counts only if it *is*
//! an address: a port, the brackets of IPv6, a zone and quotes are taken off, and an element that is not an address
//! then (`unknown`, a host name, an empty element, bytes that are not UTF-8) is ignored.
//!
//! * [`ClientIp::Forwarded`]: the first element that counts, as RudderStack does
//!   (docs/facts/gateway.md#caller-address); the peer if there is none.
//! * [`ClientIp::Behind`]: only elements that trusted proxies wrote count. From a peer that is not a trusted proxy, the
//!   header is ignored. Otherwise the list is read from its end, trusted proxies are skipped, and the first other
//!   address is the caller's. So a caller cannot forge its address by writing into the header. If all are trusted
//!   proxies, the first one is the caller: the machine of a proxy made the request.
//! * [`ClientIp::Peer`]: the peer, always.

use crate::settings::ClientIp;
use http::HeaderMap;
use std::net::IpAddr;

/// The longest element that is read; an IPv6 address with its zone, port and quotes is shorter.
const LONGEST_ELEMENT: usize = 100;

/// The caller's address.
pub(crate) fn address(client_ip: &ClientIp, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
    let peer = peer.to_canonical();
    let caller = match client_ip {
        ClientIp::Peer => None,
        ClientIp::Forwarded => elements(headers).next(),
        ClientIp::Behind(proxies) => {
            let trusted = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
            if trusted(&peer) { last_but(headers, trusted) } else { None }
        }
    };
    caller.unwrap_or(peer)
}

/// The last address of the list that is not trusted, or else its first.
fn last_but(headers: &HeaderMap, trusted: impl Fn(&IpAddr) -> bool) -> Option<IpAddr> {
    let mut first = None;
    let mut last = None;
    for address in elements(headers) {
        first.get_or_insert(address);
        if !trusted(&address) {
            last = Some(address);
        }
    }
    last.or(first)
}

/// The addresses of all `X-Forwarded-For` headers, in their order.
fn elements(headers: &HeaderMap) -> impl Iterator<Item = IpAddr> + '_ {
    let values = headers.get_all("x-forwarded-for").into_iter();
    // Each element is parsed by itself, so that text which a caller puts in front cannot hide a proxy's element behind
    // it.
    let elements = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    elements.filter_map(|element| std::str::from_utf8(element).ok()).filter_map(address_of)
}

/// Parses an element as an address.
fn address_of(text: &str) -> Option<IpAddr> {
    if text.len() > LONGEST_ELEMENT {
        return None;
    }
    // RudderStack removes all spaces, including those inside (docs/facts/gateway.md#caller-address).
    let text = text.replace([' ', '\t', '"', '\''], "");
    let host = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map(|(host, _)| host)?,
        // A single colon precedes a port; an IPv6 address has at least two.
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => host,
            _ => &text,
        },
    };
    let without_zone = host.split('%').next().unwrap_or(host);
    let address = without_zone.parse::<IpAddr>().ok()?.to_canonical();
    // Some proxies write `0.0.0.0` for an unknown address.
    (!address.is_unspecified()).then_some(address)
}

/// The limit of events does not apply to bulk imports (docs/facts/gateway.md#job-run-id); only a source of kind
/// `server` may say so.
pub(crate) fn is_job_run(headers: &HeaderMap) -> bool {
    ["x-rudder-job-run-id", "x-rudder-task-run-id"]
        .iter()
        .any(|name| headers.get(*name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests;
