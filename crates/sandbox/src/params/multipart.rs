//! `multipart/form-data` as `curl -F` writes it (inmoment-api.md 2, "Body encoding"): plain fields only; a part with
//! a file name is passed over.

use super::Unreadable;

/// The plain fields of a multipart body, in order.
pub(super) fn fields(content_type: &str, body: &[u8]) -> Result<Vec<(String, String)>, Unreadable> {
    let boundary = parameter(content_type, "boundary").filter(|b| !b.is_empty() && b.len() <= 70);
    let boundary = boundary.ok_or(Unreadable::Multipart)?;
    // The first boundary has no line end before it: lend it one, so that all look alike.
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    let body = [b"\r\n", body].concat();
    let mut found = Vec::new();
    let mut at = find(&body, &delimiter).ok_or(Unreadable::Multipart)?;
    let mut rest = body.as_slice();
    loop {
        rest = &rest[at + delimiter.len()..];
        if rest.starts_with(b"--") {
            return Ok(found);
        }
        at = find(rest, &delimiter).ok_or(Unreadable::Multipart)?;
        found.extend(field(rest[..at].strip_prefix(b"\r\n").ok_or(Unreadable::Multipart)?)?);
        if found.len() > super::MAX_PAIRS {
            return Err(Unreadable::TooMany);
        }
    }
}

fn field(part: &[u8]) -> Result<Option<(String, String)>, Unreadable> {
    let head_end = find(part, b"\r\n\r\n").ok_or(Unreadable::Multipart)?;
    let head = String::from_utf8_lossy(&part[..head_end]);
    let disposition = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then_some(value)
    });
    let disposition = disposition.ok_or(Unreadable::Multipart)?;
    if parameter(disposition, "filename").is_some() {
        return Ok(None);
    }
    let name = parameter(disposition, "name").ok_or(Unreadable::Multipart)?;
    Ok(Some((name, String::from_utf8_lossy(&part[head_end + 4..]).into_owned())))
}

/// A parameter of a header value, with or without quotes.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|piece| {
        let (key, value) = piece.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
