//! Alerts: what shall be told to a webhook when it begins and when it is over.

use crate::form::{FieldError, checked_name};
use crate::units;
use crate::vault::{Sealed, Vault, VaultError};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// The documents' kind for alerts.
pub const ALERT: &str = "alert";

/// What an alert watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// a destination is halted
    Halted,
    /// InMoment has failed or could not be reached for as long as `older_than`, without a success
    Failing,
    /// events wait, nothing forbids a call, and none goes out
    Stuck,
    /// the delivery to a destination failed and is started anew
    Broken,
    /// there are more than `above` dead letters (of `code`)
    DeadLetters,
    /// the oldest pending event is older than `older_than`
    OldestPending,
    /// the disk that holds the data folder has less than `above` percent left
    Disk,
}

/// A new alert, or what shall change of one: what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AlertForm {
    /// 1 to 64 letters, digits, dashes, dots and underscores
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    pub name: Option<String>,
    /// what it watches
    pub kind: Option<AlertKind>,
    /// one destination alone; an empty text: all of them
    pub destination: Option<String>,
    /// dead letters of one code alone; an empty text: all of them
    pub code: Option<String>,
    /// `dead_letters`: how many are too many (0: any is). `disk`: how many percent left are too few
    #[serde(deserialize_with = "units::count_if_said")]
    pub above: Option<u32>,
    /// `oldest_pending`, `failing` (5 min when absent): as in `30 min`
    pub older_than: Option<String>,
    /// where it is told: an `https` address that takes Slack's JSON (`{"text":…}`); never given back
    pub webhook: Option<String>,
    /// a disabled alert tells nothing
    pub enabled: Option<bool>,
}

/// An alert as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRecord {
    /// what it watches
    pub kind: AlertKind,
    /// one destination alone
    #[serde(default)]
    pub destination: Option<String>,
    /// dead letters of one code alone
    #[serde(default)]
    pub code: Option<String>,
    /// see [`AlertForm::above`]
    #[serde(default)]
    pub above: u32,
    /// see [`AlertForm::older_than`]
    #[serde(default)]
    pub older_than: Option<String>,
    /// sealed for `alert/NAME/webhook`
    pub webhook: Sealed,
    /// the webhook's host, for people
    pub host: String,
    /// is it on?
    pub enabled: bool,
}

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlertError {
    /// A field does not do.
    #[error(transparent)]
    Refused(#[from] FieldError),
    /// The vault fails.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Fewer percent of a disk than this cannot be "nearly full", and more would always be.
const DISK_PERCENT: std::ops::RangeInclusive<u32> = 1..=90;
const DEFAULT_DISK_PERCENT: u32 = 10;
/// An outage that is shorter passes unnoticed by those who answer surveys.
const DEFAULT_FAILING: &str = "5 min";

impl AlertRecord {
    /// A new alert.
    ///
    /// # Errors
    /// A field is missing or does not do; the vault fails.
    pub fn new(name: &str, form: AlertForm, vault: &Vault) -> Result<AlertRecord, AlertError> {
        checked_name(name)?;
        let kind = form.kind.ok_or_else(|| FieldError::new("kind", "say what it shall watch"))?;
        let webhook = form.webhook.clone().filter(|text| !text.is_empty());
        let webhook = webhook.ok_or_else(|| FieldError::new("webhook", "say where it shall be told"))?;
        let record = AlertRecord {
            kind,
            destination: None,
            code: None,
            above: if kind == AlertKind::Disk { DEFAULT_DISK_PERCENT } else { 0 },
            older_than: (kind == AlertKind::Failing).then(|| DEFAULT_FAILING.to_owned()),
            webhook: vault.seal(&place(name), &SecretString::from(webhook.as_str()))?,
            host: host_of(&webhook)?,
            enabled: true,
        };
        record.changed(name, AlertForm { webhook: None, ..form }, vault)
    }

    /// The same with what the form says instead.
    ///
    /// # Errors
    /// As for a new one.
    pub fn changed(mut self, name: &str, form: AlertForm, vault: &Vault) -> Result<AlertRecord, AlertError> {
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        self.kind = form.kind.unwrap_or(self.kind);
        if let Some(destination) = form.destination {
            self.destination = said(destination);
        }
        if let Some(code) = form.code {
            self.code = said(code);
        }
        self.above = form.above.unwrap_or(self.above);
        if let Some(older_than) = form.older_than {
            self.older_than = said(older_than);
        }
        if let Some(webhook) = form.webhook {
            self.host = host_of(&webhook)?;
            self.webhook = vault.seal(&place(name), &SecretString::from(webhook))?;
        }
        self.enabled = form.enabled.unwrap_or(self.enabled);
        self.check()?;
        Ok(self)
    }

    fn check(&self) -> Result<(), FieldError> {
        match self.kind {
            AlertKind::Disk if !DISK_PERCENT.contains(&self.above) => {
                Err(FieldError::new("above", "say how many percent left are too few, 1 to 90"))
            }
            AlertKind::OldestPending | AlertKind::Failing => self.age().map(|_| ()),
            AlertKind::Disk
            | AlertKind::Halted
            | AlertKind::Stuck
            | AlertKind::Broken
            | AlertKind::DeadLetters => Ok(()),
        }
    }

    /// How old the oldest pending event may be, or how long a destination may fail.
    ///
    /// # Errors
    /// It is not said, or no duration.
    pub fn age(&self) -> Result<Duration, FieldError> {
        let text = self.older_than.as_deref().unwrap_or_default();
        units::duration(text).map_err(|error| FieldError::new("older_than", error.to_string()))
    }

    /// Where it is told.
    ///
    /// # Errors
    /// [`VaultError`]
    pub fn webhook(&self, name: &str, vault: &Vault) -> Result<SecretString, VaultError> {
        vault.open(&place(name), &self.webhook)
    }

    /// The same with its secret sealed by the key in use now.
    ///
    /// # Errors
    /// [`VaultError`]
    pub fn sealed_anew(&self, name: &str, vault: &Vault) -> Result<Self, VaultError> {
        let webhook = vault.seal(&place(name), &self.webhook(name, vault)?)?;
        Ok(AlertRecord { webhook, ..self.clone() })
    }
}

fn place(name: &str) -> String {
    format!("{ALERT}/{name}/webhook")
}

/// The host of a webhook's address, which may be shown; the path is the secret of Slack and its like.
fn host_of(webhook: &str) -> Result<String, FieldError> {
    let refuse =
        || FieldError::new("webhook", "this must be an address like \"https://hooks.slack.com/services/…\"");
    let url = url::Url::parse(webhook).map_err(|_| refuse())?;
    if !matches!(url.scheme(), "https" | "http") || webhook.len() > 2_048 {
        return Err(refuse());
    }
    if crate::model::sends_in_the_clear(webhook) {
        return Err(FieldError::new(
            "webhook",
            "this must be https: what is told holds names and numbers of yours",
        ));
    }
    url.host_str().map(str::to_owned).ok_or_else(refuse)
}

/// What is known of an alert's state between two looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertState {
    /// since when it fires, UNIX ms; `None`: it does not
    #[serde(default)]
    pub since: Option<i64>,
    /// what its webhook was last told: that it fires, or that it does not
    #[serde(default)]
    pub told: bool,
    /// when it was last told, UNIX ms
    #[serde(default)]
    pub last_sent_at: Option<i64>,
    /// why it could not be told; `None`: it was
    #[serde(default)]
    pub last_problem: Option<String>,
}

#[cfg(test)]
mod tests;
