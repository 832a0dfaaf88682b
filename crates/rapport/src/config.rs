//! The configuration: one TOML file, with what the environment says over it; read at start, and again on SIGHUP
//! ([`crate::reload`]).
//!
//! * Every key may also be a variable, as in `RAPPORT_GATEWAY__LISTEN` ([`environment`]). Every requested key is
//!   recorded with its value and origin ([`Setting`]).
//! * Every problem is reported, with file, line, column and key, before anything is started.
//! * An unknown key is a problem, and the nearest known key is named.
//! * Any secret may be the text itself, `env:NAME`, or `file:PATH` (relative to the configuration file).
//! * Quantities have a unit: `"5 min"`, `"1 GiB"`, `"1000/min"`.
//! * `rapport.example.toml` has every key with its default, and a test verifies that.
//!
//! Nothing else in this program reads the environment or files for settings. `Debug` of the configuration shows no
//! secret.

mod access;
mod cluster;
mod environment;
mod exposed;
mod judged;
mod kept;
mod keys;
mod model;
mod ports;
mod problem;
mod read;
mod reader;
mod rendered;
mod review;
mod setting;
mod surroundings;

#[cfg(test)]
mod tests;

pub use access::{
    Address, AdminAccess, DataFolder, TOKEN_VARIABLE, access_from_environment, access_from_file,
    admin_address, admin_token, data_from_file, token_there_is,
};
pub use exposed::{exposed, exposed_files};
pub use kept::{KeptConfiguration, in_force};
pub(crate) use keys::FILE as KEY_FILE;
pub use keys::{CREDENTIAL, KEY_VARIABLE, KeyError, KeyOrigin, key_text, vault, vault_there_is};
pub(crate) use keys::{fresh_beside, old_beside, stands as key_stands, swap, write_key};
pub use model::{
    Admin, BackupSection, ClusterLogin, ClusterSection, ClusterTls, Config, GatewaySection, JournalSection,
    LogSection, SaslMechanism, TransformerSection,
};
pub use ports::socket_address;
pub use problem::{ConfigError, Problem, TextPosition, code};
pub use registry::units::{Rate, UnitError, duration, rate, size, write_duration};
pub use registry::{DeliverySettings, Destination, Source};
pub use setting::{Origin, Setting, changed, quoted, written};
pub(crate) use surroundings::MAX_LENGTH;
pub use surroundings::{Nowhere, Process, Surroundings, secret_argument, transformer_versions};

use reader::{Findings, Notes, Section};
use std::path::{Path, PathBuf};

/// The file that is read if none is named.
pub const USUAL_FILE: &str = "rapport.toml";

impl Config {
    /// Reads and checks a configuration file. If none is named, it reads `rapport.toml` in this folder; if that is
    /// missing, every key has its default, and sources and destinations come from the console.
    pub fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
        ConfigText::of(file)?.config()
    }

    /// Reads and checks a configuration text. `file` names it in problems, and its folder is where `file:PATH` and
    /// the data folder begin.
    pub fn parse(text: &str, file: &Path, surroundings: &dyn Surroundings) -> Result<Config, ConfigError> {
        parse_noting(text, file, surroundings).0
    }
}

/// A configuration text, and its name.
#[derive(Debug, Clone)]
pub struct ConfigText {
    text: String,
    file: PathBuf,
    /// Whether it comes from a file or standard input.
    is_there: bool,
}

impl ConfigText {
    /// The text of the named file, of standard input for `-`, or of the default file; it is empty if that does not
    /// exist.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(file: Option<&Path>) -> Result<ConfigText, ConfigError> {
        ConfigText::within(file, &Process)
    }

    fn within(file: Option<&Path>, surroundings: &dyn Surroundings) -> Result<ConfigText, ConfigError> {
        let usual = Path::new(USUAL_FILE);
        let there = |file: &Path, text: String| ConfigText { text, file: file.to_owned(), is_there: true };
        match file {
            Some(file) if file == Path::new(STANDARD_INPUT) => {
                let text =
                    surroundings::bounded(std::io::stdin()).map_err(|error| unreadable(file, &error))?;
                Ok(there(file, text))
            }
            Some(file) => Ok(there(file, read_text(file, surroundings)?)),
            None => match surroundings.read(usual) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    Ok(ConfigText { text: String::new(), file: usual.to_owned(), is_there: false })
                }
                _ => Ok(there(usual, read_text(usual, surroundings)?)),
            },
        }
    }

    /// The present content of the same file. Standard input keeps its content, because it can be read only once.
    ///
    /// # Errors
    /// If it cannot be read, or no longer exists: it may be being replaced.
    pub fn again(&self, file: Option<&Path>) -> Result<ConfigText, ConfigError> {
        if self.file == Path::new(STANDARD_INPUT) {
            return Ok(self.clone());
        }
        let again = ConfigText::of(file)?;
        if self.is_there && !again.is_there {
            return Err(unreadable(&again.file, &std::io::ErrorKind::NotFound.into()));
        }
        Ok(again)
    }

    /// The configuration, with the present environment and the present content of the files that it names.
    ///
    /// # Errors
    /// All its problems.
    pub fn config(&self) -> Result<Config, ConfigError> {
        let config = Config::parse(&self.text, &self.file, &Process);
        config.map_err(|error| ConfigError { origin: self.origin(), ..error })
    }

    /// Its name, which may stand in front of a line number.
    pub fn name(&self) -> String {
        name_of(&self.file)
    }

    /// Where the configuration comes from, for people.
    pub fn origin(&self) -> String {
        let name = self.name();
        if self.is_there { name } else { format!("variables and defaults (there is no {name})") }
    }
}

fn name_of(file: &Path) -> String {
    if file == Path::new(STANDARD_INPUT) { "standard input".to_owned() } else { file.display().to_string() }
}

/// The name for standard input instead of a file.
const STANDARD_INPUT: &str = "-";

/// Also returns every requested key.
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
    let stray = notes.stray_variables();
    let Findings { problems, asked, settings } = notes.into_found();
    match config {
        Some(mut config) if problems.is_empty() => {
            config.warnings.extend(stray);
            config.settings = settings;
            (Ok(config), asked)
        }
        _ => (Err(ConfigError::new(name_of(file), problems)), asked),
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

fn read_text(file: &Path, surroundings: &dyn Surroundings) -> Result<String, ConfigError> {
    surroundings.read(file).map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &Path, error: &std::io::Error) -> ConfigError {
    let problem = Problem {
        place: None,
        variable: None,
        key: String::new(),
        code: code::UNREADABLE,
        message: format!("the configuration file cannot be read: {error}"),
    };
    ConfigError::new(name_of(file), vec![problem])
}
