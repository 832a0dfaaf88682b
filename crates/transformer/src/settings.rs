//! The settings of a transformer.

use event::Clock;
use mapping::Profile;
use port::Limits;
use std::time::Duration;

/// The versions that `/version`, `/buildVersion` and `/health` return; they report `None` as not known
/// (docs/facts/transformer.md#routes).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Versions {
    /// `/version`
    pub version: Option<String>,
    /// `/buildVersion`, `/transformerBuildVersion` and `version` of `/health`
    pub build: Option<String>,
    /// `gitCommitSha` of `/health`
    pub commit: Option<String>,
}

/// Settings, each with a default in [`Settings::new`].
#[derive(Clone)]
pub struct Settings {
    /// How events are mapped (docs/facts/mapping.md#profiles).
    pub profile: Profile,
    /// InMoment's address, instead of that of the profile: always US in `rudderstack`, by the account token's prefix in
    /// `native`.
    pub base_url: Option<String>,
    /// The transformer behind this one, `http://host:port`: it gets all requests that are not for InMoment.
    pub upstream: Option<String>,
    /// The number of concurrent look-ups of each account.
    pub concurrency: usize,
    /// The largest request body, decoded, in bytes (docs/facts/transformer.md#body-limit).
    pub max_body_bytes: usize,
    /// The bytes of all bodies in memory; beyond that, requests are answered 503 and tried again.
    pub max_body_memory: usize,
    /// The limits of the door. A body has no time limit here, only the least rate, because it may be passed on to a
    /// slow upstream.
    pub limits: Limits,
    /// The time-out for one call to InMoment in total.
    pub call_timeout: Duration,
    /// The content of the version pages.
    pub versions: Versions,
    /// The wall time.
    pub clock: Clock,
}

impl Settings {
    /// The defaults: RudderStack's profile, no upstream, 64 look-ups at once, bodies up to 200 MiB and 512 MiB of them
    /// at once, 30 s for a call.
    pub fn new(clock: Clock) -> Settings {
        Settings {
            profile: Profile::Rudderstack,
            base_url: None,
            upstream: None,
            concurrency: 64,
            max_body_bytes: 200 << 20,
            max_body_memory: 512 << 20,
            limits: Limits { body: None, max_per_address: usize::MAX, ..Limits::new(2_000) },
            call_timeout: Duration::from_secs(30),
            versions: Versions::default(),
            clock,
        }
    }
}

/// Why a transformer cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The address of InMoment cannot be used.
    #[error(transparent)]
    Address(#[from] inmoment::SettingsError),
    /// The address of the transformer behind this one cannot be used.
    #[error("upstream must be an address like http://127.0.0.1:9091, without a path")]
    Upstream,
    /// HTTPS cannot be set up.
    #[error("cannot set up HTTPS")]
    Tls,
}
