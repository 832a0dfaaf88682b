//! Arguments that several commands have, each said once.

use crate::config;
use crate::failure::Failure;
use clap::Args;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

/// `--config`
#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct ConfigFile {
    /// The server's configuration file, or - for standard input [default: rapport.toml, if it is there]
    #[arg(long = "config", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl ConfigFile {
    /// What was named; `None`: the usual file, if it is there.
    pub fn file(&self) -> Option<&Path> {
        self.config.as_deref()
    }
}

/// `--passphrase`
#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct Passphrase {
    /// What seals the key of the console's secrets in the backup: file:PATH or env:NAME. A backup taken without it has no key,
    /// and without it a key in a backup is not restored
    #[arg(long, value_name = "PLACE")]
    pub passphrase: Option<String>,
}

impl Passphrase {
    /// The passphrase itself, from where it is.
    ///
    /// # Errors
    /// When it is not there, or is no place.
    pub fn read(&self) -> Result<Option<SecretString>, Failure> {
        let place = self.passphrase.as_deref();
        Ok(place.map(|place| config::secret_argument("--passphrase", place)).transpose()?)
    }
}
