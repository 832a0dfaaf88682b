//! Converts the texts that this reader accepts to standard JSON.

use super::not_a_number::not_a_number;
use super::scanner::{Scanner, without_marks};
use std::borrow::Cow;

/// The text of a value, or of a part of one, that [`Scanner`] accepts, as JSON: without a byte order mark, and with `null` for each
/// word that stands for no number. All else is as it came.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let text = without_marks(text);
    let mut out = String::new();
    let mut kept = 0;
    let mut scanner = Scanner::new(text);
    while let Some(byte) = scanner.byte() {
        match byte {
            b'"' => {
                if scanner.string().is_err() {
                    break;
                }
            }
            b'n' if scanner.word("null").is_ok() => {}
            b'-' | b'+' | b'n' | b'N' | b'i' | b'I' => match not_a_number(&text.as_bytes()[scanner.at..]) {
                Some(length) => {
                    out.push_str(&text[kept..scanner.at]);
                    out.push_str("null");
                    scanner.at += length;
                    kept = scanner.at;
                }
                None => scanner.at += 1,
            },
            _ => scanner.at += 1,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;
