//! Making words that InMoment wrote fit for a log: short, on one line, and without anything that names a person or opens
//! a door.
//!
//! Policy: what we sent (ids, e-mails, texts) is hidden wherever it stands as a word; beyond that, a word with `@`, an
//! account token, a run of seven digits or more (phone numbers are written in many ways), and a long word that is a
//! key rather than language. It is better to hide a date too many than a phone number too few.

/// The length of what is quoted, in characters.
const MAX_CHARS: usize = 300;
/// Shorter values are found in ordinary words.
const MIN_SENT_CHARS: usize = 3;
const MIN_PHONE_DIGITS: usize = 7;
/// A word this long with a digit in it is a key, not language.
const MIN_KEY_CHARS: usize = 20;
/// A word this long is a key whatever it is made of.
const MAX_WORD_CHARS: usize = 40;

const HIDDEN: &str = "[hidden]";

/// `text` on one line, cut, and without the values that were sent and whatever looks personal or secret.
pub(crate) fn mask(text: &str, sent: &[&str]) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let without_sent = sent.iter().fold(line, |line, value| hide_value(&line, value.trim()));
    let without_numbers = hide_numbers(&without_sent);
    let words: Vec<&str> = without_numbers
        .split_whitespace()
        .map(|word| if is_revealing(word) { HIDDEN } else { word })
        .collect();
    cut(&words.join(" "))
}

fn hide_value(text: &str, value: &str) -> String {
    if value.chars().count() < MIN_SENT_CHARS {
        return text.to_owned();
    }
    // ASCII only, because that keeps every byte offset where it was.
    let (haystack, needle) = (text.to_ascii_lowercase(), value.to_ascii_lowercase());
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (start, _) in haystack.match_indices(&needle) {
        let end = start + needle.len();
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if inside(text[..start].chars().next_back()) || inside(text[end..].chars().next()) {
            continue;
        }
        out.push_str(&text[copied..start]);
        out.push_str(HIDDEN);
        copied = end;
    }
    out.push_str(&text[copied..]);
    out
}

/// Hides runs of digits and what people write between the digits of a phone number.
fn hide_numbers(text: &str) -> String {
    let in_number = |c: char| c.is_ascii_digit() || " -().+/".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.find(|c: char| c.is_ascii_digit()) {
        let run = &rest[first..];
        let run = &run[..run.find(|c| !in_number(c)).unwrap_or(run.len())];
        let run = run.trim_end_matches(|c: char| !c.is_ascii_digit());
        out.push_str(&rest[..first]);
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        out.push_str(if digits >= MIN_PHONE_DIGITS { HIDDEN } else { run });
        rest = &rest[first + run.len()..];
    }
    out.push_str(rest);
    out
}

fn is_revealing(word: &str) -> bool {
    let chars = word.chars().count();
    word.contains('@')
        || word.contains("NPS-")
        || chars >= MAX_WORD_CHARS
        || (chars >= MIN_KEY_CHARS && word.bytes().any(|byte| byte.is_ascii_digit()))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        None => text.to_owned(),
        Some(_) => text.chars().take(MAX_CHARS - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests;
