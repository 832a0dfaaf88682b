//! Progress messages for a person who waits for the figures.

use std::io::{Write, stderr};

/// Writes a line to standard error. If that is closed, there is no reader, and the error is ignored.
pub(crate) fn say(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}
