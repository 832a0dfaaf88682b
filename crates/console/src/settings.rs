//! What the console is started with.

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

/// Everything the console is started with.
#[derive(Clone)]
pub struct Settings {
    /// where it reads
    pub journal: Arc<dyn Journal>,
    /// sources and destinations
    pub directory: Arc<Directory>,
    /// the running server
    pub operations: Arc<dyn Operations>,
    /// what it keeps, and what else it reads
    pub archive: Arc<dyn Archive>,
    /// what time it is
    pub clock: Clock,
    /// what opens it, whoever is there, and for how long
    pub admission: Arc<InForce<Admission>>,
    /// what opens it at the first start
    pub setup: SetupToken,
    /// how it is reached
    pub reach: Reach,
    /// how often is looked whether an alert has something to tell
    pub alerts_every: Duration,
    /// looks after the parts of the server, the console's own among them
    pub supervisor: Supervisor,
    /// what the console can see of the running server
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
    /// it listens on a loopback address
    pub loopback: bool,
    /// it speaks TLS itself
    pub tls: bool,
    /// a proxy stands before it, speaks TLS, and says in `X-Forwarded-For` who asks
    pub behind_proxy: bool,
}

impl Reach {
    /// Nobody but this machine's own people and programs.
    pub(crate) fn only_this_machine(self) -> bool {
        self.loopback && !self.tls && !self.behind_proxy
    }

    /// Browsers reach it by HTTPS.
    pub(crate) fn is_secure(self) -> bool {
        self.tls || self.behind_proxy
    }
}
