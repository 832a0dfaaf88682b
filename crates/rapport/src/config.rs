//! The configuration: one TOML file, read once at start.
//!
//! * Every problem is reported, with file, line, column and key, before anything is started.
//! * A key nobody knows is a problem, and the nearest known key is named.
//! * Any secret may be the text itself, `env:NAME`, or `file:PATH` (relative to the configuration file).
//! * Quantities carry their unit: `"5 min"`, `"1 GiB"`, `"1000/min"`.
//! * `rapport.example.toml` holds every key with its default, and a test proves it.
//!
//! Nothing else in this program reads the environment or files for settings. `Debug` of the configuration shows no
//! secret.

mod access;
mod keys;
mod model;
mod problem;
mod read;
mod reader;
mod review;
mod surroundings;

#[cfg(test)]
mod tests;

pub use access::{AdminAccess, TOKEN_VARIABLE, access_from_environment, access_from_file, admin_token};
pub use keys::{CREDENTIAL, KEY_VARIABLE, KeyError, KeyOrigin, vault};
pub(crate) use keys::{fresh_beside, old_beside, swap, write_new};
pub use model::{Admin, Config, GatewaySection, JournalSection, TransformerSection};
pub use problem::{ConfigError, Place, Problem, code};
pub use registry::units::{Rate, UnitError, duration, rate, size, write_duration};
pub use registry::{Delivery, Destination, Source};
pub(crate) use surroundings::LONGEST;
pub use surroundings::{Process, Surroundings, secret_argument, transformer_versions};

use reader::{Notes, Section};
use std::path::Path;

impl Config {
    /// Reads and checks a configuration file.
    pub fn load(file: &Path) -> Result<Config, ConfigError> {
        let text = read_text(file, &Process)?;
        Config::parse(&text, file, &Process)
    }

    /// Reads and checks a configuration text. `file` names it in problems, and its folder is where `file:PATH` and
    /// the data folder begin.
    pub fn parse(text: &str, file: &Path, surroundings: &dyn Surroundings) -> Result<Config, ConfigError> {
        parse_noting(text, file, surroundings).0
    }
}

/// Also gives every key that was asked for.
fn parse_noting(
    text: &str,
    file: &Path,
    surroundings: &dyn Surroundings,
) -> (Result<Config, ConfigError>, std::collections::BTreeSet<String>) {
    let notes = Notes::new(text, folder_of(file), surroundings);
    let config = notes.document().map(|document| {
        let root = Section::root(&notes, document.get_ref());
        read::config(root, folder_of(file))
    });
    let (problems, asked) = notes.into_parts();
    match config {
        Some(config) if problems.is_empty() => (Ok(config), asked),
        _ => (Err(ConfigError::new(file.to_owned(), problems)), asked),
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

fn read_text(file: &Path, surroundings: &dyn Surroundings) -> Result<String, ConfigError> {
    surroundings.read(file).map_err(|error| {
        let problem = Problem {
            place: None,
            key: String::new(),
            code: code::UNREADABLE,
            message: format!("the configuration file cannot be read: {error}"),
        };
        ConfigError::new(file.to_owned(), vec![problem])
    })
}
