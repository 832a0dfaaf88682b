//! The commands that look after a data folder, its keys and the program itself.

use super::shared::{ConfigFile, Passphrase};
use clap::{Args, Subcommand};
use std::path::PathBuf;

const DOCTOR_CODES: &str = "\
Exit codes:
  0  nothing is wrong
  1  something is wrong; standard output says what, and what to do
  2  the folder cannot be examined: it does not exist, or a newer version wrote it";

/// `doctor`
#[derive(Debug, Args)]
#[command(after_help = DOCTOR_CODES)]
pub struct Doctor {
    /// The server's configuration
    #[command(flatten)]
    pub config: ConfigFile,
    /// The data folder itself, or a copy of it, or a backup, whose files are compared with its checksums
    #[arg(long, value_name = "FOLDER", conflicts_with = "config")]
    pub data: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

const HEALTH_NOTES: &str = "\
Exit codes:
  0  ready
  3  the server could not be reached
  4  not ready; standard output says why

Use it as the readiness check of a container. A server that is not ready need not be
restarted: for a liveness check, ask /livez.";

/// `health`
#[derive(Debug, Args)]
#[command(after_help = HEALTH_NOTES)]
pub struct HealthArgs {
    /// The server's configuration: the admin port's address is in it
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
    /// The folder to make; it must not exist
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// The server's configuration
    #[command(flatten)]
    pub config: ConfigFile,
    /// The passphrase that seals the key, if the backup is to contain it
    #[command(flatten)]
    pub passphrase: Passphrase,
}

/// `restore`
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup's folder
    #[arg(value_name = "BACKUP")]
    pub backup: PathBuf,
    /// The data folder to make; it must not exist, or must be empty
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// The passphrase of the key in the backup
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
    /// Seal every stored secret with a new key; the server must be stopped
    Rotate(RotateKey),
}

/// `keys rotate`
#[derive(Debug, Args)]
pub struct RotateKey {
    /// The server's configuration
    #[command(flatten)]
    pub config: ConfigFile,
    /// The new key, as file:PATH or env:NAME [default: a new key is made if the present one is in a file]
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
