//! The settings of a client: an address, credentials, limits, and the users of its tokens.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::token::Credentials;

/// The settings of a client.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// `http://` or `https://`, a host, and optionally a path; see [`Region::base_url`](crate::Region::base_url).
    pub base_url: String,
    /// The credentials for a token.
    pub credentials: Credentials,
    /// The time-out for name look-up, connection and TLS.
    pub connect_timeout: Duration,
    /// The time-out for a whole request, including its connection and the reading of its reply.
    pub timeout: Duration,
    /// The time-out for a whole call with what belongs to it: the tokens that it waits for, and its repetition after a
    /// refused token. `None`: each of these requests has its own time-out, and nothing more.
    pub call_timeout: Option<Duration>,
    /// The largest reply body that is read, in bytes; a list page of 50 responses has some 50 KB.
    pub max_reply_bytes: usize,
    /// The wall clock in UNIX milliseconds, for rate headers of replies without a `Date` and for [`Exchange`](crate::Exchange)s.
    pub wall_clock: fn() -> i64,
    /// Who uses the tokens.
    pub token_life: TokenLife,
    /// Resolves the host's name; `None` if the system does that.
    pub resolver: Option<Resolver>,
}

/// Resolves names instead of the system, e.g. to refuse some addresses.
#[derive(Clone)]
pub struct Resolver(pub(super) Arc<dyn reqwest::dns::Resolve>);

impl Resolver {
    /// This one.
    pub fn new(resolver: impl reqwest::dns::Resolve + 'static) -> Self {
        Resolver(Arc::new(resolver))
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver")
    }
}

/// The users of a client's tokens, which determine when a new one is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenLife {
    /// Only this client: a token is renewed a minute before its end, as the known clients do
    /// (docs/facts/inmoment-api.md#token-reuse).
    #[default]
    Own,
    /// Other programs use it some time later: a token is replaced 20 minutes before its end
    /// (docs/facts/transformer.md#token-ttl), and the old token stays valid until its end.
    HandedOn,
}

impl TokenLife {
    pub(super) fn renew_before(self) -> Duration {
        match self {
            TokenLife::Own => Duration::from_secs(60),
            TokenLife::HandedOn => Duration::from_secs(20 * 60),
        }
    }
}

impl ClientSettings {
    /// The defaults: 10 s to connect, 30 s in all, replies of at most 4 MiB, the system's clock.
    pub fn new(base_url: impl Into<String>, credentials: Credentials) -> Self {
        ClientSettings {
            base_url: base_url.into(),
            credentials,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            call_timeout: None,
            max_reply_bytes: 4 * 1024 * 1024,
            wall_clock: system_unix_millis,
            token_life: TokenLife::Own,
            resolver: None,
        }
    }
}

fn system_unix_millis() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Why a client cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The base URL cannot be used.
    #[error("base_url {0}")]
    BaseUrl(&'static str),
    /// TLS could not be set up.
    #[error("cannot set up HTTPS: {0}")]
    Tls(String),
}
