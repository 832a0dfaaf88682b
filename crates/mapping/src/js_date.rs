//! JavaScript's `Date.parse`, as the V8 engine does it, with UTC as the local zone (docs/facts/transformer.md#seconds).
//!
//! First the ISO forms, exactly; then the old reading, which takes nearly anything that has a day in it: words before the
//! first number are ignored (`"abc 5"` is May 1st 2001), punctuation is ignored, days roll over into the next month.
//! Accepts every form that V8 is known to accept; the table in `tests.rs` pins what becomes of each (docs/facts/transformer.md#seconds).

mod fields;
mod iso;
mod legacy;

/// UNIX milliseconds; `None` for an invalid date.
pub(crate) fn parse(text: &str) -> Option<f64> {
    iso::parse(text).or_else(|| legacy::parse(text))
}

#[cfg(test)]
mod tests;
