//! The one place that reads the environment and files for settings; everything else takes values as parameters.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// No configuration or secret is longer than this: a wrong path must not fill the memory.
const LONGEST: u64 = 1 << 20;

/// Where `env:NAME` and `file:PATH` lead.
pub trait Surroundings {
    /// The variable's value, when it is set and text.
    fn variable(&self, name: &str) -> Option<String>;
    /// The file's text.
    fn read(&self, path: &Path) -> io::Result<String>;
}

/// The process's own.
#[derive(Debug, Clone, Copy)]
pub struct Process;

impl Surroundings for Process {
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        let mut text = String::new();
        File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > LONGEST {
            return Err(io::Error::other("it is longer than 1 MiB"));
        }
        Ok(text)
    }
}
