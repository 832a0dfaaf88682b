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
mod exposed;
mod keys;
mod model;
mod ports;
mod problem;
mod read;
mod reader;
mod review;
mod surroundings;

#[cfg(test)]
mod tests;

pub use access::{
    AdminAccess, DataFolder, TOKEN_VARIABLE, access_from_environment, access_from_file, admin_token,
    data_from_file, token_there_is,
};
pub use exposed::{exposed, exposed_files};
pub use keys::{CREDENTIAL, KEY_VARIABLE, KeyError, KeyOrigin, vault, vault_there_is};
pub(crate) use keys::{fresh_beside, old_beside, stands as key_stands, swap, write_key};
pub use model::{Admin, Config, GatewaySection, JournalSection, TransformerSection};
pub use problem::{ConfigError, Place, Problem, code};
pub use registry::units::{Rate, UnitError, duration, rate, size, write_duration};
pub use registry::{Delivery, Destination, Source};
pub(crate) use surroundings::LONGEST;
pub use surroundings::{Process, Surroundings, secret_argument, transformer_versions};

use reader::{Notes, Section};
use std::path::{Path, PathBuf};

/// What is read when no file is named.
pub const USUAL_FILE: &str = "rapport.toml";

impl Config {
    /// Reads and checks a configuration file. When none is named: `rapport.toml` of this folder, and without that every
    /// key has its default: sources and destinations then come from the console.
    pub fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
        let (text, file) = text_of(file, &Process)?;
        Config::parse(&text, &file, &Process)
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

/// The text of the file that is named, or of the usual one, or nothing; and which file it is, or would be.
fn text_of(file: Option<&Path>, surroundings: &dyn Surroundings) -> Result<(String, PathBuf), ConfigError> {
    let usual = Path::new(USUAL_FILE);
    match file {
        Some(file) => Ok((read_text(file, surroundings)?, file.to_owned())),
        None => match surroundings.read(usual) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Ok((String::new(), usual.to_owned()))
            }
            _ => Ok((read_text(usual, surroundings)?, usual.to_owned())),
        },
    }
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
