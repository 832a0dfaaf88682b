//! JavaScript's `Date.parse`, as the V8 engine does it, with UTC as the local zone (docs/facts/transformer.md#seconds).
//!
//! The ISO forms are tried first and exactly; then the legacy parser, which accepts almost every text with a day in it:
//! it ignores words before the first number (`"abc 5"` is May 1st 2001) and punctuation, and days roll over into the
//! next month. This module accepts every form that V8 is known to accept; the table in `tests.rs` pins the result of
//! each (docs/facts/transformer.md#seconds).

mod fields;
mod iso;
mod legacy;

/// UNIX milliseconds; `None` for an invalid date.
pub(crate) fn parse(text: &str) -> Option<f64> {
    iso::parse(text).or_else(|| legacy::parse(text))
}

#[cfg(test)]
mod tests;
