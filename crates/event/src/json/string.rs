//! A JSON string: its text, and its value.

use std::borrow::Cow;

/// The inside of a string, with its escapes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quoted<'a> {
    pub(crate) raw: &'a str,
    pub(crate) escaped: bool,
}

impl Quoted<'_> {
    /// Whether the string's value is `plain`.
    pub(crate) fn is(&self, plain: &str) -> bool {
        if self.escaped { decode(*self) == plain } else { self.raw == plain }
    }
}

/// Resolves the escapes of a string whose grammar the scanner has checked. Lone surrogates become U+FFFD, as in Go.
pub(crate) fn decode(quoted: Quoted<'_>) -> Cow<'_, str> {
    if !quoted.escaped {
        return Cow::Borrowed(quoted.raw);
    }
    let mut out = String::with_capacity(quoted.raw.len());
    let mut rest = quoted.raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (meaning, length) = escape(rest);
        out.push(meaning);
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The value of the escape whose text after the backslash begins `text`, and the length of that text.
fn escape(text: &str) -> (char, usize) {
    let meaning = match text.as_bytes().first() {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text),
        Some(&byte) => char::from(byte),
        None => return (char::REPLACEMENT_CHARACTER, 0),
    };
    (meaning, 1)
}

fn unicode(text: &str) -> (char, usize) {
    let Some(first) = unit(text) else { return (char::REPLACEMENT_CHARACTER, 1) };
    let second = text.get(5..).and_then(|next| next.strip_prefix('\\')).and_then(unit);
    let pair = [first, second.unwrap_or(0)];
    match char::decode_utf16(pair).next() {
        Some(Ok(meaning)) => (meaning, if meaning.len_utf16() == 2 { 11 } else { 5 }),
        _ => (char::REPLACEMENT_CHARACTER, 5),
    }
}

/// The code unit of `uXXXX`.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix('u')?.get(..4)?, 16).ok()
}
