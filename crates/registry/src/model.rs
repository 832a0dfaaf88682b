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

/// An application that may send events.
#[derive(Debug, Clone)]
pub struct Source {
    /// shown in status and metrics
    pub name: String,
    /// where it runs
    pub kind: SourceKind,
    /// the key that SDKs send
    pub write_key: SecretString,
    /// replaced keys that still work for a while
    pub old_keys: Vec<OldKey>,
    /// a disabled source's events are refused (docs/facts/gateway.md#disabled-source)
    pub enabled: bool,
    /// the largest rate of its events
    pub rate_limit: Option<Rate>,
    /// how much of the disk it may take; `None`: `gateway.source_disk` applies
    pub disk: Option<DiskShare>,
}

/// A write key that was replaced.
#[derive(Debug, Clone)]
pub struct OldKey {
    /// the key
    pub key: SecretString,
    /// when it was replaced; an older version did not record that
    pub since: Option<Millis>,
    /// the end of its overlap. It works for the time between the two, even if the wall clock is set meanwhile
    pub until: Millis,
}

/// How events are delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySettings {
    /// the profile of the mapping
    pub profile: Profile,
    /// the largest number of calls under way at once
    pub concurrency: u32,
    /// how long a survey answer waits for its end user
    pub unknown_user_wait: Duration,
    /// how long data that InMoment returned about an end user counts as current
    pub known_user_max_age: Duration,
    /// when an identify sets `last_surveyed`
    pub last_surveyed: LastSurveyed,
    /// what dates a survey answer
    pub response_created_at: ResponseCreatedAt,
    /// texts that do not count as an id
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
    /// the login's password
    pub password: SecretString,
    /// the account token, which InMoment shows under Settings, Your Account
    pub account_token: SecretString,
    /// the region; `None`: the account token's prefix decides
    pub region: Option<Region>,
    /// an address that is used in place of the region's
    pub base_url: Option<String>,
    /// the policy for the addresses that its name resolves to; `None`: every address is allowed (for destinations of
    /// the configuration file)
    pub addresses: Option<AddressPolicy>,
    /// the sources whose events it gets
    pub sources: Vec<String>,
    /// the consents that an end user must not have denied
    pub consent: ConsentSettings,
    /// the rules by which it skips events
    pub rules: Vec<SkipRule>,
    /// the delivery settings
    pub delivery: DeliverySettings,
}

impl Destination {
    /// The region of its account.
    pub fn effective_region(&self) -> Region {
        self.region.unwrap_or_else(|| Region::from_account_token(self.account_token.expose_secret()))
    }

    /// The address that its calls are sent to, without a slash at the end.
    pub fn effective_base_url(&self) -> String {
        self.base_url.clone().unwrap_or_else(|| self.effective_region().base_url().to_owned())
    }

    /// Checks the address against the policy for addresses that people enter, and keeps the policy, by which the
    /// resolved addresses are checked later.
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

    /// The settings for the mapping.
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

    /// Would delivery treat both destinations in the same way? The sources are not compared.
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
    // Dots alone would be path steps in an address.
    (1..=64).contains(&name.len()) && name.chars().all(fits) && !name.chars().all(|c| c == '.')
}

/// The rule that [`name_fits`] checks, in words.
pub const NAME_RULE: &str = "a name has 1 to 64 letters, digits, dashes, dots and underscores";

/// Is this a valid write key? SDKs send it as the user name of HTTP Basic authentication
/// (docs/facts/gateway.md#write-key), which a colon would end.
pub fn write_key_fits(key: &SecretString) -> bool {
    let key = key.expose_secret();
    !key.is_empty()
        && key.len() <= 255
        && key.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != ':')
}

/// The rule that [`write_key_fits`] checks, in words.
pub const WRITE_KEY_RULE: &str = "a write key has 1 to 255 visible characters and no colon";

/// Reads an address for InMoment's API; the result has no slash at its end.
///
/// # Errors
/// The text says what a valid address looks like.
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

/// Checks that these waits fit together.
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

/// Is this plain http to another machine, which would send the password in the clear?
pub fn sends_in_the_clear(base_url: &str) -> bool {
    let Ok(url) = url::Url::parse(base_url) else { return false };
    let here = url.host_str().is_some_and(|host| {
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    });
    url.scheme() == "http" && !here
}
