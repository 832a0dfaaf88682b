//! The kinds of IP addresses that are not ordinary addresses of the internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The kinds that are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressKind {
    Loopback,
    Unspecified,
    LinkLocal,
    Metadata,
    Multicast,
    Private,
    Reserved,
}

impl AddressKind {
    pub(super) fn words(self) -> &'static str {
        match self {
            AddressKind::Loopback => "this machine's own address",
            AddressKind::Unspecified => "an unspecified address",
            AddressKind::LinkLocal => "a link-local address",
            AddressKind::Metadata => "the address of a cloud's metadata service",
            AddressKind::Multicast => "a multicast or broadcast address",
            AddressKind::Private => "an address of a private network",
            AddressKind::Reserved => "a reserved address",
        }
    }
}

/// The address that a packet to `ip` reaches in the end: an IPv4 address within an IPv6 one counts as the IPv4 address.
pub(super) fn effective(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => ip,
        // mapped (RFC 4291 2.5.5.2), compatible (2.5.5.1), translated (RFC 2765), NAT64 (RFC 6052)
        [0, 0, 0, 0, 0, 0xffff | 0, a, b]
        | [0, 0, 0, 0, 0xffff, 0, a, b]
        | [0x64, 0xff9b, 0, 0, 0, 0, a, b]
        // 6to4 (RFC 3056)
        | [0x2002, a, b, ..] => IpAddr::V4(v4(a, b)),
        // Teredo (RFC 4380): the client's address with inverted bits
        [0x2001, 0, _, _, _, _, a, b] => IpAddr::V4(v4(!a, !b)),
        _ => ip,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}

/// The kind of `ip`; `None` for an ordinary address of the internet.
pub(super) fn of(ip: IpAddr) -> Option<AddressKind> {
    match ip {
        IpAddr::V4(ip) => of_v4(ip),
        IpAddr::V6(ip) => of_v6(ip),
    }
}

/// The kind by IANA's registry of special-purpose IPv4 addresses.
fn of_v4(ip: Ipv4Addr) -> Option<AddressKind> {
    match ip.octets() {
        // AWS, Google, Azure and others; Alibaba; Azure's wire server; Oracle
        [169, 254, 169, 254] | [100, 100, 100, 200] | [168, 63, 129, 16] | [192, 0, 0, 192] => {
            Some(AddressKind::Metadata)
        }
        [127, ..] => Some(AddressKind::Loopback),
        [0, ..] => Some(AddressKind::Unspecified),
        [169, 254, ..] => Some(AddressKind::LinkLocal),
        [10, ..] | [192, 168, ..] | [172, 16..=31, ..] | [100, 64..=127, ..] => Some(AddressKind::Private),
        [224..=239, ..] | [255, 255, 255, 255] => Some(AddressKind::Multicast),
        [192, 0, 0 | 2, _] | [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] | [240..=255, ..] => {
            Some(AddressKind::Reserved)
        }
        _ => None,
    }
}

/// The kind by IANA's registry of special-purpose IPv6 addresses.
fn of_v6(ip: Ipv6Addr) -> Option<AddressKind> {
    match ip.segments() {
        [0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254] | [0xfd20, 0x0ce, 0, 0, 0, 0, 0, 0x254] => {
            Some(AddressKind::Metadata)
        }
        [0, 0, 0, 0, 0, 0, 0, 1] => Some(AddressKind::Loopback),
        [0, 0, 0, 0, 0, 0, 0, 0] => Some(AddressKind::Unspecified),
        [0xfe80..=0xfebf, ..] => Some(AddressKind::LinkLocal),
        [0xff00..=0xffff, ..] => Some(AddressKind::Multicast),
        [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Some(AddressKind::Private),
        // NAT64 within one network, discarding, documentation, segment routing; what is not assigned at all
        [0x64, 0xff9b, 1, ..] | [0x100, 0, 0, 0, ..] | [0x2001, 0xdb8, ..] | [0x3fff, ..] | [0x5f00, ..] => {
            Some(AddressKind::Reserved)
        }
        [0x2000..=0x3fff, ..] => None,
        _ => Some(AddressKind::Reserved),
    }
}
