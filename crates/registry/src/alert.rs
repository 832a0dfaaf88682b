//! Alerts: conditions whose beginning and end are sent to a webhook.

use crate::form::{FieldError, checked_name};
use crate::units;
use crate::vault::{Sealed, Vault, VaultError};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// The kind of the documents that hold alerts.
pub const ALERT: &str = "alert";

/// What an alert watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// a destination is halted
    Halted,
    /// InMoment has failed or could not be reached for as long as `older_than`, without a success
    Failing,
    /// events wait and nothing forbids a call, but no call is sent
    Stuck,
    /// the delivery to a destination failed and starts again
    Broken,
    /// there are more than `above` dead letters (of `code`)
    DeadLetters,
    /// the oldest pending event is older than `older_than`
    OldestPending,
    /// the disk that holds the data folder has less than `above` percent left
    Disk,
}

/// A new alert, or the changes of one; in a change, what the form leaves out keeps its value.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AlertForm {
    /// 1 to 64 letters, digits, dashes, dots and underscores
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    pub name: Option<String>,
    /// what it watches
    pub kind: Option<AlertKind>,
    /// the alert concerns only this destination; an empty text: all destinations
    pub destination: Option<String>,
    /// the alert counts only dead letters with this code; an empty text: all codes
    pub code: Option<String>,
    /// the threshold. `dead_letters`: it fires above this number (0: at the first one). `disk`: it fires below this
    /// percentage of free space
    #[serde(deserialize_with = "units::count_if_said")]
    pub above: Option<u32>,
    /// for `oldest_pending` and `failing`: the duration after which it fires, as in `30 min`; 5 min when absent for
    /// `failing`
    pub older_than: Option<String>,
    /// where messages are sent: an `https` address that takes Slack's JSON (`{"text":…}`); no answer contains it
    pub webhook: Option<String>,
    /// a disabled alert sends nothing
    pub enabled: Option<bool>,
}

/// The stored record of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRecord {
    /// what it watches
    pub kind: AlertKind,
    /// the only destination that it concerns
    #[serde(default)]
    pub destination: Option<String>,
    /// the only code that it counts
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
    /// whether it is enabled
    pub enabled: bool,
}

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlertError {
    /// A field is not valid.
    #[error(transparent)]
    Refused(#[from] FieldError),
    /// The vault fails.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The percentages of free space that an alert may fire at: above 90 % it would always fire.
const DISK_PERCENT: std::ops::RangeInclusive<u32> = 1..=90;
const DEFAULT_DISK_PERCENT: u32 = 10;
/// The default for `failing`. People who answer surveys do not notice a shorter outage.
const DEFAULT_FAILING: &str = "5 min";

impl AlertRecord {
    /// A new alert.
    ///
    /// # Errors
    /// A field is missing or not valid, or the vault fails.
    pub fn new(name: &str, form: AlertForm, vault: &Vault) -> Result<AlertRecord, AlertError> {
        checked_name(name)?;
        let kind = form.kind.ok_or_else(|| FieldError::new("kind", "say what the alert watches"))?;
        let webhook = form.webhook.clone().filter(|text| !text.is_empty());
        let webhook = webhook
            .ok_or_else(|| FieldError::new("webhook", "give the address that messages are sent to"))?;
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

    /// The record with the changes of the form.
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

    /// The age that the oldest pending event may have, or the time that a destination may fail.
    ///
    /// # Errors
    /// The record has no duration, or it cannot be read.
    pub fn age(&self) -> Result<Duration, FieldError> {
        let text = self.older_than.as_deref().unwrap_or_default();
        units::duration(text).map_err(|error| FieldError::new("older_than", error.to_string()))
    }

    /// The webhook's address.
    ///
    /// # Errors
    /// [`VaultError`]
    pub fn webhook(&self, name: &str, vault: &Vault) -> Result<SecretString, VaultError> {
        vault.open(&place(name), &self.webhook)
    }

    /// The record with its secret sealed anew, by the key in use now.
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

/// The host of a webhook's address, which may be shown; the path is secret at Slack and similar services.
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
            "this must be https, because messages hold names and numbers of yours",
        ));
    }
    url.host_str().map(str::to_owned).ok_or_else(refuse)
}

/// The stored state of an alert between two checks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertState {
    /// when it began to fire, UNIX ms; `None`: it does not fire
    #[serde(default)]
    pub since: Option<i64>,
    /// whether the last message to its webhook said that it fires
    #[serde(default)]
    pub told: bool,
    /// when the last message was sent, UNIX ms
    #[serde(default)]
    pub last_sent_at: Option<i64>,
    /// why the last message could not be sent; `None`: it was sent
    #[serde(default)]
    pub last_problem: Option<String>,
}

#[cfg(test)]
mod tests;
