//! The problems of a configuration: all at once, each with its position.

use std::fmt;

/// The stable words for configuration problems (docs/errors.md).
pub mod code {
    /// the file cannot be read
    pub const UNREADABLE: &str = "config_unreadable";
    /// the text is not TOML
    pub const SYNTAX: &str = "config_syntax";
    /// an unknown key
    pub const UNKNOWN_KEY: &str = "config_unknown_key";
    /// a required key is missing
    pub const MISSING_KEY: &str = "config_missing_key";
    /// a value of the wrong kind or out of its range
    pub const INVALID_VALUE: &str = "config_invalid_value";
    /// `env:` or `file:` leads nowhere
    pub const SECRET_UNAVAILABLE: &str = "config_secret_unavailable";
    /// two entries have the same name or write key
    pub const DUPLICATE: &str = "config_duplicate";
    /// a destination names a source that does not exist
    pub const UNKNOWN_SOURCE: &str = "config_unknown_source";
    /// a port would be reachable from other machines without encryption
    pub const UNENCRYPTED: &str = "config_unencrypted";

    /// All of them.
    pub const ALL: [&str; 9] = [
        UNREADABLE,
        SYNTAX,
        UNKNOWN_KEY,
        MISSING_KEY,
        INVALID_VALUE,
        SECRET_UNAVAILABLE,
        DUPLICATE,
        UNKNOWN_SOURCE,
        UNENCRYPTED,
    ];
}

/// Keys of earlier versions, and their replacements.
const REPLACED: [(&str, &str); 1] = [(
    "admin.allow_remote",
    "behind_proxy = true says that a proxy that speaks TLS stands in front; without one, [admin.tls] names a \
     certificate and its key",
)];

/// The replacement of a key of an earlier version.
pub(super) fn replaced(key: &str) -> Option<&'static str> {
    REPLACED.iter().find(|(old, _)| *old == key).map(|(_, instead)| *instead)
}

/// How similar a known word must be to be suggested (Damerau-Levenshtein over length, 1 = the same).
const MIN_SIMILARITY: f64 = 0.5;

/// `; did you mean "x"?`, or nothing when no word is near.
pub(super) fn meant<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> String {
    let score = |other: &str| strsim::normalized_damerau_levenshtein(&word.to_lowercase(), other);
    known
        .map(|other| (score(other), other))
        .filter(|(score, _)| *score >= MIN_SIMILARITY)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, other)| format!("; did you mean {other:?}?"))
        .unwrap_or_default()
}

/// A position in the file; both numbers are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPosition {
    /// line
    pub line: usize,
    /// character in it
    pub column: usize,
}

impl TextPosition {
    /// The place of a byte of the text.
    pub(super) fn of(text: &str, byte: usize) -> TextPosition {
        let before = text.get(..byte.min(text.len())).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        TextPosition { line: before.matches('\n').count() + 1, column: before[start..].chars().count() + 1 }
    }
}

/// One problem. It never contains the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// where
    pub place: Option<TextPosition>,
    /// the variable, if it comes from the environment
    pub variable: Option<String>,
    /// the key, e.g. `delivery.retry.first`
    pub key: String,
    /// the stable word
    pub code: &'static str,
    /// the problem, and what to write instead
    pub message: String,
}

/// A configuration that cannot be used, with all its problems in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// its origin, for people: usually a file
    pub origin: String,
    /// at least one
    pub problems: Vec<Problem>,
}

impl ConfigError {
    pub(super) fn new(origin: String, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.place);
        ConfigError { origin, problems }
    }

    /// The first problem's word, for exit messages and machines.
    pub fn code(&self) -> &'static str {
        self.problems.first().map_or(code::UNREADABLE, |problem| problem.code)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, problem) in self.problems.iter().enumerate() {
            if nth > 0 {
                writeln!(f)?;
            }
            match &problem.variable {
                Some(variable) => write!(f, "{variable}")?,
                None => write!(f, "{}", self.origin)?,
            }
            if let Some(place) = problem.place {
                write!(f, ":{}:{}", place.line, place.column)?;
            }
            if !problem.key.is_empty() {
                write!(f, ": {}", problem.key)?;
            }
            write!(f, ": {} [{}]", problem.message, problem.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
