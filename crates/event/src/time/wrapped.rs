//! Dates inside the notation of a language or a database, and in texts that were encoded as JSON twice.

use std::borrow::Cow;

/// The date without its wrapping, if it has one.
///
/// * `/Date(1642685961000)/` and `/Date(1642685961000+0100)/`, as .NET writes dates into JSON; the offset changes nothing.
/// * One quoted text, also as in `ISODate("…")`, `Timestamp('…')`, `#inst "…"`.
/// * Elixir's `~U[…]`, `~D[…]`.
/// * The typographic minus sign (U+2212), which ISO 8601 prefers.
pub(super) fn unwrapped(text: &str) -> Cow<'_, str> {
    let inside = of_dot_net(text).or_else(|| sigil(text)).or_else(|| quoted(text)).unwrap_or(text);
    if inside.contains('\u{2212}') {
        return Cow::Owned(inside.replace('\u{2212}', "-"));
    }
    Cow::Borrowed(inside)
}

fn of_dot_net(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    // The first character may be the sign of the number.
    let offset = inside.get(1..)?.find(['+', '-']).map_or(inside.len(), |at| at + 1);
    Some(&inside[..offset])
}

fn sigil(text: &str) -> Option<&str> {
    let after = text.strip_prefix('~')?;
    let inside = after.trim_start_matches(|c: char| c.is_ascii_uppercase());
    inside.strip_prefix('[')?.strip_suffix(']')
}

/// The text in the only pair of quotes, if only a name and brackets are outside of it.
fn quoted(text: &str) -> Option<&str> {
    let quote = text.find(['"', '\'']).map(|at| text.as_bytes()[at])? as char;
    let (before, rest) = text.split_once(quote)?;
    let (inside, after) = rest.split_once(quote)?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '(' | ')' | '.' | '_' | '#' | ' ' | ';');
    (before.chars().all(is_name) && after.chars().all(|c| matches!(c, ')' | ' ' | ';')))
        .then_some(inside.trim())
}
