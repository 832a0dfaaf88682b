//! The settings of the console.

use crate::directory::Directory;
use crate::in_force::InForce;
use crate::observations::Observations;
use crate::operations::Operations;
use event::Clock;
use identity::{Admission, SetupToken};
use journal::{Archive, Journal};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use supervise::Supervisor;

/// The settings and parts that the console is started with.
#[derive(Clone)]
pub struct Settings {
    /// the journal that it reads
    pub journal: Arc<dyn Journal>,
    /// sources and destinations
    pub directory: Arc<Directory>,
    /// the running server
    pub operations: Arc<dyn Operations>,
    /// the archive that it reads and keeps its documents in
    pub archive: Arc<dyn Archive>,
    /// tells the time
    pub clock: Clock,
    /// the admin token and the limits of sessions
    pub admission: Arc<InForce<Admission>>,
    /// the token of the link for the first start
    pub setup: SetupToken,
    /// how the port is reached
    pub reach: Reach,
    /// how often alerts are checked
    pub alerts_every: Duration,
    /// supervises the parts of the server, including the console's own
    pub supervisor: Supervisor,
    /// the console's view of the running server
    pub observations: Observations,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("observations", &self.observations).finish_non_exhaustive()
    }
}

/// How the port is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// the port listens on a loopback address
    pub loopback: bool,
    /// the port speaks TLS itself
    pub tls: bool,
    /// a proxy is in front of the port, speaks TLS, and names the caller's address in `X-Forwarded-For`
    pub behind_proxy: bool,
}

impl Reach {
    /// Can only this machine's people and programs reach the port?
    pub(crate) fn only_this_machine(self) -> bool {
        self.loopback && !self.tls && !self.behind_proxy
    }

    /// Do browsers reach the port by HTTPS?
    pub(crate) fn is_secure(self) -> bool {
        self.tls || self.behind_proxy
    }
}
