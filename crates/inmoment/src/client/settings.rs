//! What a client is made with: an address, credentials, limits, and who uses its tokens.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::token::Credentials;

/// What a client needs to know.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// `http://` or `https://`, host, and perhaps a path; see [`Region::base_url`](crate::Region::base_url).
    pub base_url: String,
    /// How to get a token.
    pub credentials: Credentials,
    /// For name look-up, connection and TLS.
    pub connect_timeout: Duration,
    /// For a whole request, its connection and the reading of its reply included.
    pub timeout: Duration,
    /// The largest reply body that is read, in bytes; a list page of 50 responses has some 50 KB.
    pub max_reply_bytes: usize,
    /// The wall clock in UNIX milliseconds, for rate headers of replies without a `Date` and for [`Exchange`](crate::Exchange)s.
    pub wall_clock: fn() -> i64,
    /// Who uses the tokens.
    pub token_life: TokenLife,
    /// Looks the host's name up; `None`: the system does.
    pub resolver: Option<Resolver>,
}

/// Looks names up in the place of the system, e.g. to refuse some of the answers.
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

/// Who uses a client's tokens, and therefore when a new one is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenLife {
    /// This client alone: renewed a minute before its end, as the known clients do (docs/facts/inmoment-api.md#token-reuse).
    #[default]
    Own,
    /// Others too, some time later: replaced 20 minutes before its end (docs/facts/transformer.md#token-ttl), and the old one is left
    /// to live out its time.
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
    /// The base URL does not do.
    #[error("base_url {0}")]
    BaseUrl(&'static str),
    /// TLS could not be set up.
    #[error("cannot set up HTTPS: {0}")]
    Tls(String),
}
