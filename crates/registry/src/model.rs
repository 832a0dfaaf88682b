//! A source and a destination, typed and checked, and the rules their parts obey.

use crate::address::{AddressPolicy, NotAllowed};
use crate::units::{DiskShare, Rate};
use event::{Millis, SourceKind};
use inmoment::Region;
use mapping::{
    ConsentSettings, LastSurveyed, NullTraits, PlaceholderIds, Profile, ResponseCreatedAt, SkipRule,
};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// Who may send events.
#[derive(Debug, Clone)]
pub struct Source {
    /// shown in status and metrics
    pub name: String,
    /// where it runs
    pub kind: SourceKind,
    /// what an SDK is set up with
    pub write_key: SecretString,
    /// keys it had before, which still work for a while
    pub old_keys: Vec<OldKey>,
    /// a disabled source's events are refused (docs/facts/gateway.md#disabled-source)
    pub enabled: bool,
    /// how many events it may send
    pub rate_limit: Option<Rate>,
    /// how much of the disk it may take; `None`: as `gateway.source_disk` says
    pub disk: Option<DiskShare>,
}

/// A write key that was replaced.
#[derive(Debug, Clone)]
pub struct OldKey {
    /// the key
    pub key: SecretString,
    /// when it was replaced; an older version did not write that down
    pub since: Option<Millis>,
    /// it works until then: for the time between the two, whatever the wall clock is set to meanwhile
    pub until: Millis,
}

/// How events are delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySettings {
    /// which mapping
    pub profile: Profile,
    /// calls under way at once
    pub concurrency: u32,
    /// how long a survey answer waits for its end user
    pub unknown_user_wait: Duration,
    /// how long what InMoment said of an end user counts as true
    pub known_user_max_age: Duration,
    /// when an identify sets `last_surveyed`
    pub last_surveyed: LastSurveyed,
    /// what dates a survey answer
    pub response_created_at: ResponseCreatedAt,
    /// what counts as no id
    pub placeholder_ids: PlaceholderIds,
    /// what a null trait means
    pub null_traits: NullTraits,
    /// how failures are retried
    pub retry: delivery::Retry,
}

impl Default for DeliverySettings {
    fn default() -> Self {
        DeliverySettings {
            profile: Profile::default(),
            concurrency: 8,
            unknown_user_wait: Duration::from_secs(5 * 60),
            known_user_max_age: Duration::from_secs(60 * 60),
            last_surveyed: LastSurveyed::default(),
            response_created_at: ResponseCreatedAt::default(),
            placeholder_ids: PlaceholderIds::default(),
            null_traits: NullTraits::default(),
            retry: delivery::Retry::default(),
        }
    }
}

/// An InMoment account that events are delivered to.
#[derive(Debug, Clone)]
pub struct Destination {
    /// shown in status and metrics
    pub name: String,
    /// whether anything is sent to it
    pub mode: delivery::Mode,
    /// the e-mail of the login
    pub username: SecretString,
    /// its password
    pub password: SecretString,
    /// InMoment shows it under Settings, Your Account
    pub account_token: SecretString,
    /// `None`: by the account token's prefix
    pub region: Option<Region>,
    /// overrides the region's
    pub base_url: Option<String>,
    /// what the names in its address may resolve to; `None`: whatever (the configuration file's)
    pub addresses: Option<AddressPolicy>,
    /// whose events it gets
    pub sources: Vec<String>,
    /// which consents an end user must not have denied
    pub consent: ConsentSettings,
    /// which events an operator wants skipped
    pub rules: Vec<SkipRule>,
    /// how
    pub delivery: DeliverySettings,
}

impl Destination {
    /// Where its account lives.
    pub fn effective_region(&self) -> Region {
        self.region.unwrap_or_else(|| Region::from_account_token(self.account_token.expose_secret()))
    }

    /// Where its calls go, without a slash at the end.
    pub fn effective_base_url(&self) -> String {
        self.base_url.clone().unwrap_or_else(|| self.effective_region().base_url().to_owned())
    }

    /// May its address be called by what somebody filled in? Its name is held against the same policy when it is resolved.
    ///
    /// # Errors
    /// [`NotAllowed`]
    pub fn held_to(&mut self, policy: &AddressPolicy) -> Result<(), NotAllowed> {
        if let Ok(url) = url::Url::parse(&self.effective_base_url()) {
            policy.check_url(&url)?;
        }
        self.addresses = Some(policy.clone());
        Ok(())
    }

    /// What of it concerns the mapping.
    pub fn mapping(&self) -> mapping::Settings {
        mapping::Settings {
            profile: self.delivery.profile,
            last_surveyed: self.delivery.last_surveyed,
            response_created_at: self.delivery.response_created_at,
            consent: self.consent.clone(),
            placeholder_ids: self.delivery.placeholder_ids.clone(),
            null_traits: self.delivery.null_traits,
            rules: self.rules.clone(),
        }
    }

    /// Would delivery do the same with the other one? Whose events it gets is no matter here.
    pub fn same_as(&self, other: &Destination) -> bool {
        let secrets = |one: &Destination| {
            [&one.username, &one.password, &one.account_token].map(|secret| secret.expose_secret().to_owned())
        };
        self.name == other.name
            && self.mode == other.mode
            && self.effective_base_url() == other.effective_base_url()
            && self.consent == other.consent
            && self.rules == other.rules
            && self.delivery == other.delivery
            && secrets(self) == secrets(other)
    }
}

/// Names go into addresses, metrics and log lines.
pub fn name_fits(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    // Dots alone are steps in an address, not a name.
    (1..=64).contains(&name.len()) && name.chars().all(fits) && !name.chars().all(|c| c == '.')
}

/// What [`name_fits`] wants, in words.
pub const NAME_RULE: &str = "a name has 1 to 64 letters, digits, dashes, dots and underscores";

/// SDKs send it as the user name of HTTP Basic authentication (docs/facts/gateway.md#write-key), which a colon would end.
pub fn write_key_fits(key: &SecretString) -> bool {
    let key = key.expose_secret();
    !key.is_empty()
        && key.len() <= 255
        && key.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != ':')
}

/// What [`write_key_fits`] wants, in words.
pub const WRITE_KEY_RULE: &str = "a write key has 1 to 255 visible characters and no colon";

/// An address for InMoment's API, without a slash at its end.
///
/// # Errors
/// What it should be instead.
pub fn base_url(text: &str) -> Result<String, &'static str> {
    let refuse = "this must be an address like \"https://api.wootric.com\", without a query";
    let url = url::Url::parse(text).map_err(|_| refuse)?;
    let fits = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    fits.then(|| text.trim_end_matches('/').to_owned()).ok_or(refuse)
}

/// Do these waits make sense together?
///
/// # Errors
/// The field, and what is wrong with it.
pub fn retry_fits(retry: &delivery::Retry) -> Result<(), (&'static str, &'static str)> {
    if retry.first.is_zero() {
        return Err((
            "first",
            "without a wait InMoment would be called as fast as possible; the default is \"1 s\"",
        ));
    }
    if retry.max < retry.first {
        return Err(("max", "this must not be less than first"));
    }
    Ok(())
}

/// Plain http to another machine: the password would travel in the clear.
pub fn sends_in_the_clear(base_url: &str) -> bool {
    let Ok(url) = url::Url::parse(base_url) else { return false };
    let here = url.host_str().is_some_and(|host| {
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    });
    url.scheme() == "http" && !here
}
