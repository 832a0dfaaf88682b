//! The stored records of the console's sources and destinations: JSON in the journal's documents, with sealed secrets.
//!
//! | kind | key | record |
//! |---|---|---|
//! | `source` | its name | [`SourceRecord`] |
//! | `destination` | its name | [`DestinationRecord`] |
//! | `alert` | its name | [`AlertRecord`](crate::AlertRecord) |
//! | `skip_rules` | the destination's name | [`RulesRecord`](crate::RulesRecord) |
//!
//! Quantities stay as people wrote them, so that a record reads like the configuration file. Unknown members are
//! ignored, so that a record of a newer version can be read.

use crate::alert::{ALERT, AlertRecord};
use crate::form::{self, ConsentForm, DeliveryForm, DestinationForm, FieldError, SourceForm};
use crate::model::{DeliverySettings, Destination, OldKey, Source};
use crate::vault::{Sealed, Vault, VaultError};
use event::{Millis, SourceKind};
use inmoment::Region;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// The kind of the documents that hold sources.
pub const SOURCE: &str = "source";
/// The kind of the documents that hold destinations.
pub const DESTINATION: &str = "destination";

/// The stored record of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// where it runs
    pub kind: SourceKind,
    /// whether its events are accepted
    pub enabled: bool,
    /// as in `1000/min`
    #[serde(default)]
    pub rate_limit: Option<String>,
    /// as in `10 GiB`, `50%` or `off`
    #[serde(default)]
    pub disk: Option<String>,
    /// sealed for `source/NAME/write_key`
    pub write_key: Sealed,
    /// replaced keys, sealed for the same place
    #[serde(default)]
    pub old_keys: Vec<Replaced>,
    /// when it was made, UNIX ms
    pub created_at: i64,
}

/// A write key that was replaced: sealed, with the time until which it works and the time when it was replaced, UNIX ms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Replaced {
    /// the present form
    At(Sealed, i64, i64),
    /// the form that older versions wrote
    Older(Sealed, i64),
}

impl Replaced {
    /// The key, and the beginning and end of its overlap.
    fn parts(&self) -> (&Sealed, Option<Millis>, Millis) {
        match self {
            Replaced::At(sealed, until, since) => (sealed, Some(Millis(*since)), Millis(*until)),
            Replaced::Older(sealed, until) => (sealed, None, Millis(*until)),
        }
    }
}

/// Why a record cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A secret of the record cannot be opened.
    #[error("a secret of {0} cannot be opened: {1}")]
    Secret(String, VaultError),
    /// A value of the record is not valid (any more).
    #[error("{0}: {1}")]
    Invalid(String, FieldError),
}

fn place(kind: &str, name: &str, field: &str) -> String {
    format!("{kind}/{name}/{field}")
}

impl SourceRecord {
    /// A new source with this write key.
    ///
    /// # Errors
    /// [`VaultError::Random`]
    pub fn new(
        form: &SourceForm,
        key: &SecretString,
        vault: &Vault,
        now: Millis,
    ) -> Result<Self, VaultError> {
        Ok(SourceRecord {
            kind: form.kind,
            enabled: true,
            rate_limit: form.rate_limit.clone(),
            disk: form.disk.clone(),
            write_key: vault.seal(&place(SOURCE, &form.name, "write_key"), key)?,
            old_keys: Vec::new(),
            created_at: now.0,
        })
    }

    /// Gives the source a new write key. The present key works until `until`, and earlier ones for the rest of their
    /// overlap: `over` tells whether the time between two time stamps has passed, of which the first may be unknown.
    ///
    /// # Errors
    /// [`VaultError::Random`]
    pub fn rotate(
        &mut self,
        name: &str,
        key: &SecretString,
        (now, until): (Millis, Millis),
        over: impl Fn(Option<Millis>, Millis) -> bool,
        vault: &Vault,
    ) -> Result<(), VaultError> {
        let sealed = vault.seal(&place(SOURCE, name, "write_key"), key)?;
        let old = std::mem::replace(&mut self.write_key, sealed);
        self.old_keys.retain(|replaced| {
            let (_, since, until) = replaced.parts();
            !over(since, until)
        });
        if until > now {
            self.old_keys.push(Replaced::At(old, until.0, now.0));
        }
        Ok(())
    }

