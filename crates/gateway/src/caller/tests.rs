use super::*;
use http::HeaderValue;
use proptest::prelude::*;
use std::sync::Arc;

const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 9));

fn headers(values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append("x-forwarded-for", HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

fn behind(networks: &[&str]) -> ClientIp {
    ClientIp::Behind(networks.iter().map(|network| network.parse().unwrap()).collect::<Arc<[_]>>())
}

#[test]
fn an_element_is_read_as_an_address() {
    for (text, address) in [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("203.0.113.7:51234", "203.0.113.7"),
        ("\"203.0.113.7\"", "203.0.113.7"),
        ("'203.0.113.7'", "203.0.113.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("\"[2001:db8::1]:443\"", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("2001:db8 :: 1", "2001:db8::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unknown, 203.0.113.7", "203.0.113.7"),
        ("0.0.0.0, 203.0.113.7", "203.0.113.7"),
        ("[::]:0, 203.0.113.7", "203.0.113.7"),
        ("-, null, 203.0.113.7", "203.0.113.7"),
        ("\t203.0.113.7:\t", "203.0.113.7"),
        ("_hidden,,203.0.113.7", "203.0.113.7"),
        ("münchen.example.com, 203.0.113.7", "203.0.113.7"),
        ("proxy.example.com, 203.0.113.7, 203.0.113.8", "203.0.113.7"),
    ] {
        assert_eq!(address_of(&ClientIp::Forwarded, &[text]), address, "{text}");
    }
    assert_eq!(address_of(&ClientIp::Forwarded, &["unknown", "203.0.113.7"]), "203.0.113.7", "two headers");
}

#[test]
fn without_any_address_it_is_the_peer() {
    let long = "1".repeat(200);
    for text in [
        "",
        " ",
        ",",
        "unknown",
        "::",
        "::ffff:0.0.0.0",
        "for=203.0.113.7",
        "0xcb007107",
        "203.0.113.007",
        "http://203.0.113.7",
        "localhost",
        "256.1.1.1",
        "203.0.113.7.example.com",
        "[203.0.113.7",
        "[]",
        &long,
    ] {
        assert_eq!(address_of(&ClientIp::Forwarded, &[text]), "10.0.0.9", "{text}");
    }
    assert_eq!(address_of(&ClientIp::Forwarded, &[]), "10.0.0.9");
    assert_eq!(address_of(&ClientIp::Peer, &["203.0.113.7"]), "10.0.0.9");
}

#[test]
fn only_trusted_proxies_are_believed() {
    let proxies = behind(&["10.0.0.0/8", "2001:db8::/32"]);
    for (values, address) in [
        (&["203.0.113.7"][..], "203.0.113.7"),
        (&["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (&["198.51.100.1, 203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        (&["198.51.100.1", "203.0.113.7:1, [2001:db8::5]:2"], "203.0.113.7"),
        (&["198.51.100.1, 203.0.113.7, unknown"], "203.0.113.7"),
        (&["10.1.2.3, 10.4.5.6"], "10.1.2.3"),
        (&[], "10.0.0.9"),
    ] {
        assert_eq!(address_of(&proxies, values), address, "{values:?}");
    }
    assert_eq!(
        address_of(&behind(&["192.0.2.0/24"]), &["203.0.113.7"]),
        "10.0.0.9",
        "the peer is a stranger"
    );
}

proptest! {
    /// A caller may write any bytes into the header, even bytes that are not UTF-8: the trusted proxy's element comes
    /// after them and counts.
    #[test]
    fn a_caller_cannot_choose_its_address(forged in prop::collection::vec(prop_oneof![0x20u8..=0x7e, 0x80u8..=0xff], 0..60)) {
        let value = [&forged[..], b", 203.0.113.7"].concat();
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_bytes(&value).unwrap());
        prop_assert_eq!(address(&behind(&["10.0.0.0/8"]), &headers, PEER).to_string(), "203.0.113.7");
    }
}

fn address_of(client_ip: &ClientIp, values: &[&str]) -> String {
    address(client_ip, &headers(values), PEER).to_string()
}
