use super::*;
use http::header::{HeaderName, HeaderValue};

fn headers(values: &[&str]) -> HeaderMap {
    let value = |text: &&str| HeaderValue::from_bytes(text.as_bytes()).unwrap();
    values.iter().map(|text| (HeaderName::from_static(FORWARDED), value(text))).fold(
        HeaderMap::new(),
        |mut all, (name, value)| {
            all.append(name, value);
            all
        },
    )
}

#[test]
fn the_proxys_word_is_the_last_one() {
    let peer = Some(IpAddr::from([192, 0, 2, 1]));
    for (values, wanted) in [
        (&["198.51.100.7"][..], "198.51.100.7"),
        (&["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        (&["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
        (&["2001:db8::1"], "2001:db8::1"),
        (&["[2001:db8::1]"], "2001:db8::1"),
        (&["[2001:db8::1]:443"], "2001:db8::1"),
        (&["198.51.100.7:1234"], "198.51.100.7"),
        (&["::ffff:198.51.100.7"], "198.51.100.7"),
        (&["é, 198.51.100.7"], "198.51.100.7"),
        (&["198.51.100.7, nonsense"], "192.0.2.1"),
        (&["198.51.100.7, é"], "192.0.2.1"),
        (&["unknown"], "192.0.2.1"),
        (&[""], "192.0.2.1"),
        (&[], "192.0.2.1"),
    ] {
        assert_eq!(of(&headers(values), peer, true).unwrap().to_string(), wanted, "{values:?}");
        assert_eq!(
            of(&headers(values), peer, false).unwrap().to_string(),
            "192.0.2.1",
            "nobody is believed: {values:?}"
        );
    }
}
