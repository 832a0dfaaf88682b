use super::*;
use http::HeaderValue;
use proptest::prelude::*;

fn key_of(authorization: &[u8]) -> Option<Vec<u8>> {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_bytes(authorization).unwrap());
    basic(&headers).map(|key| key.bytes().to_vec())
}

fn coded(plain: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(plain)
}

#[test]
fn the_user_is_the_key_and_the_password_is_ignored() {
    for (credentials, key) in [
        ("wk_1:", Some("wk_1")),
        ("wk_1:secret", Some("wk_1")),
        ("wk_1:a:b", Some("wk_1")),
        ("kéy:", Some("kéy")),
        ("wk_1", None),
        (":", None),
        (":password", None),
        ("", None),
    ] {
        let header = format!("Basic {}", coded(credentials));
        assert_eq!(key_of(header.as_bytes()).as_deref(), key.map(str::as_bytes), "{credentials:?}");
    }
}

#[test]
fn the_scheme_is_basic_in_any_case_and_the_padding_optional() {
    let token = coded("wk_11:");
    for good in [format!("basic {token}"), format!("BASIC {token}"), format!("Basic   {token} ")] {
        assert_eq!(key_of(good.as_bytes()).unwrap(), b"wk_11", "{good}");
    }
    assert_eq!(key_of(b"Basic d2tfMTo").unwrap(), b"wk_1", "the padded form is d2tfMTo=");
    for bad in
        [format!("Bearer {token}"), format!("Basic{token}"), "Basic ***".into(), "Basic".into(), "B".into()]
    {
        assert_eq!(key_of(bad.as_bytes()), None, "{bad}");
    }
    assert!(basic(&HeaderMap::new()).is_none());
}

#[test]
fn the_first_write_key_of_a_query_counts_decoded_once() {
    for (text, key) in [
        (Some("writeKey=wk_1"), Some("wk_1")),
        (Some("a=b&writeKey=wk_1&writeKey=other"), Some("wk_1")),
        (Some("writeKey=w%2Bk%252B"), Some("w+k%2B")),
        (Some("writeKey="), None),
        (Some("writeKey=&writeKey=later"), None),
        (Some("writekey=wk_1"), None),
        (Some(""), None),
        (None, None),
    ] {
        assert_eq!(query(text).as_deref(), key, "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_header_is_either_a_key_or_none(value in proptest::collection::vec(0x20_u8..0x7f, 0..2000)) {
        let mut header = b"Basic ".to_vec();
        header.extend(&value);
        let _ = key_of(&header);
        let _ = key_of(&value);
    }

    #[test]
    fn every_key_without_a_colon_comes_back(key in "[^:\u{0}]{1,200}") {
        let header = format!("Basic {}", coded(&format!("{key}:")));
        prop_assert_eq!(key_of(header.as_bytes()).unwrap(), key.as_bytes());
    }
}
