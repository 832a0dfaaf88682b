//! Protection against cross-site request forgery: a page of another origin cannot use a session.
//!
//! The cookie is not sent from other sites (`SameSite=Strict`), but a page on another port of this machine is the same
//! site to a browser. So a change by a session needs a header that no page can send to another origin unasked
//! (`X-Rapport-Csrf`), and where the browser says which origin a request comes from, that must be this one.

use http::header::{HOST, HeaderMap, ORIGIN};
use http::{HeaderValue, Method};

const HEADER: &str = "x-rapport-csrf";
const FETCH_SITE: &str = "sec-fetch-site";

/// May this request use a session?
///
/// # Errors
/// The reason why it may not.
pub fn check(method: &Method, headers: &HeaderMap) -> Result<(), &'static str> {
    if is_safe(method) {
        // "none" is an address that a person typed into the address bar: no other page sent the request.
        return match one(headers, FETCH_SITE) {
            One::Missing => Ok(()),
            One::Value(value) if value == "same-origin" || value == "none" => Ok(()),
            _ => Err("it comes from a page of another origin"),
        };
    }
    check_origin(headers)?;
    match one(headers, HEADER) {
        One::Value(value) if value == "1" => Ok(()),
        _ => Err("it lacks the header \"X-Rapport-Csrf: 1\""),
    }
}

/// Checks a change that needs no session yet, such as signing in: a page of another origin may not make it.
///
/// # Errors
/// The reason why the request may come from another origin.
pub fn check_origin(headers: &HeaderMap) -> Result<(), &'static str> {
    let foreign = "it comes from a page of another origin";
    match (one(headers, FETCH_SITE), one(headers, ORIGIN.as_str())) {
        (One::Value(site), _) if site == "same-origin" => Ok(()),
        (One::Missing, One::Missing) => Ok(()),
        // A browser too old for `Sec-Fetch-Site` sends `Origin` alone.
        (One::Missing, One::Value(origin)) if is_of(origin, headers.get(HOST)) => Ok(()),
        _ => Err(foreign),
    }
}

/// Does this method change nothing?
pub fn is_safe(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

fn is_of(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let (Ok(origin), Some(Ok(host))) = (origin.to_str(), host.map(HeaderValue::to_str)) else { return false };
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

enum One<'h> {
    Missing,
    Value(&'h HeaderValue),
    /// there are several, which may contradict each other
    Several,
}

fn one<'h>(headers: &'h HeaderMap, name: &str) -> One<'h> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => One::Missing,
        (Some(value), None) => One::Value(value),
        (Some(_), Some(_)) => One::Several,
    }
}

#[cfg(test)]
mod tests;
