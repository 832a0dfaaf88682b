//! The gateway's settings, of which the sources and terms can also change later. They are plain data; the crate
//! `rapport` reads files and environment.

use event::{Millis, SourceKind};
use ipnet::IpNet;
use journal::{DestinationId, SourceId};
use port::Limits;
use std::fmt;
use std::num::{NonZeroU32, NonZeroU64};
use std::sync::Arc;
use std::time::Duration;
use supervise::Supervisor;

/// All settings of the gateway.
#[derive(Debug, Clone)]
pub struct GatewaySettings {
    /// The sources, including disabled ones, whose requests are recognised and answered 404
    /// (docs/facts/gateway.md#disabled-source).
    pub sources: Vec<SourceSettings>,
    /// The largest body after decoding; one byte more is answered 413 (docs/facts/gateway.md#request-size).
    pub max_body_bytes: usize,
    /// The largest number of events in one request, including unusable ones; one more is answered 413. No official SDK
    /// reaches it within the default of `max_body_bytes`, because each of their events takes more than 205 bytes.
    pub max_events: u32,
    /// Event requests being worked on at once; one more is answered 503 (docs/facts/gateway.md#concurrency-cap).
    pub max_concurrent_requests: usize,
    /// Bytes of bodies held at once by all event requests together; beyond it they are answered 503.
    pub max_body_memory: usize,
    /// Bytes of bodies, decoded, that one public source (web or mobile) may send.
    pub public_bytes: Option<ByteLimit>,
    /// The limits of the door.
    pub limits: Limits,
    /// Which address counts as the caller's.
    pub client_ip: ClientIp,
    /// Knows the parts of the server, some of which make it unready ([`PARTS`](crate::PARTS)).
    pub supervisor: Supervisor,
}

impl GatewaySettings {
    /// The default settings with these sources.
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

/// The settings besides the sources that may change while the gateway runs.
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
    /// The settings that may change while the gateway runs.
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
    /// The address that trusted proxies of these networks name; other proxies are not believed.
    Behind(Arc<[IpNet]>),
    /// Always the peer's address: for a gateway without a proxy, whose callers could otherwise claim any address.
    Peer,
}

/// One source.
#[derive(Debug, Clone)]
pub struct SourceSettings {
    /// Its number in the journal. If a source is replaced by one with the same number, its counts and the state of its
    /// rate limit stay.
    pub id: SourceId,
    /// Its name in the configuration, in metrics, and in what `/sourceConfig` answers.
    pub name: String,
    /// Where it runs.
    pub kind: SourceKind,
    /// The keys by which its requests are recognised: the present key, and replaced keys whose overlap is not over.
    pub write_keys: Vec<WriteKeyUntil>,
    /// A disabled source's requests are answered 404 `source is disabled` (docs/facts/gateway.md#disabled-source).
    pub enabled: bool,
    /// How many events it may send.
    pub rate_limit: Option<RateLimit>,
    /// How many bytes of the disk its stored requests and dead letters may take; beyond that its requests are answered
    /// 429.
    pub disk: Option<u64>,
    /// The destinations that its events are routed to.
    pub destinations: Arc<[DestinationId]>,
}

/// A limit of events in each span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// events
    pub events: NonZeroU32,
    /// the span
    pub per: Duration,
}

/// A limit of bytes in each span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteLimit {
    /// bytes
    pub bytes: NonZeroU64,
    /// the span
    pub per: Duration,
}

impl ByteLimit {
    /// The default: 20 GiB an hour. That is more than 10,000 events a second without a pause, a hundred times what
    /// InMoment accepts in a day; and a leaked key cannot store more than this.
    pub const PUBLIC: ByteLimit = ByteLimit {
        bytes: NonZeroU64::new(20 << 30).expect("it is not zero"),
        per: Duration::from_secs(3_600),
    };
}

/// A write key, and the end of its overlap.
#[derive(Debug, Clone)]
pub struct WriteKeyUntil {
    /// the key
    pub key: WriteKey,
    /// for a replaced key: when it was replaced, if that is known, and when its overlap ends. The key works for the
    /// time between the two, because the wall clock may be set meanwhile
    pub replaced: Option<(Option<Millis>, Millis)>,
}

impl WriteKeyUntil {
    /// A source's present key.
    pub fn current(key: impl Into<Box<str>>) -> Self {
        WriteKeyUntil { key: WriteKey::new(key), replaced: None }
    }

    /// A key that was replaced at `since`, and works until `until`.
    pub fn old(key: impl Into<Box<str>>, since: Option<Millis>, until: Millis) -> Self {
        WriteKeyUntil { key: WriteKey::new(key), replaced: Some((since, until)) }
    }

    /// Whether its overlap is over. `over` tells whether the time between two time stamps has passed.
    pub(crate) fn has_ended(&self, over: impl FnOnce(Option<Millis>, Millis) -> bool) -> bool {
        self.replaced.is_some_and(|(since, until)| over(since, until))
    }
}

/// A source's write key. Neither `Debug` nor an error shows it.
#[derive(Clone)]
pub struct WriteKey(Box<str>);

impl WriteKey {
    /// Wraps a key.
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
    /// The source has no key, so none of its requests would be recognised.
    #[error("source {0:?} has no write key")]
    NoWriteKey(String),
    /// An empty key cannot be sent.
    #[error("source {0:?} has an empty write key")]
    EmptyWriteKey(String),
    /// Two sources with one key could not be distinguished.
    #[error("sources {0:?} and {1:?} have the same write key")]
    SameWriteKey(String, String),
    /// A key that is given twice could have two expiry times.
    #[error("source {0:?} has the same write key twice")]
    RepeatedWriteKey(String),
    /// Two sources with one number would share their counts.
    #[error("sources {0:?} and {1:?} have the same number in the journal")]
    SameNumber(String, String),
    /// A colon ends the user part of Basic authentication, so such a key could not be read back
    /// (docs/facts/gateway.md#write-key).
    #[error("the write key of source {0:?} contains a colon, which Basic authentication cannot carry")]
    ColonInWriteKey(String),
}
