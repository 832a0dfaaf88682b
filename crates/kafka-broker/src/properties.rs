//! What a broker is told.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::{fs, io};

/// The user of the listeners that want one.
pub const USER: &str = "rapport";

/// The password of [`USER`].
pub const PASSWORD: &str = "correct-horse";

/// The listeners of a broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// neither TLS nor a user
    Plain,
    /// a user, by SASL PLAIN or SCRAM, without TLS
    Sasl,
    /// TLS, with a client's certificate
    Tls,
    /// TLS and a user, by SASL PLAIN only
    SaslTls,
}

/// The ports of one broker, on loopback.
pub(crate) struct Ports {
    plain: u16,
    sasl: u16,
    tls: u16,
    sasl_tls: u16,
    controller: u16,
}

impl Ports {
    /// Ports that are free now.
    pub(crate) fn new() -> io::Result<Ports> {
        let held: Vec<TcpListener> =
            (0..5).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
        let mut free = held.iter().map(|listener| listener.local_addr().map(|address| address.port()));
        let mut next = || free.next().unwrap_or_else(|| Err(io::ErrorKind::AddrNotAvailable.into()));
        Ok(Ports { plain: next()?, sasl: next()?, tls: next()?, sasl_tls: next()?, controller: next()? })
    }

    pub(crate) fn of(&self, port: Port) -> u16 {
        match port {
            Port::Plain => self.plain,
            Port::Sasl => self.sasl,
            Port::Tls => self.tls,
            Port::SaslTls => self.sasl_tls,
        }
    }
}

/// Writes `server.properties` of the broker with this number, from 0, into its folder.
pub(crate) fn write(folder: &Path, number: usize, all: &[Ports]) -> io::Result<()> {
    let mut text = String::new();
    for (key, value) in properties(folder, number, all) {
        let _ = writeln!(text, "{key}={value}");
    }
    fs::write(folder.join("server.properties"), text)
}

fn properties(folder: &Path, number: usize, all: &[Ports]) -> Vec<(&'static str, String)> {
    let own = &all[number];
    let file = |name: &str| folder.join(name).display().to_string();
    let listeners = format!(
        "PLAIN://localhost:{},SASL://localhost:{},TLS://localhost:{},SASLTLS://localhost:{}",
        own.plain, own.sasl, own.tls, own.sasl_tls
    );
    let voters: Vec<String> =
        (0..).zip(all).map(|(id, ports): (u32, _)| format!("{id}@localhost:{}", ports.controller)).collect();
    let replicas = all.len().min(3).to_string();
    let in_sync = if all.len() >= 3 { "2" } else { "1" };
    let plain = format!(
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}=\"{PASSWORD}\";"
    );
    let scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;".to_owned();
    vec![
        ("process.roles", "broker,controller".into()),
        ("node.id", number.to_string()),
        ("controller.quorum.voters", voters.join(",")),
        ("controller.listener.names", "CONTROLLER".into()),
        ("listeners", format!("{listeners},CONTROLLER://localhost:{}", own.controller)),
        ("advertised.listeners", listeners),
        (
            "listener.security.protocol.map",
            "PLAIN:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL,CONTROLLER:PLAINTEXT".into(),
        ),
        ("inter.broker.listener.name", "PLAIN".into()),
        ("log.dirs", file("data")),
        ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512".into()),
        ("listener.name.sasl.plain.sasl.jaas.config", plain.clone()),
        ("listener.name.sasl.scram-sha-256.sasl.jaas.config", scram.clone()),
        ("listener.name.sasl.scram-sha-512.sasl.jaas.config", scram),
        ("listener.name.sasltls.sasl.enabled.mechanisms", "PLAIN".into()),
        ("listener.name.sasltls.plain.sasl.jaas.config", plain),
        ("listener.name.tls.ssl.client.auth", "required".into()),
        ("ssl.keystore.type", "PEM".into()),
        ("ssl.keystore.location", file("keystore.pem")),
        ("ssl.truststore.type", "PEM".into()),
        ("ssl.truststore.location", file("truststore.pem")),
        ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer".into()),
        ("super.users", "User:ANONYMOUS".into()),
        // A group begins at once, and a broker that is gone is known as gone soon.
        ("group.initial.rebalance.delay.ms", "0".into()),
        ("broker.session.timeout.ms", "3000".into()),
        ("broker.heartbeat.interval.ms", "500".into()),
        ("replica.lag.time.max.ms", "5000".into()),
        ("offsets.topic.num.partitions", "1".into()),
        ("offsets.topic.replication.factor", replicas.clone()),
        ("transaction.state.log.num.partitions", "1".into()),
        ("transaction.state.log.replication.factor", replicas),
        ("transaction.state.log.min.isr", in_sync.into()),
        ("log.cleaner.dedupe.buffer.size", "16777216".into()),
    ]
}
