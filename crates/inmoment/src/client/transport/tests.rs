use super::{SettingsError, base_url};

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
