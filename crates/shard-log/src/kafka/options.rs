//! The options of a log in Kafka.

use crate::error::LogError;
use secrecy::SecretString;
use std::time::Duration;

/// How to reach the brokers, and the properties of the log.
#[derive(Debug, Clone)]
pub struct Options {
    /// some of the brokers, each as `host:port`; these name the others
    pub brokers: Vec<String>,
    /// the topic is `<prefix>.log`, the group `<prefix>`
    pub prefix: String,
    /// how many partitions the topic has
    pub shards: u32,
    /// the name of this node for brokers and people
    pub node: String,
    /// whether a missing topic may be created
    pub create_topic: bool,
    /// TLS; without it, connections are not encrypted
    pub tls: Option<Tls>,
    /// how this node signs in; without it, the node does not sign in
    pub sasl: Option<Sasl>,
    /// how records are compressed in transit and in the log
    pub compression: Compression,
    /// how long the start waits for the brokers, and how long each request to them waits for its answer
    pub request_timeout: Duration,
    /// after this time an append has an outcome; because librdkafka checks once a second, it may take a second more
    pub delivery_timeout: Duration,
    /// a node that the brokers have not heard from for this long loses its shards in their hints; brokers accept
    /// 6 s to 30 min, unless they are configured otherwise
    pub session_timeout: Duration,
    /// how many bytes of records may wait to be acknowledged; further ones are refused
    pub queue_bytes: usize,
    /// how many bytes each tail reads ahead
    pub read_ahead_bytes: usize,
}

/// Which brokers are trusted, and how this node identifies itself.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    /// the certificate authorities, in PEM; without them, those of the system are trusted
    pub authorities: Option<String>,
    /// this node's own certificate, if the brokers ask for one
    pub certificate: Option<Certificate>,
}

/// A certificate of this node.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// the certificate and its chain, in PEM
    pub chain: String,
    /// its private key, in PEM
    pub key: SecretString,
}

/// How this node signs in.
#[derive(Debug, Clone)]
pub struct Sasl {
    /// the mechanism
    pub mechanism: Mechanism,
    /// the user
    pub user: String,
    /// the password
    pub password: SecretString,
}

/// The mechanisms of SASL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// the password is sent as it is
    Plain,
    /// SCRAM with SHA-256
    ScramSha256,
    /// SCRAM with SHA-512
    ScramSha512,
}

/// How records are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// the smaller result
    Zstd,
    /// the faster method
    Lz4,
    /// no compression
    None,
}

impl Options {
    /// The defaults for a node of this name and these brokers.
    pub fn new(brokers: Vec<String>, node: impl Into<String>) -> Options {
        Options {
            brokers,
            prefix: "rapport".into(),
            shards: 8,
            node: node.into(),
            create_topic: true,
            tls: None,
            sasl: None,
            compression: Compression::Lz4,
            request_timeout: Duration::from_secs(10),
            delivery_timeout: Duration::from_secs(5),
            session_timeout: Duration::from_secs(6),
            queue_bytes: 64 << 20,
            read_ahead_bytes: 8 << 20,
        }
    }

    /// Whether the options can be used.
    pub(super) fn check(&self) -> Result<(), LogError> {
        let unusable = |text: String| Err(LogError::Unusable(text));
        if self.brokers.is_empty() {
            return unusable("no broker is configured: name at least one, as host:port".into());
        }
        let odd = |broker: &&String| !is_address(broker);
        if let Some(broker) = self.brokers.iter().find(odd) {
            return unusable(format!("{broker:?} is not the address of a broker: write host:port"));
        }
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        if self.prefix.is_empty() || self.prefix.len() > 200 || !self.prefix.chars().all(allowed) {
            let prefix = &self.prefix;
            return unusable(format!(
                "the prefix {prefix:?} cannot begin the name of a topic: use 1 to 200 letters, digits, dots, dashes and underscores"
            ));
        }
        if self.shards == 0 || i32::try_from(self.shards).is_err() {
            return unusable(format!("{} shards are not possible: one is the least", self.shards));
        }
        Ok(())
    }
}

/// Whether this is `host:port` without a comma, which would separate two brokers.
fn is_address(broker: &str) -> bool {
    let (host, port) = broker.rsplit_once(':').unwrap_or((broker, ""));
    !host.is_empty() && !host.contains([',', '/', ' ']) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

impl Mechanism {
    pub(super) fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::ScramSha256 => "SCRAM-SHA-256",
            Mechanism::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

#[cfg(test)]
mod tests;
