use super::*;
use port::TlsFiles;

#[test]
fn a_port_that_others_reach_is_encrypted_or_behind_a_proxy() {
    let files = "tls = { certificate = \"tls/c.pem\", key = \"/k.pem\" }";
    for table in ["gateway", "admin"] {
        let with = |address: &str, keys: &str| format!("[{table}]\nlisten = \"{address}\"\n{keys}\n{BASE}");
        for address in ["0.0.0.0:7000", "[::]:7000", "192.0.2.1:7000"] {
            let found = problems(&with(address, ""));
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!((found[0].1.clone(), found[0].2), (format!("{table}.listen"), code::UNENCRYPTED));
            for word in ["certificate", "behind_proxy = true", "127.0.0.1"] {
                assert!(found[0].3.contains(word), "{}", found[0].3);
            }
            parse_with(&with(address, "behind_proxy = true"), &given()).unwrap();
            parse_with(&with(address, files), &given()).unwrap();
            assert_eq!(problems(&with(address, "behind_proxy = false")).len(), 1);
        }
        for address in ["127.0.0.1:7000", "[::1]:7000", "[::ffff:127.0.0.1]:7000"] {
            parse_with(&with(address, ""), &given()).unwrap();
        }
        for (keys, missing) in
            [("tls = { key = \"k\" }", "certificate"), ("tls = { certificate = \"c\" }", "key")]
        {
            let found = problems(&with("0.0.0.0:7000", keys));
            assert_eq!(found.len(), 1, "only what is missing: {found:?}");
            assert_eq!(
                (found[0].1.clone(), found[0].2),
                (format!("{table}.tls.{missing}"), code::MISSING_KEY)
            );
        }
    }
    let both = format!("[gateway]\n{files}\n[admin]\n{files}\n{BASE}");
    let config = parse_with(&both, &given()).unwrap();
    let wanted = Some(TlsFiles { certificate: "/etc/rapport/tls/c.pem".into(), key: "/k.pem".into() });
    assert_eq!((&config.gateway.tls, &config.admin.tls), (&wanted, &wanted));
}

#[test]
fn the_key_that_opened_the_admin_port_names_what_took_its_place() {
    let found = problems(&format!("[admin]\nallow_remote = true\nallow_remot = true\n{BASE}"));
    let [gone, unknown] = &found[..] else { panic!("{found:?}") };
    assert_eq!((gone.0, gone.1.as_str(), gone.2), (Some(2), "admin.allow_remote", code::UNKNOWN_KEY));
    assert!(gone.3.contains("behind_proxy = true") && gone.3.contains("[admin.tls]"), "{}", gone.3);
    assert!(!unknown.3.contains("allow_remote"), "{}", unknown.3);
}

#[test]
fn trusted_proxies_are_addresses_and_networks() {
    use gateway::ClientIp;
    let read =
        |keys: &str| parse_with(&format!("[gateway]\n{keys}\n{BASE}"), &given()).unwrap().gateway.client_ip;
    let both = ["10.0.0.0/8".parse().unwrap(), "2001:db8::1/128".parse().unwrap()];
    assert_eq!(read(r#"trusted_proxies = ["10.0.0.0/8", "2001:db8::1"]"#), ClientIp::Behind(both.into()));
    assert_eq!(read(""), ClientIp::Forwarded);
    assert_eq!(read("client_ip = \"peer\""), ClientIp::Peer);
    for (keys, line) in [
        (r#"trusted_proxies = ["10.0.0.0/33"]"#, 2),
        (r#"trusted_proxies = ["proxy.example.com"]"#, 2),
        ("client_ip = \"peer\"\ntrusted_proxies = []", 1),
    ] {
        let found = problems(&format!("[gateway]\n{keys}\n{BASE}"));
        let [problem] = &found[..] else { panic!("{keys}: {found:?}") };
        let place = (problem.0, problem.1.as_str(), problem.2);
        assert_eq!(place, (Some(line), "gateway.trusted_proxies", code::INVALID_VALUE), "{keys}");
    }
}

#[test]
fn addresses_that_callers_can_make_up_are_a_warning() {
    let files = "tls = { certificate = \"c\", key = \"k\" }";
    let warned = |keys: &str| {
        let text = format!("[gateway]\nlisten = \"0.0.0.0:7000\"\n{keys}\n{BASE}");
        let warnings = parse_with(&text, &given()).unwrap().warnings;
        warnings.iter().any(|warning| warning.contains("gateway.client_ip"))
    };
    assert!(warned(files));
    assert!(!warned(&format!("{files}\nclient_ip = \"peer\"")));
    assert!(!warned(&format!("{files}\nbehind_proxy = true")));
}

#[test]
fn what_a_public_source_may_send_is_a_size_for_a_time_or_off() {
    let of = |keys: &str| {
        parse_with(&format!("[gateway]\n{keys}\n{BASE}"), &given()).unwrap().gateway.source_bytes
    };
    let hour = std::time::Duration::from_secs(3_600);
    assert_eq!(of(""), Some((20 << 30, hour)));
    assert_eq!(of("source_bytes = \"1 GiB/h\""), Some((1 << 30, hour)));
    assert_eq!(of("source_bytes = \"off\""), None);
    let found = problems(&format!("[gateway]\nsource_bytes = \"1 GiB\"\n{BASE}"));
    assert_eq!((found[0].1.as_str(), found[0].2), ("gateway.source_bytes", code::INVALID_VALUE));
}