    /// The source with its keys opened.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn open(&self, name: &str, vault: &Vault) -> Result<Source, RecordError> {
        let open = |sealed: &Sealed| {
            vault
                .open(&place(SOURCE, name, "write_key"), sealed)
                .map_err(|error| RecordError::Secret(format!("source {name:?}"), error))
        };
        let old_keys = self.old_keys.iter().map(|replaced| {
            let (sealed, since, until) = replaced.parts();
            open(sealed).map(|key| OldKey { key, since, until })
        });
        let invalid = |refused| RecordError::Invalid(format!("source {name:?}"), refused);
        Ok(Source {
            name: name.to_owned(),
            kind: self.kind,
            write_key: open(&self.write_key)?,
            old_keys: old_keys.collect::<Result<_, _>>()?,
            enabled: self.enabled,
            rate_limit: self.rate_limit.as_deref().map(form::rate_limit).transpose().map_err(&invalid)?,
            disk: self.disk.as_deref().map(form::disk_share).transpose().map_err(&invalid)?,
        })
    }

    /// The record with every secret sealed anew, by the key in use now.
    ///
    /// # Errors
    /// [`VaultError`]
    pub fn sealed_anew(&self, name: &str, vault: &Vault) -> Result<Self, VaultError> {
        let place = place(SOURCE, name, "write_key");
        let again = |sealed: &Sealed| vault.seal(&place, &vault.open(&place, sealed)?);
        let old_keys = self.old_keys.iter().map(|replaced| {
            Ok(match replaced {
                Replaced::At(sealed, until, since) => Replaced::At(again(sealed)?, *until, *since),
                Replaced::Older(sealed, until) => Replaced::Older(again(sealed)?, *until),
            })
        });
        Ok(SourceRecord {
            write_key: again(&self.write_key)?,
            old_keys: old_keys.collect::<Result<_, VaultError>>()?,
            ..self.clone()
        })
    }
}

/// The stored record of a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DestinationRecord {
    /// `live` or `shadow`
    pub mode: String,
    /// sealed for `destination/NAME/username`
    pub username: Sealed,
    /// sealed for `destination/NAME/password`
    pub password: Sealed,
    /// sealed for `destination/NAME/account_token`
    pub account_token: Sealed,
    /// `us`, `eu` or `au`; `None`: the account token's prefix decides
    #[serde(default)]
    pub region: Option<String>,
    /// an address that is used in place of the region's
    #[serde(default)]
    pub base_url: Option<String>,
    /// the sources whose events it gets
    pub sources: Vec<String>,
    /// the consents that an end user must not have denied
    #[serde(default)]
    pub consent: ConsentForm,
    /// the delivery settings that differ from the defaults
    #[serde(default)]
    pub delivery: DeliveryForm,
    /// when it was made, UNIX ms
    pub created_at: i64,
}

