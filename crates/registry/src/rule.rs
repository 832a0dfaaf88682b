//! Rules by which events are skipped, made by people in the console. The configuration file has its own
//! (`[[destinations.rules]]`); a destination obeys both, whoever manages it.

use crate::form::{Refused, checked_name};
use event::Millis;
use mapping::SkipRule;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The documents' kind for the rules of a destination; the key is its name.
pub const RULES: &str = "skip_rules";
/// A destination has so many rules of the console's at most: each event is held against each of them.
pub const MOST_RULES: usize = 100;
/// An event's name in a rule has so many characters at most.
const LONGEST_EVENT: usize = 200;

/// A new rule: events of this name are skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleForm {
    /// 1 to 64 letters, digits, dashes, dots and underscores
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    pub name: String,
    /// the `event` of the tracks; spaces around it and letter case do not matter
    #[schema(min_length = 1, max_length = 200)]
    pub event: String,
}

impl RuleForm {
    /// The parts that can be wrong.
    ///
    /// # Errors
    /// The field that does not do.
    pub fn check(&self) -> Result<(), Refused> {
        checked_name(&self.name)?;
        checked_event(&self.event)
    }
}

/// Checks the name of the events that a rule is about.
///
/// # Errors
/// What such a name is.
pub fn checked_event(event: &str) -> Result<(), Refused> {
    let fits = !event.trim().is_empty() && event.chars().count() <= LONGEST_EVENT;
    let message = "this is the name of events: 1 to 200 characters, not all of them spaces";
    if fits { Ok(()) } else { Err(Refused::new("event", message)) }
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
    pub event: String,
    /// when it was made, UNIX ms
    pub created_at: i64,
}

impl RuleRecord {
    /// A new rule.
    pub fn new(form: RuleForm, now: Millis) -> RuleRecord {
        RuleRecord { name: form.name, event: form.event.trim().to_owned(), created_at: now.0 }
    }

    /// As the mapping takes it.
    pub fn rule(&self) -> SkipRule {
        SkipRule { name: self.name.clone(), event: self.event.clone() }
    }
}
