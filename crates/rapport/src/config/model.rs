//! A configuration after it was read: typed, checked, and with defaults.

use super::setting::Setting;
use gateway::ClientIp;
use mapping::Profile;
use port::TlsFiles;
use registry::units::DiskShare;
use registry::{DeliverySettings, Destination, Source};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// A whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// the public port
    pub gateway: GatewaySection,
    /// the operator's port
    pub admin: Admin,
    /// where events are kept
    pub journal: JournalSection,
    /// who may send
    pub sources: Vec<Source>,
    /// for rudder-server
    pub transformer: TransformerSection,
    /// how events are delivered, unless a destination overrides it
    pub delivery: DeliverySettings,
    /// `secrets.key_file`: the key that seals what the console keeps
    pub key_file: Option<PathBuf>,
    /// where to deliver
    pub destinations: Vec<Destination>,
    /// `[log]`
    pub log: LogSection,
    /// `[backup]`
    pub backup: BackupSection,
    /// `[cluster]`; `None`: this server stands alone
    pub cluster: Option<ClusterSection>,
    /// what is allowed and probably not meant
    pub warnings: Vec<String>,
    /// every key with its value and origin
    pub settings: Vec<Setting>,
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSection {
    /// `level`: the level of the log, unless the command line gives another
    pub level: String,
}

/// `[backup]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSection {
    /// `path`: the folder for backups; `None` if none are taken
    pub path: Option<PathBuf>,
    /// `every`: how often
    pub every: Duration,
    /// `keep`: the number of newest backups that are kept
    pub keep: u32,
}

/// `[cluster]`: several machines share one journal by a log in Kafka.
#[derive(Debug, Clone)]
pub struct ClusterSection {
    /// `brokers`: some of Kafka's brokers, each as `host:port`
    pub brokers: Vec<String>,
    /// `node`: this machine's name, which no other machine of the cluster has
    pub node: String,
    /// `prefix`: the beginning of the topic's name
    pub prefix: String,
    /// `create_topic`: whether a missing topic is made
    pub create_topic: bool,
    /// `tls`; `None`: unencrypted
    pub tls: Option<ClusterTls>,
    /// `sasl`; `None`: this machine does not sign in
    pub sasl: Option<ClusterLogin>,
}

/// `[cluster.tls]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterTls {
    /// `authorities`: the file of the certificate authorities; `None`: those of the system
    pub authorities: Option<PathBuf>,
    /// `certificate` and `key`: the files of this machine's own certificate
    pub certificate: Option<(PathBuf, PathBuf)>,
}

/// `[cluster.sasl]`
#[derive(Debug, Clone)]
pub struct ClusterLogin {
    /// `mechanism`
    pub mechanism: SaslMechanism,
    /// `username`
    pub username: String,
    /// `password`
    pub password: SecretString,
}

/// How a machine signs in at Kafka.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaslMechanism {
    /// `plain`
    Plain,
    /// `scram-sha-256`
    ScramSha256,
    /// `scram-sha-512`
    ScramSha512,
}

/// `[gateway]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewaySection {
    /// `listen`
    pub listen: SocketAddr,
    /// `tls`; `None`: unencrypted
    pub tls: Option<TlsFiles>,
    /// `behind_proxy`: a proxy in front of it speaks TLS
    pub behind_proxy: bool,
    /// `client_ip` and `trusted_proxies`: which address is taken for the caller's
    pub client_ip: ClientIp,
    /// `max_body`, in bytes
    pub max_body: u64,
    /// `max_events`, in one request
    pub max_events: u32,
    /// `max_body_memory`, in bytes
    pub max_body_memory: u64,
    /// `max_header`, in bytes
    pub max_header: u64,
    /// `max_concurrent_requests`
    pub max_concurrent_requests: u32,
    /// `max_connections`; fewer where the machine has no room for so many
    pub max_connections: u32,
    /// `max_connections_per_address`; `None`: a share of all, or no limit behind a proxy
    pub max_connections_per_address: Option<u32>,
    /// `source_bytes`; `None`: no limit
    pub source_bytes: Option<(u64, Duration)>,
    /// `source_disk`: how much of the disk one source may take, unless the source overrides it
    pub source_disk: DiskShare,
    /// `head_timeout`
    pub head_timeout: Duration,
    /// `body_timeout`
    pub body_timeout: Duration,
    /// `idle_timeout`
    pub idle_timeout: Duration,
    /// `drain_timeout`
    pub drain_timeout: Duration,
    /// `drain_delay`: how long a stopping server goes on accepting events while it reports that it is not ready
    pub drain_delay: Duration,
}

/// `[admin]`
#[derive(Debug, Clone)]
pub struct Admin {
    /// `listen`
    pub listen: SocketAddr,
    /// `max_connections`; fewer where the machine has no room for so many
    pub max_connections: u32,
    /// `session`: `idle` and `longest`
    pub sessions: identity::SessionLimits,
    /// `token`; `None`: made at first start
    pub token: Option<SecretString>,
    /// `tls`; `None`: unencrypted
    pub tls: Option<TlsFiles>,
    /// `behind_proxy`: a proxy in front of it speaks TLS
    pub behind_proxy: bool,
    /// `allowed_networks`: private and other special networks whose addresses may be entered in the console
    pub addresses: registry::AddressPolicy,
}

/// `[transformer]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransformerSection {
    /// `listen`; `None`: not started
    pub listen: Option<SocketAddr>,
    /// `max_connections`; fewer where the machine has no room for so many
    pub max_connections: u32,
    /// `profile`
    pub profile: Profile,
    /// `upstream`: the transformer behind
    pub upstream: Option<String>,
    /// `base_url`: where InMoment is
    pub base_url: Option<String>,
    /// `concurrency`: look-ups under way at once, for each account
    pub concurrency: u32,
    /// `max_body`, in bytes
    pub max_body: u64,
    /// `max_body_memory`, in bytes
    pub max_body_memory: u64,
    /// `call_timeout`
    pub call_timeout: Duration,
}

impl Default for TransformerSection {
    fn default() -> Self {
        TransformerSection {
            listen: None,
            max_connections: 2_000,
            profile: Profile::Rudderstack,
            upstream: None,
            base_url: None,
            concurrency: 64,
            max_body: 200 << 20,
            max_body_memory: 512 << 20,
            call_timeout: Duration::from_secs(30),
        }
    }
}

/// `[journal]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalSection {
    /// `path`: the data folder
    pub path: PathBuf,
    /// `retention.age`: how long finished events are kept
    pub retention_age: Duration,
    /// `retention.size`: how much of finished events is kept, in bytes
    pub retention_size: u64,
    /// `retention.answers`: how long survey answers that InMoment has are kept
    pub retention_answers: Duration,
}
