//! What of the mapping a destination may choose.

use event::SourceKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which profile of the mapping applies (docs/facts/mapping.md#profiles).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Our own delivery.
    #[default]
    Native,
    /// What rudder-transformer answers.
    Rudderstack,
}

/// When an identify sets `last_surveyed` (docs/facts/mapping.md#last-surveyed).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LastSurveyed {
    /// To the event's time, always, as documented.
    #[default]
    EventTime,
    /// To the event's time, when the end user is created.
    OnCreate,
    /// Never.
    Off,
}

/// What dates a response or decline (docs/facts/mapping.md#answer-date).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResponseCreatedAt {
    /// `properties.createdAt`, then the traits' `createdAt`, as documented.
    #[default]
    Document,
    /// The event's corrected timestamp.
    EventTime,
}

/// One provider's consents (docs/facts/gateway.md#consent).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentEntry {
    /// `oneTrust`, `ketch`, `iubenda`, `custom`
    pub provider: String,
    /// `and` or `or`; looked at for the provider `custom`
    #[serde(default)]
    pub resolution_strategy: String,
    /// the consent ids this destination needs
    #[serde(default)]
    pub consents: Vec<String>,
}

/// Consent settings of a destination for one kind of source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceConsent {
    /// the generic consent management
    pub management: Vec<ConsentEntry>,
    /// legacy OneTrust cookie categories
    pub one_trust: Vec<String>,
    /// legacy Ketch purposes
    pub ketch: Vec<String>,
}

/// Consent settings by kind of source.
pub type ConsentSettings = BTreeMap<SourceKind, SourceConsent>;

/// What a null among an event's traits means (docs/facts/mapping.md#null-traits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NullTraits {
    /// Nothing.
    #[default]
    Ignore,
    /// The stored property of that name is removed.
    Clear,
}

/// Texts that count as no id, in any letter case: what programs write where an id was missing (docs/facts/mapping.md#placeholders).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaceholderIds(pub Vec<String>);

impl PlaceholderIds {
    /// The list that applies unless a destination has its own.
    pub const DEFAULT: [&str; 11] = [
        "undefined",
        "(undefined)",
        "null",
        "(null)",
        "none",
        "nil",
        "nan",
        "[object object]",
        "anonymous",
        "guest",
        "not_authenticated",
    ];

    /// Whether the id, already tidied, is one of them.
    pub fn contains(&self, id: &str) -> bool {
        self.0.iter().any(|placeholder| {
            placeholder.len() == id.len() && placeholder.eq_ignore_ascii_case(id)
                || placeholder.to_lowercase() == id.to_lowercase()
        })
    }
}

impl Default for PlaceholderIds {
    fn default() -> Self {
        PlaceholderIds(PlaceholderIds::DEFAULT.map(str::to_owned).into())
    }
}

/// Events that an operator wants skipped, under a name that tells why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkipRule {
    /// its name, for people
    pub name: String,
    /// the event's name, `event` of a track; spaces around it and letter case do not matter
    pub event: String,
}

impl SkipRule {
    /// Whether it skips an event of this name.
    pub fn skips(&self, event: &str) -> bool {
        self.event.trim().to_lowercase() == event.trim().to_lowercase()
    }
}

/// Everything a destination may choose about its mapping.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// the profile
    pub profile: Profile,
    /// when `last_surveyed` is set
    pub last_surveyed: LastSurveyed,
    /// what dates a response
    pub response_created_at: ResponseCreatedAt,
    /// consent filters
    pub consent: ConsentSettings,
    /// what counts as no id
    pub placeholder_ids: PlaceholderIds,
    /// what a null trait means
    pub null_traits: NullTraits,
    /// what an operator wants skipped
    pub rules: Vec<SkipRule>,
}
