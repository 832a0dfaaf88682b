//! `multipart/form-data` as `curl -F` writes it (docs/facts/inmoment-api.md#token-body) and Rack 3.2 reads it
//! (`lib/rack/multipart/parser.rb`). A part with a file name is a hash, so a file in the place of a value is refused;
//! an empty file name means a browser's field for which no file was chosen, and the part is ignored. A part without a
//! name is named after its file or its type.

use serde_json::{Value, json};

use super::limits::MAX_PAIRS;
use super::unreadable::Unreadable;

/// The fields of a multipart body, in order.
pub(super) fn fields(content_type: &str, body: &[u8]) -> Result<Vec<(String, Value)>, Unreadable> {
    let boundary = parameter(content_type, "boundary").filter(|b| !b.is_empty() && b.len() <= 70);
    let boundary = boundary.ok_or(Unreadable::Multipart)?;
    // The first boundary has no line end before it, so one is added to make all boundaries equal.
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
        if found.len() > MAX_PAIRS {
            return Err(Unreadable::TooMany(found.len()));
        }
    }
}

/// A part's name and value; `None` if no file was chosen.
fn field(part: &[u8]) -> Result<Option<(String, Value)>, Unreadable> {
    let head_end = find(part, b"\r\n\r\n").ok_or(Unreadable::Multipart)?;
    let head = std::str::from_utf8(&part[..head_end]).map_err(|_| Unreadable::Encoding)?;
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then_some(value)
        })
    };
    let disposition = header("content-disposition").unwrap_or_default();
    let file = parameter(disposition, "filename");
    if file.as_deref() == Some("") {
        return Ok(None);
    }
    let kind = || header("content-type").map_or("text/plain", str::trim).to_owned() + "[]";
    let name = parameter(disposition, "name").filter(|name| !name.is_empty());
    // The header exists, and it cannot be read.
    if name.is_none() && file.is_none() && disposition.contains("name=") {
        return Err(Unreadable::Multipart);
    }
    let name = name.or_else(|| file.clone()).unwrap_or_else(kind);
    let value = match file {
        Some(file) => json!({"filename": file}),
        None => match std::str::from_utf8(&part[head_end + 4..]) {
            Ok(text) => json!(text),
            Err(_) => return Err(Unreadable::Encoding),
        },
    };
    Ok(Some((name, value)))
}

/// A parameter of a header value, with or without quotes; within quotes a backslash escapes the next quote or
/// backslash.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let (value, after) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), after)
            }
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after.trim_start().trim_start_matches(';');
    }
}

/// The text up to the closing quote, and what comes after it.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = quoted.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((text, &quoted[at + 1..])),
            '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                Some((_, escaped)) => text.push(escaped),
                None => text.push('\\'),
            },
            other => text.push(other),
        }
    }
    None
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
