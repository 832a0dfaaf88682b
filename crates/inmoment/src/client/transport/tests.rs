use secrecy::SecretString;

use super::{SettingsError, Transport, base_url};
use crate::{ClientSettings, Credentials, HttpRequest};

/// A URL that the library rewrote would reach another resource.
#[test]
fn a_path_that_would_be_rewritten_is_not_sent() {
    let credentials = Credentials {
        username: String::new(),
        password: SecretString::default(),
        account_token: SecretString::default(),
    };
    let transport = Transport::new(&ClientSettings::new("http://127.0.0.1:9", credentials)).unwrap();
    let builds = |path: &str| {
        let request = HttpRequest { method: "GET", path: path.to_owned(), form: None };
        transport.build(&request, None).is_some()
    };
    assert!(builds("/v1/end_users/a%2Fb?lookup_by_email=true"));
    for path in [
        "/v1/end_users/..",
        "/v1/end_users/%2e%2E/responses",
        "/v1/./x",
        "/v1/a b",
        "/v1/a\nb",
        "@evil.example/",
    ] {
        assert!(!builds(path), "{path}");
    }
}

#[test]
fn base_urls_are_checked_and_trimmed() {
    let good = [
        ("https://api.wootric.com", "https://api.wootric.com"),
        ("HTTP://Localhost:9500/", "http://localhost:9500"),
        (" http://127.0.0.1:9500 ", "http://127.0.0.1:9500"),
        ("https://host.example/api//", "https://host.example/api"),
    ];
    for (text, expected) in good {
        assert_eq!(base_url(text).unwrap(), expected, "{text}");
    }
    let bad = [
        "",
        "api.wootric.com",
        "ftp://host",
        "http://",
        "http://u:planted@host",
        "http://host?planted=1",
        "http://h#f",
    ];
    for text in bad {
        let error = base_url(text).unwrap_err();
        assert!(matches!(error, SettingsError::BaseUrl(_)), "{text}");
        assert!(!format!("{error} {error:?}").contains("planted"));
    }
}
