//! JSON that everybody reads, from what we read.

use super::{Scanner, without_marks};
use std::borrow::Cow;

/// Words that programs write for numbers JSON cannot say, in lower case; the longer ones before those they start with.
/// Python, pandas and JavaScript-like writers say `NaN` and `Infinity`, those that print as C does `nan`, `nan(ind)` and `inf`.
const WORDS: [&str; 3] = ["nan", "infinity", "inf"];

/// How long the word for no number is with which `text` starts, its sign included.
pub(super) fn not_a_number(text: &[u8]) -> Option<usize> {
    let sign = usize::from(matches!(text.first(), Some(b'-' | b'+')));
    let word = WORDS.iter().find(|word| {
        let there = text.get(sign..sign + word.len());
        there.is_some_and(|there| there.eq_ignore_ascii_case(word.as_bytes()))
    })?;
    let end = sign + word.len();
    Some(end + if *word == "nan" { payload(&text[end..]) } else { 0 })
}

/// How long what some C libraries print behind `nan` is: `(ind)`, `(snan)`, `(0x8000)`.
fn payload(text: &[u8]) -> usize {
    let Some(inside) = text.strip_prefix(b"(") else { return 0 };
    let length = inside.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    if inside.get(length) == Some(&b')') { length + 2 } else { 0 }
}

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