/// Why a form cannot become a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// A field is not valid.
    #[error(transparent)]
    Refused(#[from] FieldError),
    /// The vault fails.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl DestinationRecord {
    /// A new destination. The caller has checked the name.
    ///
    /// # Errors
    /// A field is missing or not valid, or the vault fails.
    pub fn new(
        name: &str,
        form: DestinationForm,
        vault: &Vault,
        defaults: &DeliverySettings,
        now: Millis,
    ) -> Result<Self, FormError> {
        let secret = |field: &'static str, value: &Option<String>, what: &str| match value.as_deref() {
            Some(text) if !text.trim().is_empty() => {
                Ok::<_, FormError>(vault.seal(&place(DESTINATION, name, field), &SecretString::from(text))?)
            }
            _ => Err(FieldError::new(field, what).into()),
        };
        let record = DestinationRecord {
            mode: "live".to_owned(),
            username: secret("username", &form.username, "the e-mail of the InMoment login is needed")?,
            password: secret("password", &form.password, "the password of the InMoment login is needed")?,
            account_token: secret(
                "account_token",
                &form.account_token,
                "the account token is needed; InMoment shows it under Settings, Your Account",
            )?,
            region: None,
            base_url: None,
            sources: Vec::new(),
            consent: ConsentForm::default(),
            delivery: DeliveryForm::default(),
            created_at: now.0,
        };
        record.with(
            name,
            DestinationForm { username: None, password: None, account_token: None, ..form },
            vault,
            defaults,
        )
    }

    /// The record with the changes of the form. If the address of the calls changes, the form must have the whole
    /// login.
    ///
    /// # Errors
    /// A field is not valid, or the vault fails.
    pub fn changed(
        self,
        name: &str,
        form: DestinationForm,
        vault: &Vault,
        defaults: &DeliverySettings,
    ) -> Result<Self, FormError> {
        let asked = form.clone();
        let before = self.address(name, vault)?;
        let changed = self.with(name, form, vault, defaults)?;
        asked.stays_or_is_known(&before, &changed.address(name, vault)?)?;
        Ok(changed)
    }

    /// The address that its calls are sent to. The region may follow from the account token.
    fn address(&self, name: &str, vault: &Vault) -> Result<String, VaultError> {
        if let Some(base_url) = &self.base_url {
            return Ok(base_url.clone());
        }
        let region = match self.region.as_deref().and_then(Region::from_word) {
            Some(region) => region,
            None => {
                let token = vault.open(&place(DESTINATION, name, "account_token"), &self.account_token)?;
                Region::from_account_token(token.expose_secret())
            }
        };
        Ok(region.base_url().to_owned())
    }

    fn with(
        mut self,
        name: &str,
        form: DestinationForm,
        vault: &Vault,
        defaults: &DeliverySettings,
    ) -> Result<Self, FormError> {
        let secrets = [
            ("username", &form.username, &mut self.username),
            ("password", &form.password, &mut self.password),
            ("account_token", &form.account_token, &mut self.account_token),
        ];
        for (field, value, kept) in secrets {
            let Some(text) = value else { continue };
            if text.trim().is_empty() {
                return Err(FieldError::new(
                    field,
                    "this must not be empty; leave it out to keep the present value",
                )
                .into());
            }
            *kept = vault.seal(&place(DESTINATION, name, field), &SecretString::from(text.as_str()))?;
        }
        if let Some(region) = form.region()? {
            self.region = region.map(|region| region.word().to_owned());
        }
        if let Some(base_url) = form.base_url()? {
            self.base_url = base_url;
        }
        if let Some(mode) = form.mode {
            form::mode(&mode)?;
            self.mode = mode;
        }
        if let Some(sources) = form.sources {
            self.sources = sources;
        }
        if let Some(consent) = form.consent {
            self.consent = consent;
        }
        if let Some(delivery) = form.delivery {
            self.delivery = self.delivery.changed_by(delivery);
        }
        self.delivery.over(defaults)?;
        Ok(self)
    }

    /// The destination with its secrets opened, and with these defaults.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn open(
        &self,
        name: &str,
        vault: &Vault,
        defaults: &DeliverySettings,
    ) -> Result<Destination, RecordError> {
        let open = |field: &str, sealed: &Sealed| {
            vault
                .open(&place(DESTINATION, name, field), sealed)
                .map_err(|error| RecordError::Secret(format!("destination {name:?}"), error))
        };
        let invalid = |refused| RecordError::Invalid(format!("destination {name:?}"), refused);
        Ok(Destination {
            name: name.to_owned(),
            mode: form::mode(&self.mode).map_err(invalid)?,
            username: open("username", &self.username)?,
            password: open("password", &self.password)?,
            account_token: open("account_token", &self.account_token)?,
            region: self.region.as_deref().and_then(Region::from_word),
            base_url: self.base_url.clone(),
            addresses: None,
            sources: self.sources.clone(),
            consent: self.consent.settings(),
            // Rules are stored apart, because the destinations of the configuration file have them as well.
            rules: Vec::new(),
            delivery: self.delivery.over(defaults).map_err(invalid)?,
        })
    }

    /// The record with every secret sealed anew, by the key in use now.
    ///
    /// # Errors
    /// [`VaultError`]
    pub fn sealed_anew(&self, name: &str, vault: &Vault) -> Result<Self, VaultError> {
        let again = |field: &str, sealed: &Sealed| {
            let place = place(DESTINATION, name, field);
            vault.seal(&place, &vault.open(&place, sealed)?)
        };
        Ok(DestinationRecord {
            username: again("username", &self.username)?,
            password: again("password", &self.password)?,
            account_token: again("account_token", &self.account_token)?,
            ..self.clone()
        })
    }
}

/// The records of these kinds hold secrets.
pub const WITH_SECRETS: [&str; 3] = [SOURCE, DESTINATION, ALERT];

/// Rewrites a record of one of [`WITH_SECRETS`] with every secret sealed by the key in use now.
///
/// # Errors
/// The record cannot be read, or a secret cannot be opened. The text does not contain the secret.
pub fn sealed_anew(kind: &str, name: &str, record: &str, vault: &Vault) -> Result<String, String> {
    fn again<T: Serialize + for<'a> Deserialize<'a>>(
        record: &str,
        seal: impl FnOnce(&T) -> Result<T, VaultError>,
    ) -> Result<String, String> {
        let kept: T = serde_json::from_str(record).map_err(|_| "it cannot be read".to_owned())?;
        let sealed = seal(&kept).map_err(|error| error.to_string())?;
        serde_json::to_string(&sealed).map_err(|error| error.to_string())
    }
    match kind {
        SOURCE => again(record, |kept: &SourceRecord| kept.sealed_anew(name, vault)),
        DESTINATION => again(record, |kept: &DestinationRecord| kept.sealed_anew(name, vault)),
        ALERT => again(record, |kept: &AlertRecord| kept.sealed_anew(name, vault)),
        _ => Ok(record.to_owned()),
    }
    .map_err(|error| format!("{kind} {name:?}: {error}"))
}

#[cfg(test)]
mod tests;
