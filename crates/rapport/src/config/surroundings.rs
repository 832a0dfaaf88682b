//! The one place that reads the environment and files for settings; everything else takes values as parameters.

use super::problem::{ConfigError, Problem, code};
use secrecy::SecretString;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest configuration or secret. The limit keeps a wrong path from filling the memory.
pub(crate) const MAX_LENGTH: u64 = 1 << 20;

/// The prefix of every variable of Rapport.
pub(super) const PREFIX: &str = "RAPPORT_";

/// The environment and files that `env:NAME` and `file:PATH` name.
pub trait Surroundings {
    /// The variable's value, if it is set and text.
    fn variable(&self, name: &str) -> Option<String>;
    /// Every variable that begins with `RAPPORT_` and is text, with its value.
    fn variables(&self) -> Vec<(String, String)>;
    /// The file's text.
    fn read(&self, path: &Path) -> io::Result<String>;
}

/// No environment and no files, for a text that is complete by itself.
#[derive(Debug, Clone, Copy)]
pub struct Nowhere;

impl Surroundings for Nowhere {
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

/// The process's own.
#[derive(Debug, Clone, Copy)]
pub struct Process;

impl Surroundings for Process {
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn variables(&self) -> Vec<(String, String)> {
        let text =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        std::env::vars_os().filter_map(text).filter(|(name, _)| name.starts_with(PREFIX)).collect()
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        bounded(File::open(path)?)
    }
}

/// All of a text, if it is not too long.
pub(super) fn bounded(from: impl Read) -> io::Result<String> {
    let mut text = String::new();
    from.take(MAX_LENGTH + 1).read_to_string(&mut text)?;
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > MAX_LENGTH {
        return Err(io::Error::other("it is longer than 1 MiB"));
    }
    Ok(text)
}

/// A secret from its text: the text itself, or the value at the place that it names. The error says what to do and
/// contains no secret.
pub(super) fn fetch(
    text: &str,
    folder: &Path,
    surroundings: &dyn Surroundings,
) -> Result<SecretString, String> {
    let value = if let Some(name) = text.strip_prefix("env:") {
        surroundings.variable(name).ok_or_else(|| {
            format!("the environment variable {name} is not set; set it before starting, or use file:PATH")
        })?
    } else if let Some(path) = text.strip_prefix("file:") {
        let path = folder.join(path);
        let text = surroundings
            .read(&path)
            .map_err(|error| format!("the file {} cannot be read: {error}", path.display()))?;
        text.trim_end_matches(['\r', '\n']).to_owned()
    } else {
        text.to_owned()
    };
    if value.is_empty() {
        return Err("this secret is empty".to_owned());
    }
    Ok(SecretString::from(value))
}

/// The content of the transformer's version pages, from the variables that rudder-transformer reads
/// (docs/facts/transformer.md#pages).
pub fn transformer_versions() -> transformer::Versions {
    let variable = |name| Process.variable(name).filter(|value| !value.is_empty());
    transformer::Versions {
        version: variable("npm_package_version"),
        build: variable("transformer_build_version"),
        commit: variable("git_commit_sha"),
    }
}

/// A secret given on the command line; `file:PATH` begins at the current folder.
pub fn secret_argument(option: &str, text: &str) -> Result<SecretString, ConfigError> {
    fetch(text, Path::new(""), &Process).map_err(|message| {
        let problem = Problem {
            place: None,
            variable: None,
            key: option.to_owned(),
            code: code::SECRET_UNAVAILABLE,
            message,
        };
        ConfigError::new("command line".to_owned(), vec![problem])
    })
}
