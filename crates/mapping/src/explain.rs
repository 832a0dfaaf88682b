//! Reads an event's fields and records the source of each.
//!
//! [`crate::who`], [`crate::identify`] and [`crate::track`] decide which fields are read. This module alone finds the
//! first usable source of a field by the rules of the profile, converts its value, and keeps the reason.

use crate::plan::{DeadReason, FieldSource, FormValue};
use crate::profile::ProfileSwitches;
use crate::settings::Settings;
use crate::{js, path, seconds, text};
use event::Event;
use event::identity::tidy;
use serde_json::Value;
use std::borrow::Cow;

/// How a found value becomes a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// As it is.
    Plain,
    /// As it is; booleans count as values, too.
    Words,
    /// As it is, without white space and invisible characters at both ends.
    Email,
    /// Always text, without white space and invisible characters at both ends.
    Phone,
    /// UNIX seconds.
    Seconds,
}

impl Conversion {
    /// Whether the field identifies a person as an id does: programs write the same placeholders there if the value is
    /// missing.
    fn is_identifier(self) -> bool {
        matches!(self, Conversion::Email | Conversion::Phone)
    }

    fn rule(self) -> &'static str {
        match self {
            Conversion::Plain | Conversion::Words | Conversion::Email | Conversion::Phone => {
                "the first source with a value"
            }
            Conversion::Seconds => "the first source, as UNIX seconds",
        }
    }

    /// Converts a found value to a field; `None` if it cannot be converted.
    fn convert(self, value: &Value, switches: &ProfileSwitches) -> Result<Option<FormValue>, js::TypeError> {
        let converted = match self {
            Conversion::Seconds if switches.scale_times => seconds::native(value).map(Value::String),
            Conversion::Seconds => seconds::javascript(value)?,
            Conversion::Phone if switches.javascript => {
                Some(Value::String(js::text(value)?)).filter(js::is_usable)
            }
            Conversion::Plain | Conversion::Words | Conversion::Email if switches.javascript => {
                Some(js::json(value)).filter(js::is_usable)
            }
            Conversion::Plain | Conversion::Email | Conversion::Phone => {
                text::scalar(value).map(Value::String)
            }
            Conversion::Words => text::words(value).map(Value::String),
        };
        Ok(match converted {
            Some(Value::String(text)) if self.is_identifier() && switches.tidied_ids => {
                Some(tidy(&text).into_owned()).filter(|text| !text.is_empty()).map(Value::String)
            }
            // This applies to both profiles: InMoment always answers NUL with a server error.
            Some(value) if holds_nul(&value) => Some(text::storable(&value)),
            converted => converted,
        })
    }

    /// Whether the next source is tried when a value cannot be converted.
    fn tries_next(self, switches: &ProfileSwitches) -> bool {
        match self {
            Conversion::Seconds => switches.next_time,
            Conversion::Plain | Conversion::Words | Conversion::Email | Conversion::Phone => {
                !switches.javascript
            }
        }
    }
}

impl From<js::TypeError> for DeadReason {
    fn from(_: js::TypeError) -> Self {
        DeadReason::new(crate::refusal::VALUE_UNCONVERTIBLE, js::NO_PRIMITIVE)
    }
}

/// An event that is being mapped, and the reasons recorded so far.
pub(crate) struct EventMapper<'a> {
    pub(crate) event: &'a Event,
    pub(crate) settings: &'a Settings,
    pub(crate) switches: &'a ProfileSwitches,
    pub(crate) fields: Vec<FieldSource>,
    pub(crate) notes: Vec<String>,
    /// Whether the caller wants the reasons; they cost more than the plan.
    pub(crate) explains: bool,
    /// Whether a member of the event has a dotted key, which may be a path.
    has_dotted_keys: bool,
}

impl<'a> EventMapper<'a> {
    /// Reads by the rules of the settings' profile, and keeps the reasons.
    pub(crate) fn new(event: &'a Event, settings: &'a Settings) -> Self {
        EventMapper { explains: true, ..EventMapper::by(settings.profile.switches(), event, settings) }
    }

    /// Reads by these switches, whatever the settings' profile, and keeps no reasons.
    pub(crate) fn by(switches: &'a ProfileSwitches, event: &'a Event, settings: &'a Settings) -> Self {
        let has_dotted_keys = switches.javascript && event.body.keys().any(|key| key.contains('.'));
        EventMapper {
            event,
            settings,
            switches,
            fields: Vec::new(),
            notes: Vec::new(),
            explains: false,
            has_dotted_keys,
        }
    }

