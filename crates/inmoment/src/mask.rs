//! Prepares InMoment's texts for a log: short, on one line, and without personal data and secrets.
//!
//! A text that is stored with its event ([`Secrets::kept`]) keeps everything except secrets: its personal data are in
//! the event, too.
//!
//! Policy for a log: the values that were sent (ids, e-mails, texts) are hidden wherever they occur as words; besides,
//! these are hidden: a word with `@`, an account token, a run of seven digits or more (phone numbers are written in
//! many ways), and a long word that is a key rather than language. It is better to hide a date too many than a phone
//! number too few.

use std::fmt;

/// The largest length of a quotation, in characters.
const MAX_CHARS: usize = 300;
/// Shorter values occur inside ordinary words, so they are not hidden.
const MIN_SENT_CHARS: usize = 3;
const MIN_PHONE_DIGITS: usize = 7;
/// A word this long with a digit in it is a key, not language.
const MIN_KEY_CHARS: usize = 20;
/// A word this long is a key whatever it is made of.
const MAX_WORD_CHARS: usize = 40;

const HIDDEN: &str = "[hidden]";

/// The largest length of a stored text, in bytes.
const KEPT_BYTES: usize = 16 * 1024;
/// The length of a text that is examined, in bytes.
const LOOKED_AT_BYTES: usize = 2 * KEPT_BYTES;
/// Shorter secrets are hidden only as whole words, because they occur inside ordinary words.
const MIN_SECRET_CHARS: usize = 6;
const ACCOUNT: &str = "NPS-";
/// The least number of characters after the prefix of an account token (docs/facts/inmoment-api.md#account-token), one
/// of which must be a digit.
const MIN_ACCOUNT_CHARS: usize = 8;
/// The largest length of an account token.
const LONGEST_ACCOUNT_BYTES: usize = 64;

/// `text` on one line, cut, and without the values that were sent and everything that looks personal or secret.
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

/// The secrets that must never be shown, in every spelling. They are prepared once for many texts, because finding the
/// spellings of three secrets takes longer than hiding them in the texts of a call. `Debug` shows none of them.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    /// No secret is empty.
    spellings: Vec<Spelling>,
}

#[derive(Clone)]
struct Spelling {
    text: String,
    /// A secret so short that it occurs inside ordinary words: it is hidden only as a whole word.
    short: bool,
}

impl Secrets {
    pub(crate) fn new(secrets: &[&str]) -> Secrets {
        let texts = secrets.iter().flat_map(|secret| spellings(secret)).filter(|text| !text.is_empty());
        let spelling = |text: String| Spelling { short: text.chars().count() < MIN_SECRET_CHARS, text };
        Secrets { spellings: texts.map(spelling).collect() }
    }

    /// A text that is stored with its event: without these secrets and account tokens, and cut.
    pub(crate) fn masked(&self, text: &[u8]) -> String {
        let cut = text.len() > LOOKED_AT_BYTES;
        let mut out = String::from_utf8_lossy(&text[..text.len().min(LOOKED_AT_BYTES)]).into_owned();
        if cut {
            self.drop_begun(&mut out);
        }
        out = hide_accounts(self.spellings.iter().fold(out, hide_secret));
        if cut {
            out.push('…');
        }
        cut_bytes(out)
    }

    /// Removes a possible beginning of a secret from the end of a text that was cut.
    fn drop_begun(&self, text: &mut String) {
        text.truncate(text.floor_char_boundary(text.len().saturating_sub(LONGEST_ACCOUNT_BYTES)));
        let begun = |secret: &Spelling| {
            let cuts = secret.text.char_indices().map(|(at, _)| at).filter(|at| *at > 0);
            cuts.filter(|at| text.ends_with(&secret.text[..*at])).max()
        };
        let longest = self.spellings.iter().filter_map(begun).max().unwrap_or(0);
        text.truncate(text.len() - longest);
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// A secret as it is written in a text, a form, a path and JSON.
fn spellings(secret: &str) -> Vec<String> {
    let mut all = vec![
        secret.to_owned(),
        form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        crate::percent::encoded(secret),
        json_spelling(secret),
    ];
    all.sort_unstable();
    all.dedup();
    all
}

fn json_spelling(secret: &str) -> String {
    let quoted = serde_json::Value::from(secret).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn hide_secret(text: String, secret: &Spelling) -> String {
    match secret.short {
        true => hide_value(&text, &secret.text),
        false if text.contains(&secret.text) => text.replace(&secret.text, HIDDEN),
        false => text,
    }
}

fn hide_accounts(text: String) -> String {
    if !text.contains(ACCOUNT) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(first) = rest.find(ACCOUNT) {
        let (before, found) = rest.split_at(first);
        let run = found.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(found.len());
        let (word, after) = found.split_at(run);
        let token =
            word.len() >= ACCOUNT.len() + MIN_ACCOUNT_CHARS && word.bytes().any(|b| b.is_ascii_digit());
        out.push_str(before);
        out.push_str(if token { HIDDEN } else { word });
        rest = after;
    }
    out.push_str(rest);
    out
}

fn cut_bytes(mut text: String) -> String {
    if text.len() > KEPT_BYTES {
        text.truncate(text.floor_char_boundary(KEPT_BYTES - '…'.len_utf8()));
        text.push('…');
    }
    text
}

fn hide_value(text: &str, value: &str) -> String {
    if value.chars().count() < MIN_SENT_CHARS {
        return text.to_owned();
    }
    // Only ASCII letters are changed, because that keeps every byte offset.
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

/// Hides runs of digits, with the characters that people write between the digits of a phone number.
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
