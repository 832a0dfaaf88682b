//! What is wrong with a configuration: every problem at once, each with its place.

use std::fmt;

/// The stable words for configuration problems (docs/errors.md).
pub mod code {
    /// the file cannot be read
    pub const UNREADABLE: &str = "config_unreadable";
    /// the text is not TOML
    pub const SYNTAX: &str = "config_syntax";
    /// a key nobody knows
    pub const UNKNOWN_KEY: &str = "config_unknown_key";
    /// a key that must be there is not
    pub const MISSING_KEY: &str = "config_missing_key";
    /// a value of the wrong kind or out of its range
    pub const INVALID_VALUE: &str = "config_invalid_value";
    /// `env:` or `file:` leads nowhere
    pub const SECRET_UNAVAILABLE: &str = "config_secret_unavailable";
    /// two things have one name or one write key
    pub const DUPLICATE: &str = "config_duplicate";
    /// a destination names a source that is not there
    pub const UNKNOWN_SOURCE: &str = "config_unknown_source";
    /// a port would be reachable from other machines, and nothing encrypts what comes and goes
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

/// Keys of earlier versions, and what took their place.
const REPLACED: [(&str, &str); 1] = [(
    "admin.allow_remote",
    "behind_proxy = true says that a proxy that speaks TLS stands in front; without one, [admin.tls] names a \
     certificate and its key",
)];

/// What took the place of a key of an earlier version.
pub(super) fn replaced(key: &str) -> Option<&'static str> {
    REPLACED.iter().find(|(old, _)| *old == key).map(|(_, instead)| *instead)
}

/// How like a known word another must be to be suggested (Damerau-Levenshtein over length, 1 = the same).
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

/// A place in the file, both counted from 1.
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

/// One thing wrong. Never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// where
    pub place: Option<TextPosition>,
    /// the variable that says it, if it is of the environment
    pub variable: Option<String>,
    /// the key, e.g. `delivery.retry.first`
    pub key: String,
    /// the stable word
    pub code: &'static str,
    /// what is wrong and what to write instead
    pub message: String,
}

/// A configuration that cannot be used, with everything that is wrong with it in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// where it comes from, for people: a file, as a rule
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
