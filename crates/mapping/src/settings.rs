//! The settings of a destination for the mapping.

use crate::text::is_same_in_any_case;
use event::SourceKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which profile of the mapping applies (docs/facts/mapping.md#profiles).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The mapping of Rapport.
    #[default]
    Native,
    /// The mapping of rudder-transformer.
    Rudderstack,
}

/// When an identify sets `last_surveyed` (docs/facts/mapping.md#last-surveyed).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LastSurveyed {
    /// It is always set to the event's time, as documented.
    #[default]
    EventTime,
    /// It is set to the event's time when the end user is created.
    OnCreate,
    /// Never.
    Off,
}

/// The date of a response or decline (docs/facts/mapping.md#answer-date).
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
    /// `and` or `or`; it applies to the provider `custom`
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

/// The meaning of a null among an event's traits (docs/facts/mapping.md#null-traits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NullTraits {
    /// Nothing.
    #[default]
    Ignore,
    /// It removes the stored property of that name.
    Clear,
}

/// Texts that do not count as an id, an e-mail or a phone number, in any letter case: programs write them if the value
/// is missing (docs/facts/mapping.md#placeholders).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaceholderIds(pub Vec<String>);

impl PlaceholderIds {
    /// The default list, which a destination may replace.
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

    /// Whether the identifier, from which invisible characters were removed, is one of them.
    pub fn contains(&self, id: &str) -> bool {
        self.0.iter().any(|placeholder| is_same_in_any_case(placeholder, id))
    }
}

impl Default for PlaceholderIds {
    fn default() -> Self {
        PlaceholderIds(PlaceholderIds::DEFAULT.map(str::to_owned).into())
    }
}

/// The events that an operator's rule selects: an event must meet every given condition. A rule without conditions
/// selects no event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SkipScope {
    /// the event's name, `event` of a track; spaces around it and letter case do not matter
    pub event: Option<String>,
    /// the name of the source that the event came from
    pub source: Option<String>,
}

impl SkipScope {
    /// Whether the rule selects an event of this name, from this source.
    pub fn has(&self, event: Option<&str>, source: Option<&str>) -> bool {
        let named = |wanted: &String| event.is_some_and(|name| same_name(wanted, name));
        let sent = |wanted: &String| source == Some(wanted);
        (self.event.is_some() || self.source.is_some())
            && self.event.as_ref().is_none_or(named)
            && self.source.as_ref().is_none_or(sent)
    }

    /// Whether this rule selects all events that the other one selects.
    pub fn covers(&self, other: &SkipScope) -> bool {
        self.has(other.event.as_deref(), other.source.as_deref())
    }

    /// The events in words, as in "skips …".
    pub fn words(&self) -> String {
        match (&self.event, &self.source) {
            (Some(event), None) => format!("events named \"{event}\""),
            (Some(event), Some(source)) => format!("events named \"{event}\" from the source \"{source}\""),
            (None, Some(source)) => format!("all events from the source \"{source}\""),
            (None, None) => "no events".to_owned(),
        }
    }
}

fn same_name(one: &str, other: &str) -> bool {
    is_same_in_any_case(one.trim(), other.trim())
}

/// The events that an operator wants to be skipped, under a name that says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkipRule {
    /// its name, for people
    pub name: String,
    /// which events
    pub scope: SkipScope,
}

/// All settings of a destination for its mapping.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// the profile
    pub profile: Profile,
    /// when `last_surveyed` is set
    pub last_surveyed: LastSurveyed,
    /// the date of a response
    pub response_created_at: ResponseCreatedAt,
    /// consent filters
    pub consent: ConsentSettings,
    /// the texts that do not count as an id, an e-mail or a phone number
    pub placeholder_ids: PlaceholderIds,
    /// the meaning of a null trait
    pub null_traits: NullTraits,
    /// the events that an operator wants to be skipped
    pub rules: Vec<SkipRule>,
}
