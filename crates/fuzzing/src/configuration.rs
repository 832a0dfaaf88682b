//! The configuration file.

use rapport::config::{Config, Nowhere};
use std::path::Path;

/// Reads the file's text: the result is a configuration, or an error that a person can read.
pub(crate) fn configuration(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Err(error) = Config::parse(&text, Path::new("rapport.toml"), &Nowhere) {
        let said = error.to_string();
        assert!(!said.trim().is_empty());
        let most = 2_000 + 200 * text.lines().count() + 4 * text.len();
        assert!(said.len() <= most, "{} bytes are said of a file of {}", said.len(), text.len());
    }
}
