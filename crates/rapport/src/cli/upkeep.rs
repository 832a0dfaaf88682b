//! The commands that look after a data folder, its keys and the program itself.

use super::shared::{ConfigFile, Passphrase};
use clap::{Args, Subcommand};
use std::path::PathBuf;

const DOCTOR_CODES: &str = "\
Exit codes:
  0  nothing is wrong
  1  something is wrong; standard output says what, and what to do
  2  the folder cannot be looked at: it is not there, or a newer version wrote it";

/// `doctor`
#[derive(Debug, Args)]
#[command(after_help = DOCTOR_CODES)]
pub struct Doctor {
    /// What the server is configured by
    #[command(flatten)]
    pub config: ConfigFile,
    /// The data folder itself, or a copy of one; or a backup, whose files are compared with the sums in it
    #[arg(long, value_name = "FOLDER", conflicts_with = "config")]
    pub data: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

const HEALTH_NOTES: &str = "\
Exit codes:
  0  ready
  3  the server could not be reached
  4  not ready; standard output says why

It suits the health check of a container. It is no reason to end a server: for that, ask /livez.";

/// `health`
#[derive(Debug, Args)]
#[command(after_help = HEALTH_NOTES)]
pub struct HealthArgs {
    /// What the server is configured by: the admin port's address is in it
    #[command(flatten)]
    pub config: ConfigFile,
    /// The address of either port, e.g. http://127.0.0.1:8080
    #[arg(long, value_name = "URL", conflicts_with = "config")]
    pub url: Option<String>,
    /// A certificate to trust at an https address: the server's own, or its authority's
    #[arg(long, value_name = "FILE", requires = "url")]
    pub ca: Option<PathBuf>,
}

/// `backup`
#[derive(Debug, Args)]
pub struct Backup {
    /// The folder to make; its name may not be taken
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// What the server is configured by
    #[command(flatten)]
    pub config: ConfigFile,
    /// What seals the key, if that shall be in it
    #[command(flatten)]
    pub passphrase: Passphrase,
}

/// `restore`
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup's folder
    #[arg(value_name = "BACKUP")]
    pub backup: PathBuf,
    /// The data folder to make; it may not be there, or must be empty
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// What seals the key in it
    #[command(flatten)]
    pub passphrase: Passphrase,
}

/// `keys`
#[derive(Debug, Args)]
pub struct Keys {
    /// What to do
    #[command(subcommand)]
    pub action: KeysAction,
}

/// What `keys` can do.
#[derive(Debug, Subcommand)]
pub enum KeysAction {
    /// Print a new key
    New,
    /// Seal every kept secret with a new key; the server must be stopped
    Rotate(RotateKey),
}

/// `keys rotate`
#[derive(Debug, Args)]
pub struct RotateKey {
    /// What the server is configured by
    #[command(flatten)]
    pub config: ConfigFile,
    /// The new key, as file:PATH or env:NAME [default: one is made, when the key is in a file]
    #[arg(long, value_name = "PLACE")]
    pub new_key: Option<String>,
}

/// `manual`
#[derive(Debug, Args)]
pub struct Manual {
    /// The folder to write them to
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
}
