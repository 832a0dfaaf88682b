//! The commands that look after a data folder, its keys and the program itself.

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
    /// The configuration file the server runs with [default: rapport.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The data folder itself, a copy or a backup of one
    #[arg(long, value_name = "FOLDER", conflicts_with = "config")]
    pub data: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// `backup`
#[derive(Debug, Args)]
pub struct Backup {
    /// The folder to make; its name may not be taken
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// The configuration file the server runs with [default: rapport.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Put the key of the console's secrets into the backup too, sealed with this passphrase: file:PATH or env:NAME
    #[arg(long, value_name = "PLACE")]
    pub passphrase: Option<String>,
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
    /// The passphrase of the key in the backup: file:PATH or env:NAME
    #[arg(long, value_name = "PLACE")]
    pub passphrase: Option<String>,
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
    /// The server's configuration file [default: rapport.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
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
