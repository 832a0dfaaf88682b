//! Reading an event's fields and writing down where each came from.
//!
//! Nothing here decides what is read: that is in [`crate::who`], [`crate::identify`] and [`crate::track`]. This is the one
//! place that finds the first usable source of a field in the manner of the profile, converts it, and keeps the reason.

use crate::plan::{FieldSource, FormValue, Refusal};
use crate::profile::Switches;
use crate::settings::Settings;
use crate::{js, path, seconds, text};
use event::Event;
use serde_json::Value;

/// How a found value becomes a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// As it is.
    Plain,
    /// Always text.
    Text,
    /// As it is; booleans say something too.
    Words,
    /// UNIX seconds.
    Seconds,
}

impl Conversion {
    fn rule(self) -> &'static str {
        match self {
            Conversion::Plain | Conversion::Text | Conversion::Words => {
                "the first source that says something"
            }
            Conversion::Seconds => "the first source, as UNIX seconds",
        }
    }

    fn native(self, value: &Value) -> Option<FormValue> {
        match self {
            Conversion::Plain | Conversion::Text => text::scalar(value),
            Conversion::Words => text::words(value),
            Conversion::Seconds => seconds::native(value),
        }
        .map(Value::String)
    }

    fn javascript(self, value: &Value) -> Result<Option<FormValue>, js::TypeError> {
        Ok(match self {
            Conversion::Plain | Conversion::Words => Some(js::json(value)),
            Conversion::Text => Some(Value::String(js::text(value)?)),
            Conversion::Seconds => seconds::javascript(value)?,
        }
        .filter(js::is_usable))
    }
}

impl From<js::TypeError> for Refusal {
    fn from(_: js::TypeError) -> Self {
        Refusal::new(crate::refusal::VALUE_UNCONVERTIBLE, js::NO_PRIMITIVE)
    }
}

/// An event being mapped, and what has been said about it so far.
pub(crate) struct Reader<'a> {
    pub(crate) event: &'a Event,
    pub(crate) settings: &'a Settings,
    pub(crate) switches: &'static Switches,
    pub(crate) fields: Vec<FieldSource>,
    pub(crate) notes: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(event: &'a Event, settings: &'a Settings) -> Self {
        Reader {
            event,
            settings,
            switches: settings.profile.switches(),
            fields: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The value at a path of the event.
    pub(crate) fn at(&self, path: &str) -> Option<&'a Value> {
        if self.switches.javascript {
            path::javascript(&self.event.body, path)
        } else {
            path::plain(&self.event.body, path)
        }
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Keeps why a field is what it is, or why it is nothing.
    pub(crate) fn record(
        &mut self,
        field: &str,
        from: Option<&str>,
        value: Option<&FormValue>,
        rule: impl Into<String>,
    ) {
        self.fields.push(FieldSource {
            field: field.to_owned(),
            from: from.map(str::to_owned),
            value: value.cloned(),
            rule: rule.into(),
        });
    }

    /// A field from the first of its sources that has something.
    pub(crate) fn field(
        &mut self,
        field: &str,
        sources: &[&'static str],
        conversion: Conversion,
    ) -> Result<Option<FormValue>, Refusal> {
        let found = if self.switches.javascript {
            self.javascript_source(sources, conversion)?
        } else {
            self.native_source(sources, conversion)
        };
        match found {
            Some((source, Some(value))) => {
                self.record(field, Some(source), Some(&value), conversion.rule());
                Ok(Some(value))
            }
            Some((source, None)) => {
                self.record(
                    field,
                    Some(source),
                    None,
                    "the first source that says something cannot be converted",
                );
                Ok(None)
            }
            None => {
                self.record(field, None, None, nothing_in(sources));
                Ok(None)
            }
        }
    }

    /// The first source whose value converts.
    fn native_source(
        &self,
        sources: &[&'static str],
        conversion: Conversion,
    ) -> Option<(&'static str, Option<FormValue>)> {
        sources.iter().find_map(|source| {
            let value = if *source == "request_ip" {
                self.event.request_ip.clone().map(Value::String)
            } else {
                conversion.native(self.at(source)?)
            };
            value.map(|value| (*source, Some(value)))
        })
    }

    /// The first source with a value; whether that converts is its own affair.
    fn javascript_source(
        &self,
        sources: &[&'static str],
        conversion: Conversion,
    ) -> Result<Option<(&'static str, Option<FormValue>)>, js::TypeError> {
        let Some((source, value)) = self.first_usable(sources) else {
            // Its event's body is all rudder-transformer has; here the caller's address may be known besides.
            let address = self.event.request_ip.clone().filter(|_| sources.contains(&"request_ip"));
            return Ok(address.map(|address| ("request_ip", Some(Value::String(address)))));
        };
        Ok(Some((source, conversion.javascript(value)?)))
    }

    /// JavaScript's first value of several sources: truthy, `false` or `0`.
    pub(crate) fn first_usable(&self, sources: &[&'static str]) -> Option<(&'static str, &'a Value)> {
        sources.iter().find_map(|source| {
            self.at(source).filter(|value| js::is_usable(value)).map(|value| (*source, value))
        })
    }
}

fn nothing_in(sources: &[&str]) -> String {
    format!("nothing in {}", sources.join(", "))
}
