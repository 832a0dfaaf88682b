//! Reading JSON the way SDKs need it read.
//!
//! Every event passes here on the hot path, and everything later stages see comes from here, so that what [`crate::scan`]
//! accepts is exactly what [`crate::Event::read`] can read. The grammar is RFC 8259; an oracle test holds it against
//! `serde_json`. It differs from `serde_json` where that refuses what JavaScript and Go accept, or reads what nobody meant:
//!
//! * skipping a value uses no recursion: 10,000 levels of nesting cost 10,000 bytes, not the stack;
//! * a `\ud800` without its other half becomes U+FFFD instead of an error;
//! * numbers keep their text, whatever their size (`1e400`);
//! * keys that `serde_json` reserves for itself under `arbitrary_precision` and `raw_value` are keys like any other;
//! * a byte order mark in front is passed over, and numbers that JSON has no place for (`NaN`, `Infinity`) count as null:
//!   Python and others write both, and one such value must not cost the events beside it. [`plain`] writes the text anew
//!   without them, for whoever hands it on.

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
