//! Rules by which events are skipped, made by people in the console: by the events' name, their source, or both. The configuration file has its own
//! (`[[destinations.rules]]`); a destination obeys both, whoever manages it.

use crate::form::{FieldError, checked_name};
use event::Millis;
use mapping::{SkipRule, SkipScope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The documents' kind for the rules of a destination; the key is its name.
pub const RULES: &str = "skip_rules";
/// A destination has so many rules of the console's at most: each event is held against each of them.
pub const MOST_RULES: usize = 100;
/// An event's name in a rule has so many characters at most.
const LONGEST_EVENT: usize = 200;

/// A new rule: events of this name are skipped, of this source, or of this name and source; one of the two must be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleForm {
    /// 1 to 64 letters, digits, dashes, dots and underscores
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    pub name: String,
    /// the `event` of the tracks; spaces around it and letter case do not matter. Null: events of any name, and those without one
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub event: Option<String>,
    /// the name of the source that the events came from; null: of any
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    pub source: Option<String>,
}

impl RuleForm {
    /// The parts that can be wrong.
    ///
    /// # Errors
    /// The field that does not do.
    pub fn check(&self) -> Result<(), FieldError> {
        checked_name(&self.name)?;
        scope(self.event.as_deref(), self.source.as_deref()).map(drop)
    }
}

/// Which events a rule is about, checked.
///
/// # Errors
/// The field that does not do.
pub fn scope(event: Option<&str>, source: Option<&str>) -> Result<SkipScope, FieldError> {
    if let Some(event) = event
        && (event.trim().is_empty() || event.chars().count() > LONGEST_EVENT)
    {
        let message = "this is the name of events: 1 to 200 characters, not all of them spaces";
        return Err(FieldError::new("event", message));
    }
    if event.is_none() && source.is_none() {
        return Err(FieldError::new(
            "event",
            "a rule is about events of a name, of a source, or of both: give one",
        ));
    }
    Ok(SkipScope { event: event.map(|event| event.trim().to_owned()), source: source.map(str::to_owned) })
}

/// The rules of a destination as they are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesRecord {
    /// in the order in which they were made
    #[serde(default)]
    pub rules: Vec<RuleRecord>,
}

/// A rule as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRecord {
    /// see [`RuleForm::name`]
    pub name: String,
    /// see [`RuleForm::event`]
    #[serde(default)]
    pub event: Option<String>,
    /// see [`RuleForm::source`]
    #[serde(default)]
    pub source: Option<String>,
    /// when it was made, UNIX ms
    pub created_at: i64,
}

impl RuleRecord {
    /// A new rule.
    pub fn new(form: RuleForm, now: Millis) -> RuleRecord {
        let event = form.event.map(|event| event.trim().to_owned());
        RuleRecord { name: form.name, event, source: form.source, created_at: now.0 }
    }

    /// As the mapping takes it.
    pub fn rule(&self) -> SkipRule {
        let scope = SkipScope { event: self.event.clone(), source: self.source.clone() };
        SkipRule { name: self.name.clone(), scope }
    }
}
