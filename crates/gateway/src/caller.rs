//! What a request says of its caller besides the write key.

use crate::settings::ClientIp;
use http::HeaderMap;
use std::net::IpAddr;

/// The longest text taken for an address from `X-Forwarded-For`; an IPv6 address with its zone is shorter.
const LONGEST_ADDRESS: usize = 100;

/// The first element of `X-Forwarded-For` without its spaces, where that counts; else the peer (gateway.md 1.4).
pub(crate) fn address(whose_word: ClientIp, headers: &HeaderMap, peer: IpAddr) -> String {
    let forwarded = headers
        .get("x-forwarded-for")
        .filter(|_| whose_word == ClientIp::Forwarded)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(',').next())
        .map(|first| first.replace(' ', ""))
        .filter(|first| !first.is_empty() && first.len() <= LONGEST_ADDRESS);
    forwarded.unwrap_or_else(|| peer.to_canonical().to_string())
}

/// Jobs that import in bulk are not held to the rate limit (gateway.md 1.4).
pub(crate) fn is_job_run(headers: &HeaderMap) -> bool {
    ["x-rudder-job-run-id", "x-rudder-task-run-id"]
        .iter()
        .any(|name| headers.get(*name).is_some_and(|value| !value.is_empty()))
}
