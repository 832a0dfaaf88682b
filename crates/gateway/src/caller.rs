//! What a request says of its caller besides the write key.

use crate::settings::ClientIp;
use http::HeaderMap;
use std::borrow::Cow;
use std::net::IpAddr;

/// The longest text taken for an address from `X-Forwarded-For`; an IPv6 address with its zone is shorter.
const LONGEST_ADDRESS: usize = 100;

/// The first element of `X-Forwarded-For` without its spaces, where that counts; else the peer (gateway.md 1.4).
pub(crate) fn address(whose_word: ClientIp, headers: &HeaderMap, peer: IpAddr) -> String {
    let forwarded = match whose_word {
        ClientIp::Forwarded => forwarded(headers).map(Cow::into_owned),
        ClientIp::Peer => None,
    };
    forwarded.unwrap_or_else(|| peer.to_canonical().to_string())
}

/// What `X-Forwarded-For` says first, without its spaces.
pub(crate) fn forwarded(headers: &HeaderMap) -> Option<Cow<'_, str>> {
    let first = headers.get("x-forwarded-for")?.to_str().ok()?.split(',').next()?.trim();
    let first = if first.contains(' ') { Cow::from(first.replace(' ', "")) } else { Cow::from(first) };
    (!first.is_empty() && first.len() <= LONGEST_ADDRESS).then_some(first)
}

/// Jobs that import in bulk are not held to the limit of events (gateway.md 1.4); only a server's word counts for that.
pub(crate) fn is_job_run(headers: &HeaderMap) -> bool {
    ["x-rudder-job-run-id", "x-rudder-task-run-id"]
        .iter()
        .any(|name| headers.get(*name).is_some_and(|value| !value.is_empty()))
}
