//! The configuration file.

use rapport::config::{Config, Surroundings};
use std::io;
use std::path::Path;

/// A machine without variables and without files.
struct Bare;

impl Surroundings for Bare {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn variables(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn read(&self, _: &Path) -> io::Result<String> {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// The file's text: it is a configuration, or an error that a person can read.
pub(crate) fn configuration(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Err(error) = Config::parse(&text, Path::new("rapport.toml"), &Bare) {
        let said = error.to_string();
        assert!(!said.trim().is_empty());
        let most = 2_000 + 200 * text.lines().count() + 4 * text.len();
        assert!(said.len() <= most, "{} bytes are said of a file of {}", said.len(), text.len());
    }
}