    /// The value at a path of the event.
    pub(crate) fn at(&self, path: &str) -> Option<&'a Value> {
        if self.switches.javascript {
            path::javascript(&self.event.body, path, self.has_dotted_keys)
        } else {
            path::plain(&self.event.body, path)
        }
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        if self.explains {
            self.notes.push(note.into());
        }
    }

    /// Records why a field has its value, or why it has none.
    pub(crate) fn record(
        &mut self,
        field: &str,
        from: Option<&str>,
        value: Option<&FormValue>,
        rule: impl Into<String>,
    ) {
        if !self.explains {
            return;
        }
        self.fields.push(FieldSource {
            field: field.to_owned(),
            from: from.map(str::to_owned),
            value: value.cloned(),
            rule: rule.into(),
        });
    }

    /// Takes a field from the first of its sources that has a value.
    pub(crate) fn field(
        &mut self,
        field: &str,
        sources: &[&'static str],
        conversion: Conversion,
    ) -> Result<Option<FormValue>, DeadReason> {
        let found = self.first_source(sources, conversion)?;
        match found {
            Some((source, Some(value))) => {
                self.record_found(field, source, &value, conversion);
                Ok(Some(value))
            }
            Some((source, None)) => {
                self.record(field, Some(source), None, "the first source with a value cannot be converted");
                Ok(None)
            }
            None => {
                if self.explains {
                    self.record(field, None, None, nothing_in(sources));
                }
                Ok(None)
            }
        }
    }

    /// Records the source of a field, and which parts of it were left out.
    fn record_found(&mut self, field: &str, source: &'static str, value: &FormValue, conversion: Conversion) {
        if !self.explains {
            return;
        }
        let came = self.source(source);
        let is_other =
            came.as_deref().and_then(Value::as_str).zip(value.as_str()).is_some_and(|(a, b)| a != b);
        let rule = match conversion {
            Conversion::Email | Conversion::Phone if is_other => {
                "the first source with a value, without invisible characters at both ends"
            }
            _ => conversion.rule(),
        };
        if came.as_deref().is_some_and(holds_nul) {
            self.note(format!(
                "`{source}` is sent without its NUL characters: InMoment's store cannot hold them."
            ));
        }
        self.record(field, Some(source), Some(value), rule);
    }

    /// Whether an identifier is a placeholder, which programs write if they have no identifier.
    pub(crate) fn is_placeholder(&self, text: &str) -> bool {
        self.switches.placeholder_ids && self.settings.placeholder_ids.contains(text)
    }

    /// The first source with a value, and the converted value.
    fn first_source(
        &mut self,
        sources: &[&'static str],
        conversion: Conversion,
    ) -> Result<Option<(&'static str, Option<FormValue>)>, js::TypeError> {
        for source in sources {
            let Some(value) = self.source(source) else { continue };
            let converted = conversion.convert(&value, self.switches)?;
            let text = converted.as_ref().and_then(Value::as_str);
            if conversion.is_identifier() && text.is_some_and(|text| self.is_placeholder(text)) {
                if self.explains {
                    self.note(format!(
                        "`{source}` counts as missing: it is a placeholder (placeholder_ids), and no end user can be reached by it."
                    ));
                }
                continue;
            }
            if converted.is_some() || !conversion.tries_next(self.switches) {
                return Ok(Some((source, converted)));
            }
        }
        Ok(None)
    }

    /// The value of a source. If the event has no address, its address is the caller's.
    pub(crate) fn source(&self, source: &str) -> Option<Cow<'a, Value>> {
        let caller = || self.event.request_ip.clone().map(|ip| Cow::Owned(Value::String(ip)));
        let own = self.at(source).map(Cow::Borrowed);
        match (source, self.switches.javascript) {
            ("request_ip", false) => caller(),
            ("request_ip", true) => own.filter(|value| js::is_usable(value)).or_else(caller),
            (_, false) => own,
            (_, true) => own.filter(|value| js::is_usable(value)),
        }
    }
}

/// Whether a text contains NUL; other values are checked where they are written as text.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => members.iter().any(|(key, value)| key.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

pub(crate) fn nothing_in(sources: &[&str]) -> String {
    format!("nothing in {}", sources.join(", "))
}
