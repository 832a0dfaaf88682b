//! The console's view of the running server: the received requests, the health, and the last reading of the
//! configuration.

use crate::in_force::InForce;
use event::Millis;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The console's view of the running server. Every closure reads the present value.
#[derive(Clone)]
pub struct Observations {
    /// the last reading of the configuration
    pub configuration: Arc<InForce<Configuration>>,
    /// backups that the server takes by itself
    pub backups: Arc<InForce<Backups>>,
    /// the received requests and events so far
    pub ingress: Arc<dyn Fn() -> Ingress + Send + Sync>,
    /// the ports as they are now, each with the memory for its bodies where it has one of its own
    pub doors: Arc<dyn Fn() -> Vec<(port::DoorSnapshot, Option<port::RoomSnapshot>)> + Send + Sync>,
    /// when the certificate of each port that speaks TLS expires
    pub certificates: Arc<dyn Fn() -> Vec<(&'static str, Millis)> + Send + Sync>,
    /// the process as the operating system reports it. The call may block
    pub process: Arc<dyn Fn() -> Process + Send + Sync>,
    /// the work done for rudder-server, if the transformer is configured
    pub transformer: Option<Arc<dyn Fn() -> TransformerWork + Send + Sync>>,
    /// how much of the disk that holds the data folder is free; `None`: not known
    pub free_disk_percent: Arc<dyn Fn() -> Option<f64> + Send + Sync>,
    /// the reasons why events should not be sent to the server now; the public port uses the same rule
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

/// The readings of the configuration since the server started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configuration {
    /// how often it was read again and taken
    pub applied: u64,
    /// how often it was read again and refused
    pub refused: u64,
    /// when it was last taken, the start included
    pub applied_at: Option<Millis>,
    /// why the last reading was refused; `None`: it was not
    pub refusal: Option<ConfigurationRefusal>,
    /// keys whose new value takes effect at the next start
    pub needs_restart: Vec<String>,
}

/// Scheduled backups since the server started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backups {
    /// how many
    pub taken: u64,
    /// how many failed
    pub failed: u64,
    /// whether the last one failed
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

/// The process as the operating system reports it; `None`: the system does not report the value.
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

/// A histogram of durations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Durations {
    /// for each bucket its upper bound in seconds and its count, which does not include smaller buckets; the last bound
    /// is infinite
    pub counts: Vec<(f64, u64)>,
    /// the sum of all durations in seconds
    pub sum: f64,
}

impl Durations {
    /// A histogram from counts made elsewhere: for each bound (in ms) the number of durations up to it and above the
    /// bound before; the last count has those above all bounds. `together` is the sum of all durations.
    pub fn of(bounds_ms: &[u64], counts: &[u64], together: Duration) -> Durations {
        let bounds = bounds_ms.iter().map(|bound| Duration::from_millis(*bound).as_secs_f64());
        let counts = bounds.chain([f64::INFINITY]).zip(counts.iter().copied()).collect();
        Durations { counts, sum: together.as_secs_f64() }
    }
}

/// The traffic of the public port since the start.
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

/// The traffic of one source.
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
    /// bytes that its stored requests and dead letters take on the disk
    pub stored_bytes: u64,
    /// bytes that they may take; `None`: no limit
    pub disk_bytes: Option<u64>,
    /// whether the limit is reached, so that the source is refused
    pub disk_is_full: bool,
}

/// The work done for rudder-server since the start. The words are the transformer's own.
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
