//! The log in Kafka, from the configuration's words.

use crate::config::ClusterSection;
use crate::failure::{Failure, code};
use shard_log::{Log, LogError};
use std::pin::Pin;
use std::sync::Arc;
use supervise::Supervisor;

/// A log, and what leaves it in order.
pub(super) struct OpenLog {
    pub(super) log: Arc<dyn Log>,
    pub(super) close: Close,
    /// how many brokers there were, and how many of them keep each record
    pub(super) brokers_and_replicas: (usize, usize),
}

/// Waits until appends under way have an outcome, and leaves the cluster.
pub(crate) type Close = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Why there is no log.
pub(super) enum NoLog {
    /// No broker answers; that may pass.
    Unreachable(String),
    /// It cannot be used as it is configured.
    Failed(Failure),
}

/// Connects to the brokers.
#[cfg(feature = "kafka")]
pub(super) async fn open(section: &ClusterSection, supervisor: &Supervisor) -> Result<OpenLog, NoLog> {
    use shard_log::kafka::KafkaLog;
    let options = options(section).map_err(NoLog::Failed)?;
    let log = Arc::new(KafkaLog::open(options, supervisor).await.map_err(no_log)?);
    let (shared, brokers_and_replicas) = (Arc::clone(&log), log.brokers_and_replicas());
    let close: Close = Box::new(move || Box::pin(async move { log.close().await }));
    Ok(OpenLog { log: shared, close, brokers_and_replicas })
}

#[cfg(feature = "kafka")]
fn options(section: &ClusterSection) -> Result<shard_log::kafka::Options, Failure> {
    use crate::config::SaslMechanism;
    use shard_log::kafka::{Certificate, Mechanism, Options, Sasl, Tls};
    let mut options = Options::new(section.brokers.clone(), &section.node);
    options.shards = 1;
    options.prefix.clone_from(&section.prefix);
    options.create_topic = section.create_topic;
    if let Some(tls) = &section.tls {
        let certificate = tls.certificate.as_ref().map(|(chain, key)| {
            Ok::<_, Failure>(Certificate { chain: text_of(chain)?, key: text_of(key)?.into() })
        });
        let authorities = tls.authorities.as_deref().map(text_of).transpose()?;
        options.tls = Some(Tls { authorities, certificate: certificate.transpose()? });
    }
    options.sasl = section.sasl.as_ref().map(|login| Sasl {
        mechanism: match login.mechanism {
            SaslMechanism::Plain => Mechanism::Plain,
            SaslMechanism::ScramSha256 => Mechanism::ScramSha256,
            SaslMechanism::ScramSha512 => Mechanism::ScramSha512,
        },
        user: login.username.clone(),
        password: login.password.clone(),
    });
    Ok(options)
}

#[cfg(feature = "kafka")]
fn text_of(file: &std::path::Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| {
        unusable(format!("the file {} of [cluster.tls] cannot be read: {error}", file.display()))
    })
}

#[cfg(feature = "kafka")]
fn no_log(error: LogError) -> NoLog {
    match error {
        LogError::Unreachable(why) => NoLog::Unreachable(why),
        error => NoLog::Failed(unusable(error.to_string())),
    }
}

/// This program was built without Kafka.
#[cfg(not(feature = "kafka"))]
#[expect(clippy::unused_async, reason = "as the function of a program that has it")]
pub(super) async fn open(_: &ClusterSection, _: &Supervisor) -> Result<OpenLog, NoLog> {
    let error = LogError::Unusable("this program was built without Kafka (the feature `kafka`)".to_owned());
    Err(NoLog::Failed(unusable(error.to_string())))
}

fn unusable(what: String) -> Failure {
    Failure::new(code::CLUSTER_UNUSABLE, what)
        .means("nothing was started and nothing was changed")
        .advice("correct [cluster] in the configuration, or what the message names at Kafka")
}
