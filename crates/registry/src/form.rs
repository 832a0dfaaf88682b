//! What people fill in, and what it comes to. The same words as in the configuration file.

use crate::model::{self, DeliverySettings, NAME_RULE};
use crate::units::{self, DiskShare, Rate};
use event::SourceKind;
use inmoment::Region;
use mapping::{
    ConsentEntry, ConsentSettings, LastSurveyed, NullTraits, PlaceholderIds, Profile, ResponseCreatedAt,
    SourceConsent,
};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;
use utoipa::ToSchema;

/// A field that does not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FieldError {
    /// which, as in the form
    pub field: &'static str,
    /// what is wrong, and what to write instead
    pub message: String,
}

impl FieldError {
    /// This field does not do.
    pub fn new(field: &'static str, message: impl Into<String>) -> FieldError {
        FieldError { field, message: message.into() }
    }
}

/// A new source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceForm {
    /// 1 to 64 letters, digits, dashes, dots and underscores
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    pub name: String,
    /// where it runs: `web`, `mobile` or `server`
    #[schema(value_type = crate::words::SourceKind)]
    pub kind: SourceKind,
    /// as in `1000/min`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<String>,
    /// how much of the disk it may take, as in `10 GiB`, `50%` or `off`; when absent, what `gateway.source_disk` says
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<String>,
}

impl SourceForm {
    /// The parts that can be wrong.
    ///
    /// # Errors
    /// The field that does not do.
    pub fn check(&self) -> Result<Option<Rate>, FieldError> {
        checked_name(&self.name)?;
        self.disk.as_deref().map(disk_share).transpose()?;
        self.rate_limit.as_deref().map(rate_limit).transpose()
    }
}

/// Reads a rate limit.
///
/// # Errors
/// What to write instead.
pub fn rate_limit(text: &str) -> Result<Rate, FieldError> {
    units::rate(text).map_err(|error| FieldError::new("rate_limit", error.to_string()))
}

/// Reads how much of the disk a source may take.
///
/// # Errors
/// What to write instead.
pub fn disk_share(text: &str) -> Result<DiskShare, FieldError> {
    units::disk_share(text).map_err(|error| FieldError::new("disk", error.to_string()))
}

/// A new destination, or what shall change of one: what is left out stays (or has its default).
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DestinationForm {
    /// 1 to 64 letters, digits, dashes, dots and underscores
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    pub name: Option<String>,
    /// the e-mail of the InMoment login
    pub username: Option<String>,
    /// its password; never given back
    pub password: Option<String>,
    /// InMoment shows it under Settings, Your Account; never given back
    pub account_token: Option<String>,
    /// `us`, `eu`, `au`; an empty text: by the account token
    #[schema(pattern = "^(us|eu|au)?$")]
    pub region: Option<String>,
    /// overrides the region's address; an empty text: the region's
    pub base_url: Option<String>,
    /// `true`: an address with `http` at another machine is meant as it is. The login and the end users' data can then be
    /// read by everybody on the way
    pub allow_plain_http: Option<bool>,
    /// the names of the sources whose events it gets
    pub sources: Option<Vec<String>>,
    /// `live` or `shadow`
    #[schema(value_type = Option<crate::words::Mode>)]
    pub mode: Option<String>,
    /// which consents an end user must not have denied
    #[serde(deserialize_with = "object")]
    pub consent: Option<ConsentForm>,
    /// how events are delivered
    #[serde(deserialize_with = "object")]
    pub delivery: Option<DeliveryForm>,
}

impl DestinationForm {
    /// The region that was chosen; `Some(None)`: by the account token.
    ///
    /// # Errors
    /// What it can be.
    pub fn region(&self) -> Result<Option<Option<Region>>, FieldError> {
        let read = |word: &str| match word {
            "" => Ok(None),
            word => Region::from_word(word)
                .map(Some)
                .ok_or_else(|| FieldError::new("region", "this can be \"us\", \"eu\" or \"au\"")),
        };
        self.region.as_deref().map(read).transpose()
    }

    /// Kept secrets are sent nowhere but to the address they were entered for: who makes them go elsewhere must know them.
    ///
    /// # Errors
    /// The first part of the login that is not in the form, if the address changes.
    pub fn stays_or_is_known(&self, before: &str, after: &str) -> Result<(), FieldError> {
        let parts = [
            ("password", &self.password),
            ("account_token", &self.account_token),
            ("username", &self.username),
        ];
        let given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        match parts.into_iter().find(|(_, text)| !given(text)) {
            Some((field, _)) if before != after => Err(FieldError::new(
                field,
                "enter the username, the password and the account token again: what is kept was entered for another \
                 address, and is sent to no other",
            )),
            _ => Ok(()),
        }
    }

