//! The forms that people fill in, and the typed values that they are read to. They use the words of the configuration
//! file.

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

/// The error for a field that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FieldError {
    /// the field's name in the form
    pub field: &'static str,
    /// what is wrong, and what to write instead
    pub message: String,
}

impl FieldError {
    /// The error for this field.
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
    /// how much of the disk it may take, as in `10 GiB`, `50%` or `off`; when absent, `gateway.source_disk` applies
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<String>,
}

impl SourceForm {
    /// Checks the fields; returns the rate limit.
    ///
    /// # Errors
    /// The field that is not valid.
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

/// A new destination, or the changes of one. What the form leaves out keeps its value (of a new destination: has its
/// default).
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DestinationForm {
    /// 1 to 64 letters, digits, dashes, dots and underscores
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    pub name: Option<String>,
    /// the e-mail of the InMoment login
    pub username: Option<String>,
    /// the password of the InMoment login; no answer contains it
    pub password: Option<String>,
    /// the account token, which InMoment shows under Settings, Your Account; no answer contains it
    pub account_token: Option<String>,
    /// the region: `us`, `eu` or `au`; an empty text: the account token's prefix decides
    #[schema(pattern = "^(us|eu|au)?$")]
    pub region: Option<String>,
    /// an address that is used in place of the region's; an empty text: the region's
    pub base_url: Option<String>,
    /// `true` allows an address with `http` at another machine. Everybody on the way can then read the login and the
    /// end users' data
    pub allow_plain_http: Option<bool>,
    /// the names of the sources whose events it gets
    pub sources: Option<Vec<String>>,
    /// `live` or `shadow`
    #[schema(value_type = Option<crate::words::Mode>)]
    pub mode: Option<String>,
    /// the consents that an end user must not have denied
    #[serde(deserialize_with = "object")]
    pub consent: Option<ConsentForm>,
    /// how events are delivered
    #[serde(deserialize_with = "object")]
    pub delivery: Option<DeliveryForm>,
}

impl DestinationForm {
    /// The region of the form; `Some(None)`: the account token's prefix decides.
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

    /// Stored secrets are only sent to the address that they were entered for: a person who changes the address must
    /// enter the whole login again.
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

    /// The address of the form; `Some(None)`: the region's.
    ///
    /// # Errors
    /// The address is not valid, or it would carry the login in the clear and the form does not allow that.
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

/// The message for an address that carries the login in the clear.
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

/// The delivery settings that differ from the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeliveryForm {
    /// `native` or `rudderstack`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::words::Profile>)]
    pub profile: Option<Profile>,
    /// the largest number of calls under way at once, 1 to 1000
    #[schema(minimum = 1, maximum = 1000)]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "units::count_if_said")]
    pub concurrency: Option<u32>,
    /// how long a survey answer waits for an end user whom InMoment does not know yet, as in `5 min`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_user_wait: Option<String>,
    /// how long data that InMoment returned about an end user counts as current, as in `1 h`
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
    /// texts that do not count as an id, in any letter case; at most 100 of at most 200 characters. With an empty list
    /// every text counts as an id
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder_ids: Option<Vec<String>>,
    /// `ignore` or `clear`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::words::NullTraits>)]
    pub null_traits: Option<NullTraits>,
    /// the wait after the first failure, as in `1 s`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_first: Option<String>,
    /// the longest wait between two tries, as in `5 min`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_max: Option<String>,
    /// how long the events of one end user may fail, while others succeed, before they become dead letters, as in `24
    /// h`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub give_up_lane_after: Option<String>,
}

impl DeliveryForm {
    /// This form with the fields of a later form in place of its own.
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

    /// The settings: the fields of this form, and the defaults for all others.
    ///
    /// # Errors
    /// The field that is not valid.
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

/// Reads a value that must be a JSON object. A list of its members, which serde would also take, is refused.
fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let members = Option::<Map<String, Value>>::deserialize(deserializer)?;
    members.map(|members| T::deserialize(Value::Object(members))).transpose().map_err(D::Error::custom)
}

/// Reads a list of JSON objects.
fn objects<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let items = Vec::<Map<String, Value>>::deserialize(deserializer)?;
    let read = items.into_iter().map(|members| T::deserialize(Value::Object(members)));
    read.collect::<Result<_, _>>().map_err(D::Error::custom)
}

/// Each id is compared with each of these texts, so their number is bounded.
const MOST_PLACEHOLDERS: usize = 100;
const LONGEST_PLACEHOLDER: usize = 200;

/// Reads the texts that do not count as an id, without the space around them.
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
    /// settings for web sources
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub web: Option<ConsentRules>,
    /// settings for mobile sources
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub mobile: Option<ConsentRules>,
    /// settings for server sources
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub server: Option<ConsentRules>,
}

/// The consents that must not have been denied. Answers contain every list; a list that a form leaves out is empty.
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

/// The consents of one provider. Answers contain every member.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentProvider {
    /// the provider: `oneTrust`, `ketch`, `iubenda` or `custom`
    pub provider: String,
    /// `and` or `or`; used for the provider `custom` only
    #[serde(default)]
    pub resolution_strategy: String,
    /// the consent ids that this destination needs
    #[serde(default)]
    pub consents: Vec<String>,
}

impl ConsentForm {
    /// The form of these settings.
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

    /// The mapping's settings of this form.
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
