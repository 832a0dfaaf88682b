//! Explains the brokers' errors to people who run a cluster. No text contains a secret.

use super::settings::Settings;
use crate::error::LogError;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// An error of librdkafka, with its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) code: RDKafkaErrorCode,
    pub(super) reason: String,
}

impl From<RDKafkaErrorCode> for Problem {
    fn from(code: RDKafkaErrorCode) -> Problem {
        Problem { code, reason: String::new() }
    }
}

/// The code of an error, if it has one.
pub(super) fn code(error: &KafkaError) -> Option<RDKafkaErrorCode> {
    match error {
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    }
}

/// Explains a call that failed. The client's own last error says more than "no answer came".
pub(super) fn failure(noted: Option<Problem>, error: &KafkaError, settings: &Settings) -> LogError {
    use RDKafkaErrorCode::{
        AllBrokersDown, BrokerTransportFailure, MessageTimedOut, OperationTimedOut, RequestTimedOut,
    };
    let problem = match code(error) {
        Some(
            AllBrokersDown | BrokerTransportFailure | MessageTimedOut | OperationTimedOut | RequestTimedOut,
        ) => noted.or_else(|| code(error).map(Problem::from)),
        own => own.map(Problem::from),
    };
    problem.map_or_else(|| LogError::Unreachable(error.to_string()), |problem| problem.explain(settings))
}

/// Why a broker may close every connection at once; `None` if the configuration here cannot be the reason.
pub(super) fn turned_away(reason: &str, settings: &Settings) -> Option<LogError> {
    let guess = match (&settings.options.tls, &settings.options.sasl) {
        (Some(_), _) if reason.contains("in state SSL_HANDSHAKE") => {
            "does not speak TLS: turn TLS off here, or use the port that has it"
        }
        (None, None) => "wants TLS, or a user and a password (SASL), and here it is configured without",
        (None, Some(_)) => "wants TLS, and here it is configured without",
        (Some(_), None) => "wants a user and a password (SASL), and here it is configured without",
        (Some(_), Some(_)) => return None,
    };
    Some(LogError::Unusable(format!(
        "a broker closes every connection at once; probably its port {guess} (librdkafka: {reason})"
    )))
}

/// Whether an error lasts until a person changes something.
enum Cause {
    /// the configuration here or at the brokers is wrong, so the error lasts
    Configured(String),
    /// the error may pass by itself
    Passing(String),
}

impl Problem {
    /// What it means for a log.
    pub(super) fn explain(&self, settings: &Settings) -> LogError {
        match self.cause(settings) {
            Cause::Configured(text) => LogError::Unusable(self.quoted(text)),
            Cause::Passing(text) => LogError::Unreachable(self.quoted(text)),
        }
    }

    /// The meaning alone, for use inside another sentence.
    pub(super) fn text(&self, settings: &Settings) -> String {
        match self.cause(settings) {
            Cause::Configured(text) | Cause::Passing(text) => self.quoted(text),
        }
    }

    fn quoted(&self, text: String) -> String {
        if self.reason.is_empty() { text } else { format!("{text} (librdkafka: {})", self.reason) }
    }

    fn cause(&self, settings: &Settings) -> Cause {
        use RDKafkaErrorCode::{
            Authentication, BrokerTransportFailure, Resolve, SSL, SaslAuthenticationFailed,
            UnsupportedSASLMechanism,
        };
        match self.code {
            Resolve => Cause::Passing(
                "the name of a broker cannot be resolved: check the brokers' names and the name service"
                    .into(),
            ),
            SSL => self.tls(),
            // A broker refuses a certificate only after the handshake has ended for the client.
            BrokerTransportFailure if self.says(&["SSL routines"]) => self.tls(),
            BrokerTransportFailure => self.transport(),
            Authentication | SaslAuthenticationFailed | UnsupportedSASLMechanism => self.sign_in(settings),
            code => by_code(code, settings),
        }
    }

    fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.reason.contains(word))
    }

    fn tls(&self) -> Cause {
        if self.says(&["wrong version number", "packet length too long"]) {
            return Cause::Configured(
                "the broker's port does not speak TLS: turn TLS off here, or use the port that has it".into(),
            );
        }
        if self.says(&["certificate verify failed", "could not be verified"]) {
            return Cause::Configured(
                "the broker's certificate is not trusted: the configured authorities have not signed it, or it is for another host name"
                    .into(),
            );
        }
        if self.says(&["certificate required", "bad certificate", "unknown ca", "certificate unknown"]) {
            return Cause::Configured(
                "the broker refuses this node's certificate: configure one which the brokers' authority has signed".into(),
            );
        }
        Cause::Passing("the TLS connection to a broker failed".into())
    }

    fn transport(&self) -> Cause {
        if self.says(&["Connection refused"]) {
            return Cause::Passing(
                "a broker refuses the connection: it does not run, or has another port".into(),
            );
        }
        Cause::Passing("no broker can be reached".into())
    }

    fn sign_in(&self, settings: &Settings) -> Cause {
        let Some(sasl) = &settings.options.sasl else {
            return Cause::Configured(
                "the brokers want a user and a password: configure SASL, or use a port without it".into(),
            );
        };
        let (mechanism, user) = (sasl.mechanism.name(), &sasl.user);
        if self.says(&["Unsupported SASL mechanism", "mechanism handshake", "upported mechanisms"]) {
            return Cause::Configured(format!(
                "the broker does not offer the SASL mechanism {mechanism} on this port: configure one that it offers"
            ));
        }
        if self.says(&["SSL", "onnection"]) && !self.says(&["uthentication failed", "nvalid"]) {
            return Cause::Passing("the connection was lost while this node signed in".into());
        }
        Cause::Configured(format!("the broker refuses the user {user:?} or its password ({mechanism})"))
    }
}

fn by_code(code: RDKafkaErrorCode, settings: &Settings) -> Cause {
    use RDKafkaErrorCode as Code;
    let (topic, group) = (&settings.topic, &settings.options.prefix);
    match code {
        Code::TopicAuthorizationFailed => Cause::Configured(format!(
            "the brokers do not allow this node to use the topic {topic}: allow it Describe, DescribeConfigs, Read, Write and Delete"
        )),
        Code::GroupAuthorizationFailed => Cause::Configured(format!(
            "the brokers do not allow this node to use the consumer group {group}: allow it Describe and Read"
        )),
        Code::ClusterAuthorizationFailed => Cause::Configured(
            "the brokers do not allow this node what it asked for: allow it IdempotentWrite on the cluster".into(),
        ),
        Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::UnknownPartition => {
            Cause::Configured(format!("the topic {topic} or one of its partitions does not exist"))
        }
        Code::MessageSizeTooLarge | Code::MessageBatchTooLarge | Code::InvalidMessageSize => {
            Cause::Configured(format!("the record is larger than the topic {topic} allows (max.message.bytes)"))
        }
        Code::NotEnoughReplicas | Code::NotEnoughReplicasAfterAppend => Cause::Passing(
            "too few replicas are in sync (min.insync.replicas): a broker is down, or too far behind".into(),
        ),
        Code::InvalidSessionTimeout => Cause::Configured(
            "the brokers do not allow this session timeout: see their group.min.session.timeout.ms and group.max.session.timeout.ms"
                .into(),
        ),
        Code::AllBrokersDown => Cause::Passing("no broker can be reached".into()),
        Code::MessageTimedOut | Code::RequestTimedOut | Code::OperationTimedOut | Code::TimedOutQueue => {
            Cause::Passing("no broker answered in time".into())
        }
        Code::LeaderNotAvailable | Code::NotLeaderForPartition | Code::FencedLeaderEpoch => {
            Cause::Passing("the partition has no leader at the moment".into())
        }
        Code::PurgeQueue | Code::PurgeInflight => {
            Cause::Passing("the producer was ended before the broker had answered".into())
        }
        Code::QueueFull => Cause::Passing("too many records wait for the brokers already".into()),
        other => Cause::Passing(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
