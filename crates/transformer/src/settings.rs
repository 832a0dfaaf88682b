//! What a transformer can be told.

use event::Clock;
use mapping::Profile;
use port::Limits;
use std::time::Duration;

/// What `/version`, `/buildVersion` and `/health` say; they report a `None` as not known (docs/facts/transformer.md#routes).
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
    /// Where InMoment is, instead of the address the profile gives: US always in `rudderstack`, by the account token's
    /// prefix in `native`.
    pub base_url: Option<String>,
    /// The transformer behind this one, `http://host:port`: gets everything that is not InMoment's.
    pub upstream: Option<String>,
    /// Look-ups under way at once, for each account.
    pub concurrency: usize,
    /// The largest request body, decoded, in bytes (docs/facts/transformer.md#body-limit).
    pub max_body_bytes: usize,
    /// Bytes of bodies held at once; beyond it requests are answered 503 and tried again.
    pub max_body_memory: usize,
    /// What the door allows. A body has no limit in time here, only the least rate: it may be handed on to a slow upstream.
    pub limits: Limits,
    /// For one call to InMoment, all in all.
    pub call_timeout: Duration,
    /// What the version pages say.
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
    /// The address of InMoment does not do.
    #[error(transparent)]
    Address(#[from] inmoment::SettingsError),
    /// The address of the transformer behind does not do.
    #[error("upstream must be an address like http://127.0.0.1:9091, without a path")]
    Upstream,
    /// HTTPS cannot be set up.
    #[error("cannot set up HTTPS")]
    Tls,
}
