use super::*;
use std::net::SocketAddr;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn addresses_that_only_this_server_may_reach_are_refused_in_every_form() {
    let policy = AddressPolicy::default();
    for host in [
        // a metadata service, in every notation
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0xA9.0xFE.0xA9.0xFE",
        "0251.0376.0251.0376",
        "169.254.43518",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[0:0:0:0:0:ffff:a9fe:a9fe]",
        "[::169.254.169.254]",
        "[64:ff9b::169.254.169.254]",
        "[2002:a9fe:a9fe::1]",
        "[2001:0:1::5601:5601]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "metadata.google.internal",
        "METADATA.google.internal.",
        "instance-data",
        // link-local, multicast, unspecified, broadcast
        "169.254.0.1",
        "[fe80::1]",
        "[febf::1]",
        "224.0.0.1",
        "239.255.255.250",
        "[ff02::1]",
        "0.0.0.0",
        "0",
        "0.1.2.3",
        "[::]",
        "255.255.255.255",
        // private and reserved
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[fec0::1]",
        "198.18.0.1",
        "203.0.113.7",
        "240.0.0.1",
        "[2001:db8::1]",
        "[64:ff9b:1::1]",
        "[100::1]",
        "[4000::1]",
    ] {
        let checked = policy.check_url(&url(&format!("https://{host}/hook")));
        let refused = checked.expect_err(host).to_string();
        assert!(refused.contains("admin.allowed_networks"), "{host}: {refused}");
    }
}

#[test]
fn ordinary_addresses_and_this_machine_by_its_own_name_are_allowed() {
    let policy = AddressPolicy::default();
    for host in [
        "hooks.slack.com",
        "api.wootric.com",
        "metadata.example.com",
        "8.8.8.8",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.0.1",
        "100.128.0.1",
        "192.167.0.1",
        "169.253.0.1",
        "[2606:4700::1111]",
        "[2001:4860::8888]",
        "127.0.0.1:9500",
        "localhost:9500",
        "[::1]:9500",
        "[::ffff:127.0.0.1]",
    ] {
        assert_eq!(policy.check_url(&url(&format!("http://{host}/"))), Ok(()), "{host}");
    }
}

#[test]
fn what_a_name_resolves_to_is_checked_and_only_what_passed_is_connected_to() {
    let resolver = AddressPolicy::default().resolver();
    let at = |text: &str| -> SocketAddr { text.parse().unwrap() };
    let passed = |name: &str, found: &[&str]| {
        resolver.passed(name, found.iter().map(|one| at(one)).collect()).map(|passed| passed.len())
    };
    assert_eq!(passed("a.example", &["93.184.216.34:0"]), Ok(1));
    assert_eq!(
        passed("a.example", &["93.184.216.34:0", "10.0.0.1:0", "[fe80::1]:0"]),
        Ok(1),
        "one may be called"
    );
    assert_eq!(passed("a.example", &[]), Ok(0), "the client says that there is none");
    for bad in ["169.254.169.254:0", "10.0.0.1:0", "[::ffff:10.0.0.1]:0", "[fd00:ec2::254]:0", "0.0.0.0:0"] {
        assert!(passed("a.example", &[bad]).is_err(), "{bad}");
        assert!(passed("localhost", &[bad]).is_err(), "{bad}");
    }
    // A foreign name that resolves to this machine is an attack (DNS rebinding).
    assert!(passed("a.example", &["127.0.0.1:0"]).is_err());
    assert!(passed("a.example", &["[::1]:0"]).is_err());
    assert!(passed("notlocalhost", &["127.0.0.1:0"]).is_err());
    assert_eq!(passed("localhost", &["127.0.0.1:0", "[::1]:0"]), Ok(2));
    assert_eq!(passed("rapport.localhost.", &["127.0.0.1:0"]), Ok(1));
}

#[test]
fn networks_of_the_configuration_are_allowed_and_nothing_beside_them() {
    let networks = ["10.1.0.0/16", "fd12::/64", "192.168.7.7/32", "127.0.0.0/8"];
    let policy = AddressPolicy::allowing(networks.map(|text| text.parse().unwrap()).to_vec());
    for good in ["10.1.255.255", "[::ffff:10.1.0.1]", "[fd12::1]", "192.168.7.7"] {
        assert_eq!(policy.check_url(&url(&format!("https://{good}/"))), Ok(()), "{good}");
    }
    for bad in ["10.2.0.0", "10.0.255.255", "[fd12:0:0:1::1]", "192.168.7.8", "169.254.169.254"] {
        assert!(policy.check_url(&url(&format!("https://{bad}/"))).is_err(), "{bad}");
    }
    let found = vec!["127.0.0.1:0".parse().unwrap()];
    assert!(policy.resolver().passed("a.example", found).is_ok(), "the configuration says so");
}

#[tokio::test]
async fn a_real_look_up_is_checked() {
    use reqwest::dns::Resolve;
    let name = || "localhost".parse::<reqwest::dns::Name>().unwrap();
    let found = AddressPolicy::default().resolver().resolve(name()).await.unwrap();
    assert!(found.count() > 0);
}
