//! Rules that people make in the console, by which events are skipped: by their name, their source, or both. The
//! configuration file has rules of its own (`[[destinations.rules]]`); both apply to every destination.

use crate::form::{FieldError, checked_name};
use event::Millis;
use mapping::{SkipRule, SkipScope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kind of the documents that hold the rules of a destination; the key is its name.
pub const RULES: &str = "skip_rules";
/// The largest number of console rules for a destination, because each event is compared with each rule.
pub const MOST_RULES: usize = 100;
/// The longest name of an event in a rule, in characters.
const LONGEST_EVENT: usize = 200;

/// A new rule: events of this name, of this source, or of both are skipped. One of the two must be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleForm {
    /// 1 to 64 letters, digits, dashes, dots and underscores
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    pub name: String,
    /// the `event` of the tracks; spaces around it and letter case do not matter. Null: events of any name, and events
    /// without a name
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub event: Option<String>,
    /// the name of the source that the events came from; null: any source
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    pub source: Option<String>,
}

impl RuleForm {
    /// Checks the fields.
    ///
    /// # Errors
    /// The field that is not valid.
    pub fn check(&self) -> Result<(), FieldError> {
        checked_name(&self.name)?;
        scope(self.event.as_deref(), self.source.as_deref()).map(drop)
    }
}

/// The scope of a rule, checked.
///
/// # Errors
/// The field that is not valid.
pub fn scope(event: Option<&str>, source: Option<&str>) -> Result<SkipScope, FieldError> {
    if let Some(event) = event
        && (event.trim().is_empty() || event.chars().count() > LONGEST_EVENT)
    {
        let message = "this is the name of events: 1 to 200 characters, not all of them spaces";
        return Err(FieldError::new("event", message));
    }
    if event.is_none() && source.is_none() {
        return Err(FieldError::new("event", "a rule needs the name of events, a source, or both: give one"));
    }
    Ok(SkipScope { event: event.map(|event| event.trim().to_owned()), source: source.map(str::to_owned) })
}

/// The stored record of a destination's rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesRecord {
    /// in the order in which they were made
    #[serde(default)]
    pub rules: Vec<RuleRecord>,
}

/// The stored record of a rule.
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

    /// The mapping's rule.
    pub fn rule(&self) -> SkipRule {
        let scope = SkipScope { event: self.event.clone(), source: self.source.clone() };
        SkipRule { name: self.name.clone(), scope }
    }
}
