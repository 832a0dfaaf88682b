//! Arguments that several commands share.

use crate::config;
use crate::failure::Failure;
use clap::Args;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

/// `--config`
#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct ConfigFile {
    /// The server's configuration file, or - for standard input [default: rapport.toml, if it exists]
    #[arg(long = "config", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl ConfigFile {
    /// The file that was named; `None`: the default file, if it exists.
    pub fn file(&self) -> Option<&Path> {
        self.config.as_deref()
    }
}

/// `--passphrase`
#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct Passphrase {
    /// Where the passphrase is (file:PATH or env:NAME) that seals the key of the console's secrets in the backup. A
    /// backup taken without it has no key, and without it a key in a backup is not restored
    #[arg(long, value_name = "PLACE")]
    pub passphrase: Option<String>,
}

impl Passphrase {
    /// Reads the passphrase.
    ///
    /// # Errors
    /// The place cannot be read, or is neither `file:PATH` nor `env:NAME`.
    pub fn read(&self) -> Result<Option<SecretString>, Failure> {
        let place = self.passphrase.as_deref();
        Ok(place.map(|place| config::secret_argument("--passphrase", place)).transpose()?)
    }
}
