use super::*;
use axum::http::Request;

fn parts(headers: &[&str]) -> Parts {
    let mut request = Request::builder();
    for value in headers {
        request = request.header(FORWARDED, *value);
    }
    let mut parts = request.body(()).unwrap().into_parts().0;
    parts.extensions.insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 5_000))));
    parts
}

#[test]
fn the_proxys_word_is_the_last_one() {
    for (headers, wanted) in [
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
        assert_eq!(of(&parts(headers), true).unwrap().to_string(), wanted, "{headers:?}");
        assert_eq!(
            of(&parts(headers), false).unwrap().to_string(),
            "192.0.2.1",
            "nobody is believed: {headers:?}"
        );
    }
}
