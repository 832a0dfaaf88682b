//! The options in librdkafka's form.

use super::options::{Compression, Options};
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use secrecy::ExposeSecret;
use std::time::Duration;

/// The largest record, in bytes. A body of 4,096,000 bytes fits, with the rest of its record.
pub const MAX_RECORD: usize = 8 << 20;

/// The largest batch that the topic must accept: one largest record that does not compress, and its frame.
pub(super) const MAX_BATCH: usize = MAX_RECORD + (64 << 10);

/// How many bytes a tail requests at once.
const FETCH: usize = 4 << 20;

/// The options, and the settings derived from them.
pub(super) struct Settings {
    pub(super) options: Options,
    pub(super) topic: String,
}

impl Settings {
    pub(super) fn new(options: Options) -> Settings {
        let topic = format!("{}.log", options.prefix);
        Settings { options, topic }
    }

    pub(super) fn brokers(&self) -> String {
        self.options.brokers.join(",")
    }

    /// For a client that only makes requests: it has no group and no records.
    pub(super) fn asker(&self) -> ClientConfig {
        let mut config = self.client();
        config.set("topic.metadata.propagation.max.ms", "0");
        config
    }

    pub(super) fn producer(&self) -> ClientConfig {
        let options = &self.options;
        let mut config = self.client();
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            // A single record does not wait; while a request is under way, the records after it accumulate anyway.
            .set("linger.ms", "0")
            .set("delivery.timeout.ms", ms(options.delivery_timeout))
            .set("message.max.bytes", MAX_BATCH.to_string())
            .set("queue.buffering.max.kbytes", (options.queue_bytes >> 10).max(1).to_string())
            .set("queue.buffering.max.messages", "1000000")
            .set("retry.backoff.ms", "50")
            .set("compression.type", compression(options.compression));
        config
    }

    pub(super) fn tail(&self) -> ClientConfig {
        let mut config = self.group_client();
        let ahead = (self.options.read_ahead_bytes >> 10).max(1);
        config
            .set("auto.offset.reset", "error")
            .set("check.crcs", "true")
            .set("message.max.bytes", MAX_BATCH.to_string())
            .set("fetch.message.max.bytes", FETCH.to_string())
            .set("fetch.max.bytes", (2 * MAX_BATCH).to_string())
            .set("receive.message.max.bytes", (4 * MAX_BATCH).to_string())
            .set("fetch.error.backoff.ms", "50")
            .set("fetch.queue.backoff.ms", "5")
            .set("queued.max.messages.kbytes", ahead.to_string());
        config
    }

    pub(super) fn member(&self) -> ClientConfig {
        let session = self.options.session_timeout;
        let mut config = self.group_client();
        config
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", ms(session))
            // With its next heartbeat a member learns that another one has left.
            .set("heartbeat.interval.ms", ms((session / 30).clamp(HEARTBEAT_MIN, HEARTBEAT_MAX)))
            .set("auto.offset.reset", "latest")
            // The member reads no records: partitions are paused as soon as they are assigned.
            .set("queued.min.messages", "1")
            .set("fetch.message.max.bytes", "1024");
        config
    }

    /// With the group's name, without which librdkafka does not read. The client is not yet a member.
    fn group_client(&self) -> ClientConfig {
        let mut config = self.client();
        config
            .set("group.id", &self.options.prefix)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false");
        config
    }

    fn client(&self) -> ClientConfig {
        let options = &self.options;
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", self.brokers())
            .set("client.id", &options.node)
            .set("allow.auto.create.topics", "false")
            .set("socket.keepalive.enable", "true")
            .set("socket.timeout.ms", ms(options.request_timeout))
            .set("socket.connection.setup.timeout.ms", ms(options.request_timeout.max(SETUP_MIN)))
            .set("reconnect.backoff.ms", "50")
            .set("reconnect.backoff.max.ms", "1000")
            .set("topic.metadata.refresh.interval.ms", "30000")
            .set_log_level(RDKafkaLogLevel::Info);
        self.secure(&mut config);
        config
    }

    fn secure(&self, config: &mut ClientConfig) {
        let options = &self.options;
        let protocol = match (&options.tls, &options.sasl) {
            (None, None) => "plaintext",
            (Some(_), None) => "ssl",
            (None, Some(_)) => "sasl_plaintext",
            (Some(_), Some(_)) => "sasl_ssl",
        };
        config.set("security.protocol", protocol);
        if let Some(tls) = &options.tls {
            match &tls.authorities {
                Some(authorities) => config.set("ssl.ca.pem", authorities),
                None => config.set("ssl.ca.location", "probe"),
            };
            if let Some(certificate) = &tls.certificate {
                config.set("ssl.certificate.pem", &certificate.chain);
                config.set("ssl.key.pem", certificate.key.expose_secret());
            }
        }
        if let Some(sasl) = &options.sasl {
            config
                .set("sasl.mechanism", sasl.mechanism.name())
                .set("sasl.username", &sasl.user)
                .set("sasl.password", sasl.password.expose_secret());
        }
    }
}

const HEARTBEAT_MIN: Duration = Duration::from_millis(50);
const HEARTBEAT_MAX: Duration = Duration::from_millis(200);

/// librdkafka accepts no smaller value.
const SETUP_MIN: Duration = Duration::from_secs(1);

fn ms(duration: Duration) -> String {
    duration.as_millis().max(1).to_string()
}

fn compression(compression: Compression) -> &'static str {
    match compression {
        Compression::Zstd => "zstd",
        Compression::Lz4 => "lz4",
        Compression::None => "none",
    }
}