    /// The address that was chosen; `Some(None)`: the region's.
    ///
    /// # Errors
    /// What it must look like; that it would carry the login in the clear, unless that is said to be meant.
    pub fn base_url(&self) -> Result<Option<Option<String>>, FieldError> {
        let read = |text: &str| match text {
            "" => Ok(None),
            text => model::base_url(text).map(Some).map_err(|message| FieldError::new("base_url", message)),
        };
        if self.base_url.as_deref().is_some_and(model::sends_in_the_clear)
            && self.allow_plain_http != Some(true)
        {
            return Err(FieldError::new("base_url", PLAIN_HTTP));
        }
        self.base_url.as_deref().map(read).transpose()
    }
}

/// What is said of an address that carries the login in the clear.
const PLAIN_HTTP: &str = "with http everybody on the way can read the password and the end users' data: use https. If it is \
                          meant all the same (a network of your own), say so with allow_plain_http";

/// Checks a name.
///
/// # Errors
/// What a name is.
pub fn checked_name(name: &str) -> Result<(), FieldError> {
    if model::name_fits(name) { Ok(()) } else { Err(FieldError::new("name", NAME_RULE)) }
}

/// Reads `live` or `shadow`.
///
/// # Errors
/// What it can be.
pub fn mode(word: &str) -> Result<delivery::Mode, FieldError> {
    match word {
        "live" => Ok(delivery::Mode::Live),
        "shadow" => Ok(delivery::Mode::Shadow),
        _ => Err(FieldError::new("mode", "this can be \"live\" or \"shadow\"")),
    }
}

/// How events are delivered, over the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeliveryForm {
    /// `native` or `rudderstack`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::words::Profile>)]
    pub profile: Option<Profile>,
    /// calls under way at once, 1 to 1000
    #[schema(minimum = 1, maximum = 1000)]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "units::count_if_said")]
    pub concurrency: Option<u32>,
    /// how long a survey answer waits for an end user InMoment does not know yet, as in `5 min`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_user_wait: Option<String>,
    /// how long what InMoment said of an end user counts as true, as in `1 h`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_user_max_age: Option<String>,
    /// `event-time`, `on-create` or `off`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::words::LastSurveyed>)]
    pub last_surveyed: Option<LastSurveyed>,
    /// `document` or `event-time`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::words::ResponseCreatedAt>)]
    pub response_created_at: Option<ResponseCreatedAt>,
    /// texts that count as no id, in any letter case; at most 100 of at most 200 characters. An empty list: every text is an id
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder_ids: Option<Vec<String>>,
    /// `ignore` or `clear`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::words::NullTraits>)]
    pub null_traits: Option<NullTraits>,
    /// wait after the first failure, as in `1 s`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_first: Option<String>,
    /// the longest wait, as in `5 min`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_max: Option<String>,
    /// an end user whose events alone fail this long is given up, as in `24 h`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub give_up_lane_after: Option<String>,
}

impl DeliveryForm {
    /// This form, with what a later one says instead.
    #[must_use]
    pub fn changed_by(self, later: DeliveryForm) -> DeliveryForm {
        DeliveryForm {
            profile: later.profile.or(self.profile),
            concurrency: later.concurrency.or(self.concurrency),
            unknown_user_wait: later.unknown_user_wait.or(self.unknown_user_wait),
            known_user_max_age: later.known_user_max_age.or(self.known_user_max_age),
            last_surveyed: later.last_surveyed.or(self.last_surveyed),
            response_created_at: later.response_created_at.or(self.response_created_at),
            placeholder_ids: later.placeholder_ids.or(self.placeholder_ids),
            null_traits: later.null_traits.or(self.null_traits),
            retry_first: later.retry_first.or(self.retry_first),
            retry_max: later.retry_max.or(self.retry_max),
            give_up_lane_after: later.give_up_lane_after.or(self.give_up_lane_after),
        }
    }

    /// What it comes to over these defaults.
    ///
    /// # Errors
    /// The field that does not do.
    pub fn over(&self, defaults: &DeliverySettings) -> Result<DeliverySettings, FieldError> {
        let concurrency = self.concurrency.unwrap_or(defaults.concurrency);
        if !(1..=1_000).contains(&concurrency) {
            return Err(FieldError::new("concurrency", "this must be from 1 to 1000"));
        }
        let retry = delivery::Retry {
            first: duration("retry_first", self.retry_first.as_deref(), defaults.retry.first)?,
            max: duration("retry_max", self.retry_max.as_deref(), defaults.retry.max)?,
            give_up_lane_after: duration(
                "give_up_lane_after",
                self.give_up_lane_after.as_deref(),
                defaults.retry.give_up_lane_after,
            )?,
        };
        model::retry_fits(&retry).map_err(|(field, message)| {
            FieldError::new(if field == "max" { "retry_max" } else { "retry_first" }, message)
        })?;
        Ok(DeliverySettings {
            profile: self.profile.unwrap_or(defaults.profile),
            concurrency,
            unknown_user_wait: duration(
                "unknown_user_wait",
                self.unknown_user_wait.as_deref(),
                defaults.unknown_user_wait,
            )?,
            known_user_max_age: duration(
                "known_user_max_age",
                self.known_user_max_age.as_deref(),
                defaults.known_user_max_age,
            )?,
            last_surveyed: self.last_surveyed.unwrap_or(defaults.last_surveyed),
            response_created_at: self.response_created_at.unwrap_or(defaults.response_created_at),
            placeholder_ids: match &self.placeholder_ids {
                Some(texts) => placeholder_ids(texts)?,
                None => defaults.placeholder_ids.clone(),
            },
            null_traits: self.null_traits.unwrap_or(defaults.null_traits),
            retry,
        })
    }
}

