//! Why a sandbox does not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::snapshot::SnapshotError;

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The server cannot listen on an address.
    #[error("cannot listen on {addr}: {source}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The control API has no authentication.
    #[error(
        "the control address {0} is not a loopback address; anyone who can reach it controls the sandbox"
    )]
    ControlNotLoopback(SocketAddr),
    /// The state file cannot be read or written.
    #[error("state file {path}: {source}")]
    StateFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The state file is not a usable state.
    #[error("state file {path}: {source}")]
    State {
        /// The file.
        path: PathBuf,
        /// The error.
        source: SnapshotError,
    },
}
