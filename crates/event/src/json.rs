//! Reads JSON as SDKs write it.
//!
//! Every event passes through this reader, and so do all values that later stages get, so that [`crate::scan`] accepts
//! exactly what [`crate::Event::read`] can read. The grammar is RFC 8259; a test compares it with `serde_json`. It
//! differs where `serde_json` refuses a text that JavaScript and Go accept, or reads another value than was meant:
//!
//! * skipping a value uses no recursion: 10,000 levels of nesting cost 10,000 bytes, not the stack;
//! * a lone surrogate such as `\ud800` becomes U+FFFD instead of an error;
//! * numbers keep their text, whatever their size (`1e400`);
//! * keys that `serde_json` reserves for itself under `arbitrary_precision` and `raw_value` are ordinary keys;
//! * a byte order mark in front is skipped, and numbers that JSON cannot express (`NaN`, `Infinity`) count as null:
//!   Python and others write both, and one such value must not cost the other events of the request. [`plain`] rewrites
//!   the text without them, for callers that pass it on.

mod not_a_number;
mod plain;
mod scanner;
mod string;
mod value;

pub(crate) use plain::plain;
pub(crate) use scanner::{Invalid, Scanner};
pub(crate) use string::{Quoted, decode};
pub use value::Share;
pub(crate) use value::{ValueError, anything, object, part_of_object};

#[cfg(test)]
mod tests;