/// Something that is written as a JSON object. A list of its members, which serde would take as well, is refused.
fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let members = Option::<Map<String, Value>>::deserialize(deserializer)?;
    members.map(|members| T::deserialize(Value::Object(members))).transpose().map_err(D::Error::custom)
}

/// A list of such things.
fn objects<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let items = Vec::<Map<String, Value>>::deserialize(deserializer)?;
    let read = items.into_iter().map(|members| T::deserialize(Value::Object(members)));
    read.collect::<Result<_, _>>().map_err(D::Error::custom)
}

/// Each id is held against each of them.
const MOST_PLACEHOLDERS: usize = 100;
const LONGEST_PLACEHOLDER: usize = 200;

/// Texts that count as no id, without what is around them.
fn placeholder_ids(texts: &[String]) -> Result<PlaceholderIds, FieldError> {
    let texts: Vec<String> = texts.iter().map(|text| text.trim().to_owned()).collect();
    let fits = |text: &String| !text.is_empty() && text.chars().count() <= LONGEST_PLACEHOLDER;
    if texts.len() > MOST_PLACEHOLDERS || !texts.iter().all(fits) {
        let message = "these are at most 100 texts of 1 to 200 characters; no text is a placeholder without being named";
        return Err(FieldError::new("placeholder_ids", message));
    }
    Ok(PlaceholderIds(texts))
}

fn duration(field: &'static str, text: Option<&str>, default: Duration) -> Result<Duration, FieldError> {
    text.map_or(Ok(default), |text| {
        units::duration(text).map_err(|error| FieldError::new(field, error.to_string()))
    })
}

/// Consent settings by kind of source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = Consent)]
pub struct ConsentForm {
    /// for web sources
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub web: Option<ConsentRules>,
    /// for mobile sources
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub mobile: Option<ConsentRules>,
    /// for server sources
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub server: Option<ConsentRules>,
}

/// Which consents must not have been denied. Answers leave nothing out; of a form, what is left out is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ConsentRules {
    /// legacy OneTrust cookie categories
    pub one_trust: Vec<String>,
    /// legacy Ketch purposes
    pub ketch: Vec<String>,
    /// the generic consent management
    #[serde(deserialize_with = "objects")]
    pub management: Vec<ConsentProvider>,
}

/// One provider's consents. Answers leave nothing out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentProvider {
    /// `oneTrust`, `ketch`, `iubenda`, `custom`
    pub provider: String,
    /// `and` or `or`; looked at for `custom`
    #[serde(default)]
    pub resolution_strategy: String,
    /// the consent ids this destination needs
    #[serde(default)]
    pub consents: Vec<String>,
}

impl ConsentForm {
    /// As people see it.
    pub fn of(settings: &ConsentSettings) -> ConsentForm {
        let rules = |kind| {
            settings.get(&kind).map(|consent| ConsentRules {
                one_trust: consent.one_trust.clone(),
                ketch: consent.ketch.clone(),
                management: consent
                    .management
                    .iter()
                    .map(|entry| ConsentProvider {
                        provider: entry.provider.clone(),
                        resolution_strategy: entry.resolution_strategy.clone(),
                        consents: entry.consents.clone(),
                    })
                    .collect(),
            })
        };
        ConsentForm {
            web: rules(SourceKind::Web),
            mobile: rules(SourceKind::Mobile),
            server: rules(SourceKind::Server),
        }
    }

    /// As the mapping takes it.
    pub fn settings(&self) -> ConsentSettings {
        let kinds = [
            (SourceKind::Web, &self.web),
            (SourceKind::Mobile, &self.mobile),
            (SourceKind::Server, &self.server),
        ];
        kinds.into_iter().filter_map(|(kind, rules)| Some((kind, consent_of(rules.as_ref()?)))).collect()
    }
}

fn consent_of(rules: &ConsentRules) -> SourceConsent {
    let entry = |one: &ConsentProvider| ConsentEntry {
        provider: one.provider.clone(),
        resolution_strategy: one.resolution_strategy.clone(),
        consents: one.consents.clone(),
    };
    SourceConsent {
        management: rules.management.iter().map(entry).collect(),
        one_trust: rules.one_trust.clone(),
        ketch: rules.ketch.clone(),
    }
}

#[cfg(test)]
mod tests;
