//! What a person who waits for the figures reads meanwhile.

use std::io::{Write, stderr};

/// Writes a line to standard error. When that is closed, there is no reader and nothing is lost.
pub(crate) fn say(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}
