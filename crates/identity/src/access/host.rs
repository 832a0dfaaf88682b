//! A server that listens on loopback alone answers only requests whose `Host` is one of this machine's own names.
//!
//! A page of another site can give its own name the address 127.0.0.1 after it was loaded (DNS rebinding); the browser
//! then takes this server for a part of that site. The `Host` header is still the site's name.

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Is the request meant for this machine? A request without a `Host` counts as meant for it, because no browser sends
/// one.
pub fn is_this_machine(parts: &Parts) -> bool {
    let mut hosts = parts.headers.get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (None, _) => true,
        (Some(host), None) => host.to_str().is_ok_and(names_this_machine),
        (Some(_), Some(_)) => false,
    };
    host && parts.uri.authority().is_none_or(|authority| names_this_machine(authority.as_str()))
}

fn names_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    if host.contains('@') {
        return false;
    }
    let name = authority.host();
    let v6 = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    match v6 {
        Some(v6) => v6.parse() == Ok(Ipv6Addr::LOCALHOST),
        // An IP literal cannot be rebound by DNS.
        None => match name.parse::<Ipv4Addr>() {
            Ok(v4) => v4.is_loopback(),
            Err(_) => name.eq_ignore_ascii_case("localhost"),
        },
    }
}

#[cfg(test)]
mod tests;
