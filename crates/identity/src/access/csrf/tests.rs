use super::*;
use http::HeaderName;

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap()))
        .fold(HeaderMap::new(), |mut all, (name, value)| {
            all.append(name, value);
            all
        })
}

const OWN: (&str, &str) = ("x-rapport-csrf", "1");
const HERE: (&str, &str) = ("host", "localhost:8081");

#[test]
fn a_change_needs_the_header_and_this_origin() {
    let good: [&[(&str, &str)]; 5] = [
        &[OWN],
        &[OWN, ("sec-fetch-site", "same-origin")],
        &[OWN, HERE, ("origin", "http://localhost:8081")],
        &[OWN, ("host", "Rapport.example"), ("origin", "https://rapport.example")],
        // A proxy may change the host's name, so the browser's own header decides.
        &[OWN, ("host", "inner"), ("origin", "https://outer"), ("sec-fetch-site", "same-origin")],
    ];
    for pairs in good {
        assert!(check(&Method::POST, &headers(pairs)).is_ok(), "{pairs:?}");
    }
    let bad: [&[(&str, &str)]; 13] = [
        &[],
        &[("x-rapport-csrf", "0")],
        &[OWN, OWN],
        &[("sec-fetch-site", "same-origin")],
        &[OWN, ("sec-fetch-site", "same-site")],
        &[OWN, ("sec-fetch-site", "cross-site")],
        &[OWN, ("sec-fetch-site", "none")],
        &[OWN, ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        &[OWN, HERE, ("origin", "http://localhost:3000")],
        &[OWN, HERE, ("origin", "http://evil.example")],
        &[OWN, HERE, ("origin", "null")],
        &[OWN, HERE, ("origin", "http://localhost:8081.evil.example")],
        &[OWN, ("origin", "http://localhost:8081")],
    ];
    for pairs in bad {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            assert!(check(&method, &headers(pairs)).is_err(), "{method} {pairs:?}");
        }
    }
}

#[test]
fn looking_needs_no_header_but_no_other_page_looks() {
    for site in [None, Some("same-origin"), Some("none")] {
        let pairs: Vec<_> = site.iter().map(|site| ("sec-fetch-site", *site)).collect();
        assert!(check(&Method::GET, &headers(&pairs)).is_ok(), "{site:?}");
    }
    for site in ["same-site", "cross-site", ""] {
        assert!(check(&Method::GET, &headers(&[("sec-fetch-site", site)])).is_err(), "{site:?}");
    }
}
