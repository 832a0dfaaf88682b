//! What the console can see of the running server: what came in, how it is, and how its configuration was read.

use crate::in_force::InForce;
use event::Millis;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What the console can see of the running server. Every closure reads the value of now.
#[derive(Clone)]
pub struct Observations {
    /// how the configuration was last read
    pub configuration: Arc<InForce<Configuration>>,
    /// backups that the server takes by itself
    pub backups: Arc<InForce<Backups>>,
    /// what came in so far
    pub ingress: Arc<dyn Fn() -> Ingress + Send + Sync>,
    /// the ports as they are now, each with the memory for its bodies where it has one of its own
    pub doors: Arc<dyn Fn() -> Vec<(port::DoorSnapshot, Option<port::RoomSnapshot>)> + Send + Sync>,
    /// when the certificate of each port that speaks TLS expires
    pub certificates: Arc<dyn Fn() -> Vec<(&'static str, Millis)> + Send + Sync>,
    /// the process as the system sees it. May block
    pub process: Arc<dyn Fn() -> Process + Send + Sync>,
    /// what was done for rudder-server, if that is configured
    pub transformer: Option<Arc<dyn Fn() -> TransformerWork + Send + Sync>>,
    /// how much of the disk that holds the data folder is free; `None`: not known
    pub free_disk_percent: Arc<dyn Fn() -> Option<f64> + Send + Sync>,
    /// why events should not be sent to the server now; the public port goes by the same rule
    pub unready: Arc<dyn Fn() -> Vec<Unready> + Send + Sync>,
    /// lines of the log that were lost so far
    pub log_lines_lost: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// the program's version
    pub version: &'static str,
}

impl fmt::Debug for Observations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observations").field("version", &self.version).finish_non_exhaustive()
    }
}

/// How the configuration was read since the server runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configuration {
    /// how often it was read anew and taken
    pub applied: u64,
    /// how often it was read anew and refused
    pub refused: u64,
    /// when it was last taken, the start included
    pub applied_at: Option<Millis>,
    /// why the last reading was refused; `None`: it was not
    pub refusal: Option<ConfigurationRefusal>,
    /// keys with another value than the one in force, which the next start takes
    pub needs_restart: Vec<String>,
}

/// Backups that the server takes by itself, since it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backups {
    /// how many
    pub taken: u64,
    /// how often one could not be taken
    pub failed: u64,
    /// the last one could not
    pub failing: bool,
    /// when the last one was taken
    pub last_at: Option<Millis>,
}

/// Why a configuration was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationRefusal {
    /// when
    pub at: Millis,
    /// a stable word (docs/errors.md)
    pub code: String,
    /// what is wrong, in words
    pub message: String,
}

/// A reason why events should not be sent to the server.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Unready {
    /// a stable word (docs/errors.md)
    pub code: &'static str,
    /// the reason in words
    pub reason: String,
}

/// The process as the system sees it; `None`: it does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Process {
    /// processor time used, in user and system mode
    pub cpu: Option<Duration>,
    /// bytes of memory held
    pub resident_bytes: Option<u64>,
    /// bytes of address space
    pub virtual_bytes: Option<u64>,
    /// file descriptors open
    pub open_descriptors: Option<u64>,
    /// file descriptors that may be open
    pub most_descriptors: Option<u64>,
    /// when it was started, since 1970
    pub started: Option<Duration>,
}

/// How long something took, counted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Durations {
    /// how many took up to so many seconds, and more than those before; the last bound is infinite
    pub counts: Vec<(f64, u64)>,
    /// how many seconds they took together
    pub sum: f64,
}

impl Durations {
    /// Of what was counted elsewhere: so many up to each bound, in milliseconds, and more than the one before, and last those
    /// that took longer than all of them; `together` is how long all of them took.
    pub fn of(bounds_ms: &[u64], counts: &[u64], together: Duration) -> Durations {
        let bounds = bounds_ms.iter().map(|bound| Duration::from_millis(*bound).as_secs_f64());
        let counts = bounds.chain([f64::INFINITY]).zip(counts.iter().copied()).collect();
        Durations { counts, sum: together.as_secs_f64() }
    }
}

/// What came in at the public port since the start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ingress {
    /// by source, in the order of the configuration
    pub sources: Vec<SourceIngress>,
    /// event requests of no known source, by status
    pub unrecognised: Vec<(u16, u64)>,
    /// connections open now
    pub connections: usize,
    /// event requests being worked on now
    pub requests_in_flight: usize,
    /// how long event requests took, from the end of their head to their reply
    pub took: Durations,
}

/// What came in from one source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceIngress {
    /// its configured name; never its write key
    pub name: String,
    /// requests by the status they were answered with
    pub requests: Vec<(u16, u64)>,
    /// events stored
    pub events_accepted: u64,
    /// events rejected as not usable
    pub events_rejected: u64,
    /// when it last sent an event
    pub last_event_at: Option<Millis>,
    /// what its stored requests and dead letters take of the disk, in bytes
    pub stored_bytes: u64,
    /// what they may take; `None`: as much as there is
    pub disk_bytes: Option<u64>,
    /// they have taken it, and the source is refused
    pub disk_is_full: bool,
}

/// What was done for rudder-server since the start. The words are the transformer's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransformerWork {
    /// requests by what they were for
    pub requests: Vec<(&'static str, u64)>,
    /// jobs by what rudder-server does with the answer
    pub jobs: Vec<(&'static str, u64)>,
    /// end users looked up
    pub look_ups: u64,
    /// look-ups that were not needed, because another job of the request was about the same end user
    pub look_ups_shared: u64,
}
