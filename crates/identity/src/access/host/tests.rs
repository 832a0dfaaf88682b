use super::*;
use http::Request;

#[test]
fn only_this_machines_names() {
    for good in [
        "localhost",
        "LocalHost:8081",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.1.2.3:80",
        "[::1]",
        "[::1]:8081",
        "[0:0::1]:80",
    ] {
        assert!(names_this_machine(good), "{good}");
    }
    for bad in [
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "localhost@evil.example:80",
        "evil.example#localhost",
        "localhost/",
        "::1",
        "[::2]",
        "[::1",
        "0.0.0.0",
        "192.168.0.1",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
        "localhost:80:80",
        "localhost ",
        "localhost,evil.example",
    ] {
        assert!(!names_this_machine(bad), "{bad:?}");
    }
}

#[test]
fn every_place_that_names_a_host_is_looked_at() {
    let ours = |uri: &str, hosts: &[&str]| {
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        is_this_machine(&request.body(()).unwrap().into_parts().0)
    };
    assert!(ours("/", &[]) && ours("/", &["localhost"]) && ours("http://localhost/", &["localhost"]));
    assert!(!ours("/", &["evil.example"]));
    assert!(!ours("/", &["localhost", "evil.example"]));
    assert!(!ours("http://evil.example/", &["localhost"]));
    assert!(!ours("http://localhost/", &["evil.example"]));
}
