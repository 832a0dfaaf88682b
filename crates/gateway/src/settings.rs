//! What the gateway is told when it starts, and about its sources also later. Plain data: reading files and environment is somebody else's work.

use event::{Millis, SourceKind};
use ipnet::IpNet;
use journal::{DestinationId, SourceId};
use port::Limits;
use std::fmt;
use std::num::{NonZeroU32, NonZeroU64};
use std::sync::Arc;
use std::time::Duration;
use supervise::Supervisor;

/// Everything the gateway can be told.
#[derive(Debug, Clone)]
pub struct GatewaySettings {
    /// The sources, disabled ones included: their write keys are known, and answered 404 (docs/facts/gateway.md#disabled-source).
    pub sources: Vec<SourceSettings>,
    /// The largest body after decoding; one byte more is answered 413 (docs/facts/gateway.md#request-size).
    pub max_body_bytes: usize,
    /// The most events in one request, unusable ones included; one more is answered 413. No official SDK comes near it
    /// below the default of `max_body_bytes`: each of their events takes more than 205 bytes.
    pub max_events: u32,
    /// Event requests being worked on at once; one more is answered 503 (docs/facts/gateway.md#concurrency-cap).
    pub max_concurrent_requests: usize,
    /// Bytes of bodies held at once by all event requests together; beyond it they are answered 503.
    pub max_body_memory: usize,
    /// Bytes of bodies, decoded, that one public source (web or mobile) may send.
    pub public_bytes: Option<ByteLimit>,
    /// What the door allows.
    pub limits: Limits,
    /// Which address is taken for the caller's.
    pub client_ip: ClientIp,
    /// Knows the parts of the server; some of them make it unready ([`PARTS`](crate::PARTS)).
    pub supervisor: Supervisor,
}

impl GatewaySettings {
    /// The defaults, for these sources.
    pub fn new(sources: Vec<SourceSettings>) -> Self {
        GatewaySettings {
            sources,
            max_body_bytes: 4_096_000,
            max_events: 20_000,
            max_concurrent_requests: 10_000,
            max_body_memory: 256 << 20,
            public_bytes: Some(ByteLimit::PUBLIC),
            limits: Limits::new(10_000),
            client_ip: ClientIp::Forwarded,
            supervisor: Supervisor::new(),
        }
    }
}

/// What of the settings may change while the gateway runs, beside the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// see [`GatewaySettings::max_body_bytes`]
    pub max_body_bytes: usize,
    /// see [`GatewaySettings::max_events`]
    pub max_events: u32,
    /// see [`GatewaySettings::public_bytes`]
    pub public_bytes: Option<ByteLimit>,
    /// see [`GatewaySettings::client_ip`]
    pub client_ip: ClientIp,
}

impl GatewaySettings {
    /// What of them may change while the gateway runs.
    pub fn terms(&self) -> Terms {
        Terms {
            max_body_bytes: self.max_body_bytes,
            max_events: self.max_events,
            public_bytes: self.public_bytes,
            client_ip: self.client_ip.clone(),
        }
    }
}

/// Which address is taken for the caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientIp {
    /// The first address of `X-Forwarded-For`, or the peer's without one (docs/facts/gateway.md#caller-address).
    Forwarded,
    /// What the trusted proxies of these networks say, and nobody else.
    Behind(Arc<[IpNet]>),
    /// Always the peer's address: for a gateway that callers reach without a proxy, who could otherwise claim any.
    Peer,
}

/// One source.
#[derive(Debug, Clone)]
pub struct SourceSettings {
    /// Its number in the journal. A source that is replaced by one with the same number goes on: its counts, and what
    /// it has used of its rate limit.
    pub id: SourceId,
    /// Its name in the configuration, in metrics, and in what `/sourceConfig` answers.
    pub name: String,
    /// Where it runs.
    pub kind: SourceKind,
    /// What its requests are recognised by: the key it has, and those it had, as long as they still count.
    pub write_keys: Vec<WriteKeyUntil>,
    /// A disabled source's requests are answered 404 `source is disabled` (docs/facts/gateway.md#disabled-source).
    pub enabled: bool,
    /// How many events it may send.
    pub rate_limit: Option<RateLimit>,
    /// How many bytes of the disk its stored requests and dead letters may take; beyond it it is answered 429.
    pub disk: Option<u64>,
    /// Where its events go.
    pub destinations: Arc<[DestinationId]>,
}

/// So many events in every such span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// events
    pub events: NonZeroU32,
    /// the span
    pub per: Duration,
}

/// So many bytes in every such span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteLimit {
    /// bytes
    pub bytes: NonZeroU64,
    /// the span
    pub per: Duration,
}

impl ByteLimit {
    /// The default: 20 GiB an hour. That is more than 10,000 events a second without a pause, a hundred times of what
    /// InMoment takes in a day; and a leaked key can have no more stored than this.
    pub const PUBLIC: ByteLimit = ByteLimit {
        bytes: NonZeroU64::new(20 << 30).expect("it is not zero"),
        per: Duration::from_secs(3_600),
    };
}

/// A write key, and until when it is known.
#[derive(Debug, Clone)]
pub struct WriteKeyUntil {
    /// the key
    pub key: WriteKey,
    /// of one that was replaced: since when it is, where that is known, and from when on it is refused as an unknown one is. What
    /// counts is the time between the two, for the wall clock may be set meanwhile
    pub replaced: Option<(Option<Millis>, Millis)>,
}

impl WriteKeyUntil {
    /// The key a source has now.
    pub fn current(key: impl Into<Box<str>>) -> Self {
        WriteKeyUntil { key: WriteKey::new(key), replaced: None }
    }

    /// A key that was replaced at `since`, and still counts for a while.
    pub fn old(key: impl Into<Box<str>>, since: Option<Millis>, until: Millis) -> Self {
        WriteKeyUntil { key: WriteKey::new(key), replaced: Some((since, until)) }
    }

    /// Is it refused now? `over` tells whether the time from one stamp to another has passed.
    pub(crate) fn has_ended(&self, over: impl FnOnce(Option<Millis>, Millis) -> bool) -> bool {
        self.replaced.is_some_and(|(since, until)| over(since, until))
    }
}

/// A source's write key. Neither `Debug` nor any error shows it.
#[derive(Clone)]
pub struct WriteKey(Box<str>);

impl WriteKey {
    /// Takes the key over.
    pub fn new(key: impl Into<Box<str>>) -> Self {
        WriteKey(key.into())
    }

    /// The key itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WriteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WriteKey(…)")
    }
}

/// Why these settings cannot be served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No request would ever be recognised.
    #[error("source {0:?} has no write key")]
    NoWriteKey(String),
    /// An empty key could never be sent: no SDK request would be recognised.
    #[error("source {0:?} has an empty write key")]
    EmptyWriteKey(String),
    /// Requests could not be told apart.
    #[error("sources {0:?} and {1:?} have the same write key")]
    SameWriteKey(String, String),
    /// It would be unclear until when it counts.
    #[error("source {0:?} has the same write key twice")]
    RepeatedWriteKey(String),
    /// Their counts could not be told apart.
    #[error("sources {0:?} and {1:?} have the same number in the journal")]
    SameNumber(String, String),
    /// It ends the user part of Basic authentication, so the key could never be read back (docs/facts/gateway.md#write-key).
    #[error("the write key of source {0:?} contains a colon, which Basic authentication cannot carry")]
    ColonInWriteKey(String),
}
