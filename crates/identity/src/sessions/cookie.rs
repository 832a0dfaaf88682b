//! The cookie that carries a session's token.

use crate::random;
use http::header::{COOKIE, HeaderMap, HeaderValue};
use std::time::Duration;

/// Its name.
pub(crate) const NAME: &str = "rapport_session";

/// The session's cookie in the `Cookie` headers of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Brought<'a> {
    /// no such cookie
    Nothing,
    /// a value that cannot be a token; or several cookies, one of which another site of the domain may have planted
    Garbage,
    /// a token, perhaps of a session
    Token(&'a str),
}

/// Reads the session's cookie.
pub fn read(headers: &HeaderMap) -> Brought<'_> {
    let mut found = Brought::Nothing;
    for value in headers.get_all(COOKIE) {
        // Another cookie may hold any bytes; it must not hide this one.
        for part in value.as_bytes().split(|byte| *byte == b';') {
            let part = part.trim_ascii();
            let Some(rest) = part.strip_prefix(NAME.as_bytes()) else { continue };
            let Some(token) = rest.strip_prefix(b"=") else { continue };
            let token = std::str::from_utf8(token).ok().filter(|token| random::is_secret::<32>(token));
            match (token, &found) {
                (Some(token), Brought::Nothing) => found = Brought::Token(token),
                _ => return Brought::Garbage,
            }
        }
    }
    found
}

/// The `Set-Cookie` value that gives the browser a token.
pub fn give(token: &str, lasts: Duration, secure: bool) -> Option<HeaderValue> {
    written(token, lasts.as_secs(), secure)
}

/// The `Set-Cookie` value that removes the token from the browser.
pub fn take_back(secure: bool) -> Option<HeaderValue> {
    written("", 0, secure)
}

fn written(token: &str, max_age: u64, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{NAME}={token}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}");
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookies: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, HeaderValue::from_bytes(cookie).unwrap());
        }
        headers
    }

    #[test]
    fn one_token_and_no_doubt() {
        let token = "A".repeat(43);
        let good = format!("{NAME}={token}");
        let among = format!("other=1; {NAME}={token};x=\u{e9}");
        for cookies in [&[good.as_bytes()][..], &[among.as_bytes()], &[b"x=\xff", good.as_bytes()]] {
            assert_eq!(read(&headers(cookies)), Brought::Token(&token), "{cookies:?}");
        }
        for cookies in [&[][..], &[&b"other=1"[..]], &[b"rapport_sessions=1"], &[b"xrapport_session=1"]] {
            assert_eq!(read(&headers(cookies)), Brought::Nothing, "{cookies:?}");
        }
        let twice = format!("{good}; {good}");
        let quoted = format!("{NAME}=\"{token}\"");
        for cookies in [
            &[twice.as_bytes()][..],
            &[good.as_bytes(), good.as_bytes()],
            &[quoted.as_bytes()],
            &[b"rapport_session="],
            &[b"rapport_session=\xff\xff"],
            &[b"rapport_session=../../etc", good.as_bytes()],
        ] {
            assert_eq!(read(&headers(cookies)), Brought::Garbage, "{cookies:?}");
        }
    }

    #[test]
    fn scripts_and_other_sites_do_not_get_it() {
        let value = give("tok", Duration::from_secs(60), true).unwrap();
        let text = value.to_str().unwrap();
        assert_eq!(text, "rapport_session=tok; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
        assert!(!format!("{value:?}").contains("tok"), "not for logs");
        let gone = take_back(false).unwrap();
        assert_eq!(gone.to_str().unwrap(), "rapport_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }
}
